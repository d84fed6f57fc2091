"""What a replay leaves behind, and where it lies: printed at the end."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from gongshi.demo.progress import task_log
from gongshi.errors import GongshiError
from gongshi.platform.settings import Settings

STATUSES = ("accepted", "partly_accepted", "rejected", "duplicate_delivery")


class LedgerError(GongshiError):
    """Raised when the recount after the replay does not balance."""


def receipts_by_status(settings: Settings) -> dict[str, Path]:
    """One receipt of each status, the earliest."""
    found: dict[str, Path] = {}
    for path in sorted(settings.dropbox.glob("*/feedback/*/receipt.json"), key=lambda path: path.parent.name):
        found.setdefault(json.loads(path.read_text(encoding="utf-8"))["status"], path)
    return found


def ledger(settings: Settings, env: dict[str, str]) -> str:
    """The recount's own words.

    Raises:
        LedgerError: it does not balance.
    """
    command = [sys.executable, "-m", "gongshi", "ledger"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    words = (done.stdout + done.stderr).strip()
    if done.returncode != 0:
        raise LedgerError(f"`gongshi ledger` ended {done.returncode}:\n{words}")
    return words


def summary(settings: Settings, dag_ids: Iterable[str], ledger_words: str) -> str:
    """Lines that say where each output lies."""
    receipts = receipts_by_status(settings)
    lines = ["", "Outputs"]
    for cadence in ("daily", "weekly", "monthly", "quarterly"):
        for period in sorted((settings.reports / cadence).glob("*")):
            documents = sorted(path.name for path in period.iterdir() if path.is_file())
            shown = ", ".join(documents[:4]) + (
                f" and {len(documents) - 4} more" if len(documents) > 4 else ""
            )
            lines.append(f"  {cadence:<10} {period}: {shown}")
    for status in STATUSES:
        lines.append(f"  receipt    {status}: {receipts[status].parent if status in receipts else 'none'}")
    for dag_id in dag_ids:
        lines.append(f"  task log   {dag_id}: {task_log(settings, dag_id) or 'none'}")
    lines.append("  ledger     " + ledger_words.replace("\n", "\n             "))
    return "\n".join(lines)
