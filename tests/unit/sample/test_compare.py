from dataclasses import replace

from gongshi.sample.compare import figure_differences, receipt_differences
from gongshi.sample.replay import steps
from gongshi.sample.truth import truth

COUNTS = (
    "reported",
    "accepted",
    "first_pass",
    "first_accepted",
    "late",
    "overdue",
    "rows_read",
    "rows_repeated",
)


def receipts_as_expected(told):
    for step in told.steps:
        for batch in step["batches"]:
            findings = [
                {"row": f[0], "field": f[1] or None, "rule": f[2], "severity": f[3]} for f in batch.findings
            ]
            yield {
                "received_at": step["at"], "agency": batch.agency, "file": batch.file, "kind": batch.kind,
                "status": batch.status, "rows": batch.rows, "blank_rows": batch.blank_rows, "errors": batch.errors,
                "warnings": batch.warnings, "fixes": sum(batch.fixes.values()), "late": batch.late, "findings": findings,
            }  # fmt: skip


def test_receipts_that_differ_lack_or_exceed_are_named():
    told = truth(steps(7, 1500))
    receipts = list(receipts_as_expected(told))
    assert receipt_differences(told, receipts) == []
    changed = {**receipts[3], "late": receipts[3]["late"] + 1}
    (difference,) = receipt_differences(told, [*receipts[:3], changed, *receipts[4:]])
    assert changed["file"] in difference
    assert "late" in difference
    assert "no receipt" in receipt_differences(told, receipts[1:])[0]
    (surplus,) = receipt_differences(told, [*receipts, {**receipts[0], "file": "other.csv"}])
    assert surplus.startswith("unexpected receipt")


def test_figures_that_differ_are_named():
    figures = truth(steps(7, 1500)).reports[-1]["figures"]
    counted = {(f.agency, f.kind): {name: getattr(f, name) for name in COUNTS} for f in figures}
    assert figure_differences(figures, counted) == []
    other = [replace(figures[0], late=99), *figures[1:]]
    assert len(figure_differences(other, counted)) == 1
