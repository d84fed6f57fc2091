"""From violations to findings: Chinese message, masked value, due day, one row a violated rule of a row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.checks.personal_data import FINDERS
from gongshi.standard.columns import as_numpy
from gongshi.standard.kinds import KINDS
from gongshi.standard.masking import mask_id_no, mask_text
from gongshi.standard.messages import ROW_NO
from gongshi.standard.model import OPERATION_LABELS, Kind
from gongshi.standard.normalise import TEXT
from gongshi.standard.personal_data import masked_context
from gongshi.standard.rulebook import Rulebook
from gongshi.standard.working_days import UncoveredYear, WorkingCalendar
from gongshi.validate.frame import Frame
from gongshi.validate.rows import Violation

FINDING_SCHEMA = pa.schema(
    [(ROW_NO, pa.int32()), ("sheet", TEXT), ("field", TEXT), ("rule_id", TEXT), ("severity", TEXT), ("message_zh", TEXT),
     ("value_masked", TEXT), ("suggestion_zh", TEXT), ("record_no", TEXT), ("due_date", pa.date32()),
     ("responsible", TEXT), ("publication", TEXT)]
)  # fmt: skip
_SHOWN = 120
_ID_TYPES = {"party_id_no": "party_id_type", "representative_id_no": "representative_id_type"}


def rejected_rows(frame: Frame, violations: Sequence[Violation]) -> np.ndarray:
    """Mask over the frame's rows: at least one error."""
    mask = np.zeros(frame.table.num_rows, dtype=bool)
    for violation in violations:
        if violation.effect == "reject_row":
            mask[violation.rows] = True
    return mask


def due_dates(frame: Frame, calendar: WorkingCalendar) -> pa.Array:
    """Last on-time day per row (standard 5); null where the decision date is unreadable or its year not covered."""
    encoded = frame.table.column("decision_date").combine_chunks().dictionary_encode()
    days = [_due(text, calendar) for text in encoded.dictionary.to_pylist()]
    return pa.array(days, pa.date32()).take(encoded.indices)


def build_findings(frame: Frame, violations: Sequence[Violation], due: pa.Array, book: Rulebook) -> pa.Table:
    """Findings of a batch in FINDING_SCHEMA, in suite order.

    Args:
        frame: the batch.
        violations: what `validate_rows` returned for it.
        due: last on-time day per row of the frame.
        book: whose words they are told in.
    """
    kind = KINDS[frame.kind]
    parts = [_part(frame, kind, violation, due, book) for violation in violations]
    return pa.concat_tables(parts) if parts else FINDING_SCHEMA.empty_table()


def _part(frame: Frame, kind: Kind, violation: Violation, due: pa.Array, book: Rulebook) -> pa.Table:
    rule = book.all_rules[violation.rule_id]
    rows = pa.array(violation.rows)
    count = len(rows)
    numbers = frame.table.column(ROW_NO).combine_chunks().take(rows)
    values = _shown_values(frame, violation, rows)
    severity = "error" if violation.effect == "reject_row" else "warning"
    constant = {
        "sheet": frame.sheet,
        "field": _official(kind, violation.field),
        "rule_id": rule.id,
        "severity": severity,
        "suggestion_zh": rule.suggestion_zh or None,
        "responsible": violation.params.get("responsible", rule.responsible),
        "publication": rule.publication,
    }
    columns = {name: pa.repeat(pa.scalar(value, TEXT), count) for name, value in constant.items()}
    columns |= {
        ROW_NO: numbers,
        "message_zh": _messages(frame, kind, violation, values, numbers, book),
        "value_masked": values,
        "record_no": frame.table.column("document_no").combine_chunks().take(rows),
        "due_date": due.take(rows),
    }
    return pa.table([columns[name] for name in FINDING_SCHEMA.names], schema=FINDING_SCHEMA)


def _official(kind: Kind, name: str) -> str | None:
    known = any(f.name == name for f in (*kind.fields, *kind.legacy_fields)) or name in OPERATION_LABELS
    return kind.official(name) if known else None


def _label(kind: Kind, name: str) -> str:
    return OPERATION_LABELS.get(name) or next(
        (f.label_zh for f in (*kind.fields, *kind.legacy_fields) if f.name == name), ""
    )


def _shown_values(frame: Frame, violation: Violation, rows: pa.Array) -> pa.Array:
    """The values of a field at `rows`, masked and cut to a readable length; of personal data what stands around it."""
    name, finder = violation.field, FINDERS.get(violation.check)
    if name not in frame.table.column_names or name == "cell_count":
        return pa.nulls(len(rows), TEXT)
    values = frame.table.column(name).combine_chunks().take(rows)
    if finder:
        hits = [(text, list(finder(text, **violation.params))) for text in values.to_pylist()]
        return pa.array([masked_context(text, spans) for text, spans in hits], TEXT)
    if name in _ID_TYPES:
        types = frame.table.column(_ID_TYPES[name]).combine_chunks().take(rows).to_pylist()
        masked = [v and mask_id_no(t or "", v) for t, v in zip(types, values.to_pylist(), strict=True)]
        return pa.array(masked, TEXT)
    shown = pc.utf8_slice_codeunits(values, 0, _SHOWN)
    risky = as_numpy(pc.match_substring_regex(values, r"\d{7}|\d{3}[- ]\d{4}"))
    if not risky.any():
        return shown
    originals = values.to_pylist()
    return pa.array([mask_text(original)[:_SHOWN] if risk else text
                     for original, text, risk in zip(originals, shown.to_pylist(), risky, strict=True)], TEXT)  # fmt: skip


def _messages(
    frame: Frame, kind: Kind, violation: Violation, values: pa.Array, numbers: pa.Array, book: Rulebook
) -> pa.Array:
    """The rule's message; filled in per row only where it speaks of the row."""
    text = book.all_rules[violation.rule_id].message_zh
    details = {"field": _label(kind, violation.field), "n": violation.params.get("length", "")}
    if "{registered}" in text:
        names = frame.table.column("entity_name").combine_chunks().take(pa.array(violation.rows)).to_pylist()
        filled = [book.message(violation.rule_id, **details, registered=name) for name in names]
        return pa.array(filled, TEXT)
    if not any(f"{{{name}}}" in text for name in ("value", "m", "row")):
        return pa.repeat(pa.scalar(book.message(violation.rule_id, **details), TEXT), len(values))
    column = frame.table.column(violation.field).combine_chunks()
    lengths = (
        pc.utf8_length(column.take(pa.array(violation.rows))).to_pylist()
        if "{m}" in text
        else [""] * len(values)
    )
    filled = [
        book.message(violation.rule_id, **details, value=value or "", m=length, row=number)
        for value, length, number in zip(values.to_pylist(), lengths, numbers.to_pylist(), strict=True)
    ]
    return pa.array(filled, TEXT)


def _due(text: str, calendar: WorkingCalendar) -> date | None:
    try:
        year, month, day = map(int, text.split("/"))
        return calendar.due_date(date(year, month, day))
    except (ValueError, OverflowError, UncoveredYear):  # OverflowError: 9999/12/31 has no day after it
        return None
