"""The answers and reports of a replay held against the truth its generator worked out (`gongshi.sample.truth`)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from gongshi.errors import GongshiError
from gongshi.platform.settings import Settings
from gongshi.sample.compare import receipt_differences, report_differences
from gongshi.sample.replay import Step
from gongshi.sample.truth import truth

CADENCES = {
    "daily_monitoring": "daily",
    "weekly_feedback": "weekly",
    "monthly_bulletin": "monthly",
    "quarterly_assessment": "quarterly",
}
_SHOWN = 20


class UntrueError(GongshiError):
    """Raised when receipts or reports of the replay are not what was planted."""

    def __init__(self, differences: Sequence[str]) -> None:
        shown = "\n".join(f"  {line}" for line in differences[:_SHOWN])
        more = f"\n  and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
        super().__init__(
            f"The replay differs from what was planted in {len(differences)} places:\n{shown}{more}\n"
            "If the program was changed since the replay began, start anew in another GONGSHI_HOME; else it is wrong."
        )


def compare(settings: Settings, planned: Sequence[Step]) -> str:
    """What was compared, in words.

    Raises:
        UntrueError: something differs.
    """
    told = truth(list(planned))
    paths = settings.dropbox.glob("*/feedback/*/receipt.json")
    receipts = [json.loads(path.read_text("utf-8")) for path in paths]
    # what arrived after the replay (in `make up`) is none of its business
    receipts = [r for r in receipts if datetime.fromisoformat(r["received_at"]) <= planned[-1].at]
    differences = receipt_differences(told, receipts)
    for report in told.reports:
        path = settings.reports / CADENCES[report["dag_id"]] / report["period"] / "figures.json"
        differences += report_differences(report, json.loads(path.read_text("utf-8")))
    if differences:
        raise UntrueError(differences)
    rows = sum(receipt["rows"]["read"] for receipt in receipts)
    return f"{len(receipts)} receipts with {rows} rows, and the figures and alarms of the reports, are as planted"
