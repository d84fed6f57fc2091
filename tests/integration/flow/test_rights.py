"""Two answers (Article 8): who decided and who reports are kept apart, and rights are asked for both."""

from __future__ import annotations

import pytest

from gongshi import flow
from gongshi.sample.province import Agency, province
from gongshi.sample.registry_files import COLLECTOR, REPORTED_DIVISION


def of(field: str, division: str) -> Agency:
    return next(a for a in province(2026).agencies if (a.field, a.division_code) == (field, division))


@pytest.mark.parametrize("kind", ["licence", "penalty"])
def test_a_right_lets_one_agency_report_what_another_decided(house, kind):
    other = of("market", REPORTED_DIVISION)
    house.drop("代报.csv", house.csv(kind, house.rows(kind, 3, other)))
    house.collect()
    receipt = house.receipt("代报.csv")
    assert (receipt["status"], receipt["rows"]["accepted"], receipt["findings"]) == ("accepted", 3, [])
    stored = house.fetch(f"SELECT DISTINCT agency_code, organ_code FROM core.{kind}")
    assert stored == [{"agency_code": house.agencies[0].code, "organ_code": other.code}]
    assert house.ledger().balances


def test_rows_of_another_place_are_rejected_one_by_one(house):
    """The folder names itself, so its file is read; what another prefecture decided is not its to report."""
    own = house.rows("licence", 2)
    foreign = house.rows("licence", 2, of("market", "530300"))
    house.drop("混报.csv", house.csv("licence", own + foreign))
    house.collect()
    receipt = house.receipt("混报.csv")
    assert [(f["row"], f["rule"], f["field"]) for f in receipt["findings"]] == [
        (4, "AG-07", "XK_XKJGDM"),
        (5, "AG-07", "XK_XKJGDM"),
    ]
    assert (receipt["rows"]["accepted"], receipt["rows"]["rejected"]) == (2, 2)


def test_a_right_ends_with_its_day(house):
    house.execute(
        "UPDATE ref.reporting_right SET valid = daterange(lower(valid), DATE '2026-06-30') WHERE scope = 'agency'"
    )
    house.drop("过期.csv", house.csv("licence", house.rows("licence", 1, of("market", REPORTED_DIVISION))))
    house.collect()
    assert house.receipt("过期.csv")["finding_counts"] == {"BT-06": 1}


def test_the_self_check_asks_the_same_rights(house, tmp_path):
    path = tmp_path / "自查.csv"
    path.write_text(house.csv("licence", house.rows("licence", 1, of("market", REPORTED_DIVISION))), "utf-8")

    def checked(agency: str | None) -> tuple[str, dict[str, int]]:
        (receipt,) = flow.check_file(house.settings, path, agency, house.at)
        return receipt["status"], receipt["finding_counts"]

    assert checked(house.agencies[0].code) == ("accepted", {})
    assert checked(of(COLLECTOR, "530000").code) == ("accepted", {})
    assert checked(of("health", "530100").code) == ("rejected", {"BT-06": 1})
    assert checked(None) == ("accepted", {})
