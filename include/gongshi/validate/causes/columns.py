"""A whole column gone wrong alike: garbled, left empty, codes or a word the list does not know, one wrong organ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.code_lists import load_list
from gongshi.standard.columns import as_numpy
from gongshi.standard.model import Field
from gongshi.validate.causes.material import Candidate, Limits, Material, column_names, replaced

_GARBLED = "TX-07"
_LIST_RULES = ("CT-02", "XK-05", "XK-15", "PE-01", "LR-04", "CF-08")
_CODES = r"^\d{1,2}([;；,，|、]\s*\d{1,2})*$"
_ORGAN_RULES = ("AG-02", "AG-03", "AG-04", "AG-05")
_LONGEST_SHOWN = 30


def wrong_encoding(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Garbled text in most rows (TX-07)."""
    found = material.findings

    def garbled(f: Field) -> np.ndarray | None:
        own = found.of((_GARBLED,), f.name) & ~claimed
        return own if own.any() else None

    hits, labels = material.gathered(material.kind.fields, garbled)
    if limits.reached(len(np.unique(found.positions[hits])), material.rows):
        yield Candidate(
            "wrong_encoding",
            f"文件另存时编码不对，{column_names(labels)}中的汉字已成乱码，无法还原。",
            "请从原系统或原表重新导出为xlsx，或UTF-8、GB18030编码的CSV（不要用不支持汉字的程序另存）后重新报送。",
            cleared=hits,
        )


def column_empty(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Columns without a single value in which the rules miss one."""
    found = material.findings

    def missing(f: Field) -> np.ndarray | None:
        own = found.on(f.name) & as_numpy(found.values.is_null()) & ~claimed
        return own if own.sum() >= limits.findings and material.filled(f.name) == 0 else None

    hits, labels = material.gathered(material.kind.fields, missing)
    if labels:
        yield Candidate(
            "column_empty",
            f"{column_names(labels)}整列为空，或文件中没有该列。",
            "请核对导出设置或列名，补上该列并逐行填写后重新报送。",
            cleared=hits,
        )


def old_codes(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Numbers in columns that hold words, or states of an older generation: another template or system."""
    chosen = [
        (f, hits, total)
        for f, hits, total in _outside_lists(material, claimed, limits)
        if _share(material, hits, _CODES) >= limits.share and limits.reached(int(hits.sum()), total)
    ]
    if not chosen:
        return
    labels = column_names([material.label(f.name) for f, _, _ in chosen])
    advice = "请改填汉字，如" + "；".join(
        f"{f.label_zh}填“{'”“'.join(load_list(f.code_list).labels[:3])}”" for f, _, _ in chosen if f.code_list
    )
    if any(f.dtype == "state" for f, _, _ in chosen):
        words = "当前状态填1（有效）或2（无效）；旧表样中0为正常、1为撤销，须整列改填，不能只改被退回的行"
        advice = f"{advice}；{words}" if advice != "请改填汉字，如" else words
    yield Candidate(
        "old_template",
        f"{labels}填写的是旧表样或其他系统的代码，与现行表样不符。",
        f"{advice}。建议改用平台现行模板。",
        cleared=np.logical_or.reduce([hits for _, hits, _ in chosen]),
    )


def word_not_in_list(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """One or a few words, over and over, in a column with a drop-down list."""
    for f, hits, total in _outside_lists(material, claimed, limits):
        words = _by_frequency(material.findings.values.filter(pa.array(hits)))
        if len(words) > limits.most_words or not limits.reached(int(hits.sum()), total):
            continue
        label = material.label(f.name)
        labels = load_list(f.code_list or "state").labels if f.dtype != "state" else ("1", "2")
        yield Candidate(
            "word_not_in_list",
            f"{label}逐行填写“{'”“'.join(words)}”，不在规定范围：没有使用模板的下拉列表。",
            f"请把该列整列替换为规定的内容（{'、'.join(labels[:8])}{'等' if len(labels) > 8 else ''}）后重新报送。",
            cleared=hits,
        )


def _outside_lists(
    material: Material, claimed: np.ndarray, limits: Limits
) -> Iterator[tuple[Field, np.ndarray, int]]:
    """Columns with values outside their list: the field, its findings, its filled cells."""
    for f in material.fields("enum", "state"):
        hits = material.findings.of(_LIST_RULES, f.name, filled=True) & ~claimed
        if hits.sum() >= limits.findings:
            yield f, hits, material.filled(f.name)


def _share(material: Material, hits: np.ndarray, pattern: str) -> float:
    """Share of the findings whose value looks like that."""
    values = material.findings.values.filter(pa.array(hits))
    return float(as_numpy(pc.match_substring_regex(values, pattern)).mean())


def _by_frequency(values: pa.Array) -> list[str]:
    """Different values, the most frequent first, cut to a readable length."""
    counted = pc.value_counts(values).to_pylist()
    ordered = sorted(counted, key=lambda item: (-item["counts"], item["values"]))
    return [item["values"][:_LONGEST_SHOWN] for item in ordered]


@dataclass(frozen=True)
class _Role:
    """Deciding organ or source unit: its two columns."""

    name: str
    code: str


_ROLES = (_Role("organ_name", "organ_code"), _Role("source_name", "source_code"))


def organ_repeated(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """One wrong name or code of an organ, repeated row by row; the registry may know the right one."""
    found = material.findings
    hits_of: dict[str, np.ndarray] = {}
    columns_of: dict[str, list[tuple[_Role, str]]] = defaultdict(list)
    for role in _ROLES:
        for column in (role.name, role.code):
            hits = found.of(_ORGAN_RULES, column, filled=True) & ~claimed
            value = _repeated(found.values, hits, limits, material.rows)
            if value is None:
                continue
            own = hits & as_numpy(pc.equal(found.values, value))
            hits_of[value] = hits_of.get(value, own) | own
            columns_of[value].append((role, column))
    for value, places in columns_of.items():
        yield _organ(material, value, places, hits_of[value])


def _repeated(values: pa.Array, hits: np.ndarray, limits: Limits, rows: int) -> str | None:
    """The value most findings name, when it stands in enough rows."""
    if hits.sum() < limits.findings:
        return None
    counted = pc.value_counts(values.filter(pa.array(hits))).to_pylist()
    most = max(counted, key=lambda item: (item["counts"], item["values"]))
    return str(most["values"]) if limits.reached(most["counts"], rows) else None


def _organ(material: Material, value: str, places: list[tuple[_Role, str]], hits: np.ndarray) -> Candidate:
    labels = column_names([material.label(column) for _, column in places])
    message = f"{labels}逐行填写“{value[:_LONGEST_SHOWN]}”，与登记的单位不符。"
    positions = np.unique(material.findings.positions[hits])
    right = {column: _registered(material, role, column, positions) for role, column in places}
    if not all(right.values()):
        advice = "请核对本单位登记的全称和统一社会信用代码后整列替换；尚未登记的请联系同级信用牵头部门。"
        return Candidate("organ_repeated", message, advice, cleared=hits)

    def correct(rows: pa.Table) -> pa.Table:
        for column, text in right.items():
            rows = replaced(rows, column, lambda _, text=text: str(text))  # type: ignore[misc]
        return rows

    words = "、".join(dict.fromkeys(f"“{text}”" for text in right.values()))
    return Candidate(
        "organ_repeated", message, f"请把该列整列替换为登记的{words}后重新报送。", positions, correct
    )


def _registered(material: Material, role: _Role, column: str, positions: np.ndarray) -> str | None:
    """The registered counterpart of what stands beside the wrong cell, when it is one and the same in all rows."""
    if column not in material.names:
        return None
    beside = role.code if column == role.name else role.name
    distinct = pc.unique(material.texts(beside).take(pa.array(positions))).to_pylist()
    if len(distinct) != 1:
        return None
    pairs = material.facts.pairs
    known = (
        {name for name, code in pairs if code == distinct[0].upper()}
        if beside == role.code
        else {code for name, code in pairs if name == distinct[0]}
    )
    return known.pop() if len(known) == 1 else None
