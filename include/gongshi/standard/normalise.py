"""The fix rules (effect F): every cell brought to its normal form, every change recorded.

Cells that need no attention are never touched: one scan per column finds the others, which are then mended one by one.
Dates become YYYY/MM/DD and synonyms of code lists their canonical label; an empty cell becomes null.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard import id_cards, identifiers
from gongshi.standard.code_lists import load_list, split_penalty_categories
from gongshi.standard.columns import as_numpy, bytes_of, mask_of, true_rows
from gongshi.standard.dates import FOREVER, is_forever, parse_dates
from gongshi.standard.messages import ROW_NO
from gongshi.standard.model import OPERATION_FIELDS, PERSON, Field, Kind

TEXT = pa.large_string()
FIX_SCHEMA = pa.schema(
    [(ROW_NO, pa.int32()), ("field", pa.string()), ("rule_id", pa.string()), ("original", pa.string()),
     ("fixed", pa.string())]
)  # fmt: skip

_BLANKS = "\\s\\x{00A0}\\x{3000}"
_INVISIBLE = "\\x{00AD}\\x{200B}-\\x{200F}\\x{2028}-\\x{202E}\\x{2060}-\\x{2064}\\x{FEFF}\\x{007F}-\\x{009F}"
_INVISIBLE_CHARACTERS = re.compile(
    "[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u007f-\u009f\x00-\x08\x0b\x0c\x0e-\x1f]"
)
_OUTER_BLANKS = " \t\r\n\u00a0\u3000"
_CODED = ("code", "id_no", "date", "amount", "state")
_ONE_LINE = ("name", "document_no")
_ATTENTION = {
    "text": f"^[{_BLANKS}]|[{_BLANKS}]$|[{_INVISIBLE}\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F]",
    "enum": f"^[{_BLANKS}]|[{_BLANKS}]$|[{_INVISIBLE}\\x00-\\x1F]",
    "name": f"^[{_BLANKS}]|[{_BLANKS}]$|[{_INVISIBLE}\\x00-\\x1F(]",
    "document_no": f"^[{_BLANKS}]|[{_BLANKS}]$|[{_INVISIBLE}\\x00-\\x1F\\[【(（［]",
    "code": f"[{_BLANKS}{_INVISIBLE}\\x00-\\x1F\\x{{FF01}}-\\x{{FF5E}}a-z\\-]|\\.0+$",
    "id_no": f"[{_BLANKS}{_INVISIBLE}\\x00-\\x1F\\x{{FF01}}-\\x{{FF5E}}a-z]|\\.0+$",
    "date": f"[{_BLANKS}{_INVISIBLE}\\x00-\\x1F\\x{{FF01}}-\\x{{FF5E}}]",
    "amount": f"[{_BLANKS}{_INVISIBLE}\\x00-\\x1F\\x{{FF01}}-\\x{{FF5E}},]",
    "state": f"[{_BLANKS}{_INVISIBLE}\\x00-\\x1F\\x{{FF01}}-\\x{{FF5E}}]|\\.0+$",
}
_BRACKETS = re.compile(r"\(([^()]*)\)")
_YEAR = re.compile(r"[\[【(（［]\s*((?:19|20)\d{2})\s*[\]】)）］]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LINE_BREAKS = re.compile(r"[\r\n\t]+")
_POINT_ZERO = re.compile(r"^([0-9A-Za-z]+)\.0+$")
_LOWER = re.compile("[a-z]+")  # of other alphabets a code holds none, and ß in capitals is another text
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_LIST_RULES = {
    "party_category": "CT-02", "licence_category": "XK-05", "party_id_type": "PE-01", "representative_id_type": "LR-04",
    "penalty_categories": "CF-08",
}  # fmt: skip
_PLAIN = np.zeros(256, dtype=bool)
_PLAIN[list(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ/*")] = True
_OPERATIONS = tuple(Field(name, name, name, kind, None, "o", "standard 4.10")  # type: ignore[arg-type]
                    for name, kind in zip(OPERATION_FIELDS, ("enum", "code"), strict=True))  # fmt: skip

Step = tuple[str, Callable[[str], str]]
"""A fix rule and what it makes of a text."""


@dataclass
class Normalised:
    """A batch after the fix rules.

    Attributes:
        columns: per field name (legacy fields, operation and record_ref too) the text by row, null = empty.
        fixes: one row a change: row_no, field, rule_id, original, fixed (FIX_SCHEMA).
        noted: per row position, the fixes that are also warnings, as `|DT-08:valid_to|`.
    """

    columns: dict[str, pa.Array]
    fixes: pa.Table
    noted: dict[int, str]


@dataclass
class _Log:
    """Changes gathered column by column."""

    row_numbers: np.ndarray
    switched_off: frozenset[str] = frozenset()
    rows: list[int] = field(default_factory=list)
    entries: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    noted: dict[int, str] = field(default_factory=dict)

    def add(self, row: int, name: str, rule_id: str, original: str, fixed: str | None) -> None:
        """Record one change of the cell at row position `row`."""
        self.rows.append(row)
        self.entries.append((name, rule_id, original, fixed))

    def note(self, row: int, name: str, rule_id: str) -> None:
        """Remember that this fix is a warning too."""
        self.noted[row] = f"{self.noted.get(row, '|')}{rule_id}:{name}|"

    def in_force(self, steps: Iterable[Step]) -> list[Step]:
        """The steps whose rule is not switched off."""
        return [(rule_id, step) for rule_id, step in steps if rule_id not in self.switched_off]

    def table(self) -> pa.Table:
        """All changes, in FIX_SCHEMA."""
        names, rule_ids, originals, fixed = zip(*self.entries, strict=True) if self.entries else ((),) * 4
        numbers = self.row_numbers[np.array(self.rows, dtype=np.int64)]
        return pa.table([numbers, names, rule_ids, originals, fixed], schema=FIX_SCHEMA)


def normalise(kind: Kind, rows: pa.Table, switched_off: frozenset[str] = frozenset()) -> Normalised:
    """Apply the fix rules to the rows of a batch.

    Args:
        kind: the kind whose fields the rows hold.
        rows: as read (`messages.ReadBatch.rows`), key `row_no`; absent columns are empty.
        switched_off: ids of fix rules that change nothing.
    """
    log = _Log(rows.column(ROW_NO).to_numpy(), switched_off)
    columns = {f.name: _column(rows, f, log) for f in (*kind.fields, *kind.legacy_fields, *_OPERATIONS)}
    _move_uscc(columns, log)
    _upgrade_id_cards(columns, log)
    return Normalised(columns, log.table(), log.noted)


def _column(rows: pa.Table, f: Field, log: _Log) -> pa.Array:
    if f.name not in rows.column_names:
        return pa.nulls(rows.num_rows, TEXT)
    chunks = rows.column(f.name).combine_chunks()
    values = chunks.cast(TEXT) if not pa.types.is_large_string(chunks.type) else chunks
    empty = pc.equal(values, "")
    if pc.any(empty).as_py():
        values = pc.if_else(empty, pa.scalar(None, TEXT), values)
    values = _mend(
        values,
        f.name,
        log.in_force(_steps(f)),
        _needing_attention(values, f),
        log,
    )
    if f.dtype == "date":
        return _dates(values, f, log)
    return _listed(values, f, log) if f.code_list else values


def _needing_attention(values: pa.Array, f: Field) -> np.ndarray:
    """Rows a fix rule may change. A column of plain capitals, digits and slashes is passed without looking at values."""
    if f.dtype in _CODED and _PLAIN[bytes_of(values)].all():
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(mask_of(values, lambda part: pc.match_substring_regex(part, _ATTENTION[f.dtype])))


def _mend(values: pa.Array, name: str, steps: Sequence[Step], rows: np.ndarray, log: _Log) -> pa.Array:
    """Run the steps over the cells at `rows`, each on the text the one before left; record and set what they change."""
    if not len(rows):
        return values
    mask = np.zeros(len(values), dtype=bool)
    replacements: list[str | None] = []
    for row, original in zip(rows.tolist(), values.take(pa.array(rows)).to_pylist(), strict=True):
        text = original
        for rule_id, step in steps:
            changed = step(text)
            if changed != text:
                log.add(row, name, rule_id, text, changed or None)
                text = changed
        if text != original:
            mask[row] = True
            replacements.append(text or None)
    if not replacements:
        return values
    return pc.replace_with_mask(values, pa.array(mask), pa.array(replacements, TEXT))


def _steps(f: Field) -> Iterator[Step]:
    """The fix rules of a field, in order."""
    yield "TX-03", partial(_INVISIBLE_CHARACTERS.sub, "")
    if f.dtype in _CODED:
        yield "TX-02", lambda text: text.strip("\r\n\t")
    yield "TX-01", lambda text: text.strip(_OUTER_BLANKS)
    if f.dtype in _ONE_LINE:
        yield "TX-02", partial(_LINE_BREAKS.sub, "")
    if f.dtype in _CODED:
        yield from _coded(f)
    elif f.dtype == "name":
        yield "TX-05", partial(_BRACKETS.sub, _full_width_if_chinese)
    elif f.code == "XK_WSH":
        yield "XK-03", partial(_YEAR.sub, r"〔\1〕")


def _coded(f: Field) -> Iterator[Step]:
    # NFKC sets a blank before some accents
    yield "TX-04", lambda text: unicodedata.normalize("NFKC", text).strip(_OUTER_BLANKS)
    if f.dtype in ("code", "id_no", "state"):
        yield "TX-12", partial(_POINT_ZERO.sub, r"\1")
    if f.dtype in ("code", "id_no"):
        yield "TX-06", _organisation_code if f.name == "party_organisation_code" else _capitals
    if f.dtype == "amount":
        yield "CF-18", lambda text: text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def _capitals(text: str) -> str:
    return _LOWER.sub(lambda letters: letters[0].upper(), text)


def _organisation_code(text: str) -> str:
    text = _capitals(text)
    return text.replace("-", "") if re.fullmatch(r"[0-9A-Z]{8}-[0-9A-Z]", text) else text


def _full_width_if_chinese(match: re.Match[str]) -> str:
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    chinese = _HAN.search(before + match[1] + after)
    return f"（{match[1]}）" if chinese else match[0]


def _dates(values: pa.Array, f: Field, log: _Log) -> pa.Array:
    if f.name in ("valid_to", "publish_until"):
        rows = true_rows(is_forever(values))
        steps = log.in_force([("DT-08", lambda _: FOREVER)])
        for row in rows.tolist() if steps else ():
            log.note(row, f.name, "DT-08")
        values = _mend(values, f.name, steps, rows, log)
    return parse_dates(values).text


def _listed(values: pa.Array, f: Field, log: _Log) -> pa.Array:
    known = load_list(f.code_list)

    def canonical(text: str) -> str:
        return known.canonical(text) or text

    def canonical_parts(text: str) -> str:
        return ";".join(map(canonical, split_penalty_categories(text)))

    several = f.name == "penalty_categories"
    steps: list[Step] = [(_LIST_RULES[f.name], canonical_parts if several else canonical)]
    if several:
        steps += log.in_force([("CF-10", lambda text: ";".join(dict.fromkeys(text.split(";"))))])
    distinct = values.dictionary_encode()
    changes = [_changes(text, steps) for text in distinct.dictionary.to_pylist()]
    if not any(changes):
        return values
    codes = distinct.indices.fill_null(len(changes)).to_numpy(zero_copy_only=False)
    return _mend(values, f.name, steps, np.flatnonzero(np.array([*changes, False])[codes]), log)


def _changes(text: str, steps: Sequence[Step]) -> bool:
    mended = text
    for _, step in steps:
        mended = step(mended)
    return mended != text


def _move_uscc(columns: dict[str, pa.Array], log: _Log) -> None:
    """ID-17: a 统一社会信用代码 in the column of the 工商注册号 is cleared or moved."""
    numbers, usccs = columns["party_registration_no"], columns["party_uscc"]
    if numbers.null_count == len(numbers) or "ID-17" in log.switched_off:
        return
    holds = pc.and_(pc.equal(pc.utf8_length(numbers), 18), pc.invert(identifiers.uscc_wrong_form(numbers)))
    same = as_numpy(pc.and_(holds, pc.fill_null(pc.equal(numbers, usccs), False)))
    move = as_numpy(pc.and_(holds, usccs.is_null()))
    for row in np.flatnonzero(same | move).tolist():
        log.add(row, "party_registration_no", "ID-17", numbers[row].as_py(), None)
        if move[row]:
            log.add(row, "party_uscc", "ID-17", "", numbers[row].as_py())
    columns["party_uscc"] = pc.if_else(pa.array(move), numbers, usccs)
    columns["party_registration_no"] = pc.if_else(pa.array(same | move), pa.scalar(None, TEXT), numbers)


def _upgrade_id_cards(columns: dict[str, pa.Array], log: _Log) -> None:
    """PE-03: a 15-digit 身份证 number of a natural person becomes the 18-character one."""
    numbers = columns["party_id_no"]
    if numbers.null_count == len(numbers) or "PE-03" in log.switched_off:
        return
    chosen = pc.and_(
        pc.and_(pc.equal(pc.utf8_length(numbers), 15), pc.equal(columns["party_category"], PERSON)),
        pc.equal(columns["party_id_type"], "身份证"),
    )
    rows = true_rows(chosen)
    if not len(rows):
        return
    upgraded = dict(
        zip(
            rows.tolist(),
            id_cards.upgrade_id_card_15(numbers.take(pa.array(rows))).to_pylist(),
            strict=True,
        )
    )
    for row in [row for row in upgraded if upgraded[row] != numbers[row].as_py()]:
        log.note(row, "party_id_no", "PE-03")
    by_text = {numbers[row].as_py(): text for row, text in upgraded.items()}
    columns["party_id_no"] = _mend(numbers, "party_id_no", [("PE-03", by_text.__getitem__)], rows, log)
