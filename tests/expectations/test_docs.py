"""Results are kept, hold no cell values, and Data Docs can be built from them."""

from __future__ import annotations

import json

from gongshi.sample.faults import one_fault_per_row
from gongshi.validate.docs import build_data_docs


def test_data_docs_are_built_from_the_kept_results(judge) -> None:
    rows = [row for row, _, _ in one_fault_per_row("penalty")]
    judge.hits("penalty", rows)
    index = build_data_docs(judge.settings)
    assert "penalty_rows" in index.read_text("utf-8")
    (page,) = (index.parent / "validations").rglob("*.html")
    text = page.read_text("utf-8")
    assert "CF-12 处罚类别含罚款时" in text
    assert "unexpected values found" in text


def test_kept_results_count_and_hold_no_cell_values(judge, kind: str) -> None:
    rows = [row for row, _, _ in one_fault_per_row(kind)]
    judge.hits(kind, rows)
    (path,) = judge.results(kind)
    text = path.read_text("utf-8")
    kept = json.loads(text)
    found = {
        r["expectation_config"]["kwargs"].get("rule_id"): r["result"]
        for r in kept["results"]
        if not r["success"]
    }
    assert found["XK-08" if kind == "licence" else "CF-06"]["unexpected_count"] == 1
    names = (
        "party_name",
        "party_uscc",
        "party_id_no",
        "representative_name",
        "representative_id_no",
        "document_no",
        "content",
    )
    values = {row[name] for row in rows for name in names if len(row[name]) > 3}
    spoken_of = json.dumps(
        [r["expectation_config"] for r in kept["results"]], ensure_ascii=False
    )  # words a rule names
    assert sorted(value for value in values if value in text and value not in spoken_of) == []
    assert path.is_relative_to(judge.settings.validations)
    assert judge.settings.validations.stat().st_mode & 0o077 == 0
