"""The verbs that change rules: what they print, that wrong usage is named, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongshi import bootstrap, flow
from gongshi.platform.settings import Settings
from gongshi.registry.load import load_registry
from gongshi.sample.decisions import Desk
from gongshi.sample.deliveries import RecordIds, SampleFile, Sheet
from gongshi.sample.faults import market_bureau
from gongshi.sample.names import chance
from gongshi.sample.planted import SampleRow
from gongshi.sample.province import province
from gongshi.sample.registry_files import write_registry
from gongshi.standard.periods import read_instant
from gongshi.standard.rulebook import shipped

Run = Callable[..., Any]
AT = read_instant("2026-06-30T09:00:00+08:00")
LATER = "2026-07-01T09:00:00+08:00"
SETTINGS = "rule_id,kind,field,setting,value,basis,valid_from,valid_to\nTX-08,licence,XK_NR,length,3,通知,2026-06-01,\n"


@pytest.fixture
def stocked(settings_in_env: Settings, tmp_path: Path) -> Settings:
    """Three licences of one agency, loaded."""
    bootstrap.prepare(settings_in_env)
    write_registry(province(2026), tmp_path / "registry")
    load_registry(settings_in_env, tmp_path / "registry", AT - timedelta(days=1))
    desk, organ = Desk(chance("cli-rules", 1)), market_bureau()
    rows = [
        SampleRow("licence", desk.decide("licence", organ, AT.date() - timedelta(days=1))) for _ in range(3)
    ]
    inbox = settings_in_env.inbox(organ.code)
    inbox.mkdir(parents=True)
    (inbox / "x.csv").write_bytes(
        SampleFile(organ.code, "x.csv", [Sheet("licence", rows)]).render(RecordIds())
    )
    flow.collect(settings_in_env, AT)
    return settings_in_env


def test_what_if_then_the_setting_then_the_stored_rows(
    stocked: Settings, tmp_path: Path, gongshi: Run
) -> None:
    file = tmp_path / "changed" / "rule_settings.csv"
    file.parent.mkdir()
    file.write_text(SETTINGS, "utf-8")
    asked = gongshi("rules", "--what-if", str(file), "--period", "2026-06", "--at", LATER, "--json")
    told = json.loads(asked.out)
    assert (asked.code, told["batches"]) == (0, 1)
    assert told["rows"]["rejected"] == {"before": "0", "after": "3", "change": "+3"}
    assert told["findings"]["TX-08 error"]["change"] == "+3"
    (line,) = told["agencies"]
    assert (line["agency"], line["figures"]["licence.accepted"]["change"]) == (market_bureau().code, "-3")
    plain = gongshi("rules", "--what-if", str(file), "--period", "2026-06", "--at", LATER)
    assert "licence.accepted: 3 → 0 (-3)" in plain.out

    assert gongshi("registry", "load", str(file.parent), "--at", LATER).code == 0
    book = json.loads(gongshi("rules", "--in-force", "--at", LATER, "--json").out)
    assert book["version"] == told["changed_rulebook"] != shipped().version

    done = gongshi("revalidate", "--period", "2026-06", "--at", LATER, "--json")
    result = json.loads(done.out)
    assert (done.code, result["changed_rows"], result["rulebook"]) == (0, 3, book["version"])
    assert (stocked.home / result["backup"] / "manifest.json").exists()
    assert gongshi("ledger").code == 0
    again = gongshi("revalidate", "--period", "2026-06", "--at", LATER)
    assert (again.code, "nothing changed" in again.out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("rules", "--what-if", "FILE"), "belong together"),
        (("rules", "--period", "2026-06"), "belong together"),
        (("revalidate",), "--batch ID or --period P"),
        (("revalidate", "--batch", "x", "--period", "2026-06"), "--batch ID or --period P"),
        (("revalidate", "--period", "June"), "no period"),
        (("revalidate", "--period", "2025-06"), "no batch with judged rows"),
        (("rules", "--what-if", "FILE", "--period", "2026-06"), "row 2, column setting"),
    ],
)
def test_wrong_usage_says_what_to_write(
    settings_in_env: Settings, tmp_path: Path, gongshi: Run, arguments: tuple[str, ...], told: str
) -> None:
    bootstrap.prepare(settings_in_env)
    file = tmp_path / "settings.csv"
    file.write_text(SETTINGS.replace("TX-08", "ZZ-08"), "utf-8")
    done = gongshi(*(str(file) if word == "FILE" else word for word in arguments))
    assert told in done.err
    assert done.code == (1 if "row 2" in told else 2)
