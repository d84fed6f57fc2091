from dataclasses import replace

from gongshi.sample.compare import COUNTS, figure_differences, receipt_differences, report_differences
from gongshi.sample.replay import steps
from gongshi.sample.truth import DAILY, truth


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
                "sheet": batch.sheet, "remarks": batch.remarks,
            }  # fmt: skip


def test_receipts_that_differ_lack_or_exceed_are_named():
    told = truth(steps(7, 1500))
    receipts = list(receipts_as_expected(told))
    assert receipt_differences(told, receipts) == []
    changed = {**receipts[3], "late": receipts[3]["late"] + 1, "remarks": ["of something else"]}
    late, remarks = receipt_differences(told, [*receipts[:3], changed, *receipts[4:]])
    assert changed["file"] in late
    assert "late" in late
    assert "of something else" in remarks
    assert "no receipt" in receipt_differences(told, receipts[1:])[0]
    (surplus,) = receipt_differences(told, [*receipts, {**receipts[0], "file": "other.csv"}])
    assert surplus.startswith("unexpected receipt")


def test_figures_that_differ_are_named():
    figures = truth(steps(7, 1500)).reports[-1]["figures"]
    counted = {(f.agency, f.kind): {name: getattr(f, name) for name in COUNTS} for f in figures}
    assert figure_differences(figures, counted) == []
    other = [replace(figures[0], late=99), *figures[1:]]
    assert len(figure_differences(other, counted)) == 1


def as_printed(report):
    """figures.json of a report that tells the truth, as far as it is compared."""
    if report["dag_id"] == DAILY:
        volume = [{"code": row["agency"], "kind": row["kind"], "week_rows": str(row["rows"]), "median_rows": row["median"],
                   "percent": str(row["percent"])} for row in report["volume"]]  # fmt: skip
        return {"volume": volume, "silent": [row | {"code": row["agency"]} for row in report["silent"]]}
    kinds = ("licence", "penalty")
    organs = {
        f.agency: {kind: dict.fromkeys(COUNTS.values(), "0") for kind in kinds} for f in report["figures"]
    }
    for f in report["figures"]:
        organs[f.agency][f.kind] = {printed: str(getattr(f, name)) for name, printed in COUNTS.items()}
    total = {printed: sum(getattr(f, name) for f in report["figures"]) for name, printed in COUNTS.items()}
    return {
        "organs": [counts | {"code": code} for code, counts in organs.items()],
        "total": {"all": total},
        "backlog": [row | {"code": row["agency"]} for row in report["old_stock"]],
    }


def test_reports_that_differ_are_named():
    """Of every report each part that is compared."""
    reports = [report for report in truth(steps(7, 1500)).reports if report["dag_id"] != "weekly_feedback"]
    assert [report_differences(report, as_printed(report)) for report in reports] == [[]] * 7
    daily, quarter = [report for report in reports if report["dag_id"] == DAILY][-1], reports[-1]
    assert {row["percent"] for row in daily["volume"]} == {42, 208}
    for part in ("volume", "silent"):
        lacking = as_printed(daily | {part: daily[part][1:]})
        assert [line.endswith("is missing") for line in report_differences(daily, lacking)] == [True]
        surplus = as_printed(daily | {part: [*daily[part], daily[part][0]]})
        assert [line.endswith("was not planted") for line in report_differences(daily, surplus)] == [True]
    printed = as_printed(quarter)
    assert len(report_differences(quarter, printed | {"backlog": []})) == 1
    assert len(report_differences(quarter, printed | {"organs": printed["organs"][1:]})) >= 1
    printed["total"]["all"]["late"] += 1
    assert report_differences(quarter, printed)[0].startswith("quarterly_assessment 2026-Q2: total late: ")
