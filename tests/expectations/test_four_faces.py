"""One rule book, four faces: what is published, what the suites hold, what templates ask and what is run say the same.

Each face is read back from what was written – a workbook, a page, a suite's JSON, findings on rows – and compared with
`as_data()`, for the shipped book and for one changed by settings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gongshi.corpus.rules import AT, frame_of, sample_facts
from gongshi.respond.rulebook_files import write_rulebook
from gongshi.respond.rulebook_page import book_of
from gongshi.respond.template import write_template
from gongshi.sample.decisions import Desk
from gongshi.sample.examples import of_all
from gongshi.sample.fault_files import all_faults
from gongshi.sample.faults import market_bureau
from gongshi.sample.names import chance
from gongshi.standard.model import ORGANISATION
from gongshi.standard.rulebook import Rulebook, Setting, shipped, with_settings
from gongshi.validate.frame import build_frame
from gongshi.validate.rows import validate_rows
from gongshi.validate.suites import ready_suites

CHANGED = (
    Setting("NM-02", None, None, "length", "6"),
    Setting("NM-04", None, None, "effect", "reject_row"),
    Setting("CF-26", None, None, "years", "5"),
    Setting("XK-06", None, None, "enabled", "0"),
    Setting("TX-08", "licence", "document_name", "length", "80"),
    Setting("PI-09", None, None, "publication", "hold"),
)
EFFECT_ZH = {"reject_batch": "整个文件不接收", "reject_row": "退回该行", "warn": "提示", "fix": "自动规范"}
SEVERITY = {"reject_row": "critical", "reject_batch": "critical", "warn": "warning", "fix": "info"}
HOLD = "更正前暂不公示"


@pytest.fixture(params=["shipped", "changed"])
def book(request: pytest.FixtureRequest) -> Rulebook:
    return shipped() if request.param == "shipped" else with_settings(shipped(), CHANGED)


def enabled(book: Rulebook) -> dict[str, dict[str, Any]]:
    return {rule["id"]: rule for rule in book.as_data()["rules"] if rule["enabled"]}


def words(message: str) -> str:
    """A message as a pattern: what only a row can fill, and the field's name, may be anything."""
    return ".*?".join(re.escape(part) for part in re.split(r"\{\w+\}", message))


def told_effects(rule: dict[str, Any]) -> set[str]:
    """What the rule does, in Chinese: by its cases, and that it mends."""
    cases = [case for listed in rule["params"].values() for case in listed]
    effects = {case["effect"] or rule["effect"] for case in cases} or {rule["effect"]}
    return {EFFECT_ZH[effect] for effect in effects | ({"fix"} & {rule["effect"]})}


class _Page(HTMLParser):
    """Rows of the tables of rules as lists of cell texts."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in = False

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")
            self._in = True
        elif tag == "br" and self._in:
            self.rows[-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._in = self._in and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._in:
            self.rows[-1][-1] += data


def published(book: Rulebook, path: Path) -> Iterator[tuple[str, str, str, str]]:
    """(rule id, effect, demand with its conditions, what to do) as the file shows them, one a line."""
    write_rulebook(book_of(book, of_all(book.kinds)), path)
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path)["校验规则"]
        lines = list(sheet.iter_rows(values_only=True))
        start = next(n for n, line in enumerate(lines) if line[0] == "字段")
        assert f"规则库版本 {book.version}" in str(lines[1][0])
        for line in lines[start + 1 :]:
            yield str(line[3]), str(line[4]), f"{line[5]}\n{line[7] or ''}", str(line[6] or "")
        return
    page = _Page()
    text = path.read_text("utf-8")
    assert f"规则库版本 {book.version}" in text
    page.feed(text)
    for row in page.rows:
        if row:
            rule_id, _, effect = row[0].strip().partition("\n")
            yield rule_id, effect, row[1], row[2].replace("—", "")


@pytest.mark.parametrize("name", ["校验规则.xlsx", "校验规则.html"])
def test_what_is_published_is_the_rule_book(book: Rulebook, tmp_path: Path, name: str) -> None:
    rules, shown = enabled(book), list(published(book, tmp_path / name))
    assert {rule_id for rule_id, *_ in shown} == set(rules)
    wrong, all_effects = [], {}
    for rule_id, effect, demand, remedy in shown:
        rule = rules[rule_id]
        effects = set(effect.split("，")) - {HOLD, "不予公示"}
        holds = {"hold": HOLD, "never": "不予公示"}.get(rule["publication"], "") in effect
        all_effects.setdefault(rule_id, set()).update(effects)
        if not holds:
            wrong.append((rule_id, effect))
        if not re.search(words(rule["message_zh"]), demand, re.DOTALL) or remedy != rule["suggestion_zh"]:
            wrong.append((rule_id, demand, remedy))
    assert wrong == []
    assert all_effects == {rule_id: told_effects(rule) for rule_id, rule in rules.items()}
    conditions = {rule_id: demand for rule_id, _, demand, _ in shown}
    assert f"{book.parameter('licence', 'NM-02', 'length')}个字" in conditions["NM-02"]
    assert f"{book.parameter('penalty', 'CF-26', 'years')}年" in conditions["CF-26"]


def test_suites_hold_the_rule_book(book: Rulebook, module_judge: Any, kind: str) -> None:
    suite = json.loads((ready_suites(module_judge.settings, book) / f"{kind}_rows.json").read_text("utf-8"))
    rules = enabled(book)
    assert suite["meta"]["rulebook"] == book.version == book.as_data()["version"]
    held = [e for e in suite["expectations"] if "rule_id" in e["kwargs"]]
    wanted = {
        (rule_id, number): case
        for rule_id, rule in rules.items()
        if rule["scope"] in ("row", "registry")
        for number, case in enumerate(rule["params"].get(kind, ()))
    }
    assert {(e["kwargs"]["rule_id"], e["kwargs"]["case"]) for e in held} == set(wanted)
    for e in held:
        rule, case = rules[e["kwargs"]["rule_id"]], wanted[e["kwargs"]["rule_id"], e["kwargs"]["case"]]
        assert (e["kwargs"]["check"], e["kwargs"]["params"]) == (case["check"], case["params"])
        assert e["severity"] == SEVERITY[case["effect"] or rule["effect"]]
        assert e["description"] == f"{rule['id']} {rule['message_zh']}"
        assert case["when"].items() <= e["kwargs"]["when"].items()


def test_templates_ask_what_the_rule_book_asks(book: Rulebook, tmp_path: Path, kind: str) -> None:
    write_template(kind, tmp_path / "t.xlsx", book)
    workbook = openpyxl.load_workbook(tmp_path / "t.xlsx")
    lines = list(workbook["填写说明"].iter_rows(values_only=True))
    assert f"规则库版本 {book.version}" in str(lines[0][0])
    codes = {f.code for f in book.kinds[kind].fields}
    noted = {
        str(line[2]): re.findall(r"^([A-Z]+-\d+)（(.*?)）(.*)$", str(line[5] or ""), re.M)
        for line in lines[4:]
    }
    rules, wanted = enabled(book), {code: set() for code in codes}
    for rule in rules.values():
        for code in set(rule["fields"].get(kind, ())) & codes:
            wanted[code].add(rule["id"])
    assert {code: {rule_id for rule_id, *_ in noted[code]} for code in codes} == wanted
    for rule_id, effect, message in (one for code in codes for one in noted[code]):
        assert set(effect.split("，")) - {HOLD, "不予公示"} <= told_effects(rules[rule_id])
        assert re.fullmatch(words(rules[rule_id]["message_zh"]), message, re.DOTALL)
    sheet = workbook.worksheets[0]
    longest = {
        book.kinds[kind].fields[min(v.sqref.ranges, key=str).min_col - 1].name: int(v.formula1)
        for v in sheet.data_validations.dataValidation
        if v.type == "textLength"
    }
    limits = {case["fields"][0]: case["params"]["length"] for case in rules["TX-08"]["params"][kind]}
    assert longest
    assert longest.items() <= limits.items()


def test_what_is_run_is_the_rule_book(module_judge: Any) -> None:
    """The changed book judges by its own numbers, effects and switches; the shipped one by the shipped ones."""
    changed = with_settings(shipped(), CHANGED)
    rows = {
        "licence": [
            {"party_name": "滇兴商行"},
            {"party_name": "昆明★商贸公司"},
            {"licence_category": "其他"},
        ],
        "penalty": [{"publish_until": "2030/06/28"}, {"publish_until": "2032/06/28"}],
    }
    assert _rules_found(module_judge, shipped(), rows) == {
        "licence": [set(), {("NM-04", "warn")}, {("XK-06", "reject_row")}],
        "penalty": [{("CF-26", "warn")}, {("CF-26", "warn")}],
    }
    assert _rules_found(module_judge, changed, rows) == {
        "licence": [{("NM-02", "reject_row")}, {("NM-04", "reject_row")}, set()],
        "penalty": [set(), {("CF-26", "warn")}],
    }


def _rules_found(
    judge: Any, book: Rulebook, rows: dict[str, list[dict[str, str]]]
) -> dict[str, list[set[tuple[str, str]]]]:
    found = {}
    for kind, changes in rows.items():
        desk = Desk(chance("faces", 2026))
        base = {"category": ORGANISATION} | ({"categories": ("警告",)} if kind == "penalty" else {})
        day = AT.date().replace(day=28)
        cells = [desk.decide(kind, market_bureau(), day, **base) | change for change in changes]
        frame = build_frame(
            f"faces-{kind}", judge.read(kind, cells, {}), AT, sample_facts(), book.switched_off
        )
        (violations,) = validate_rows(judge.settings, [frame], ready_suites(judge.settings, book), AT)
        told: list[set[tuple[str, str]]] = [set() for _ in cells]
        for one in violations:
            for row in one.rows.tolist():
                told[row].add((one.rule_id, one.effect))
        found[kind] = told
    return found


def test_examples_are_rows_the_rules_speak_of(kind: str) -> None:
    """A bad example of the published book is a row of the file of all faults, which is run."""
    book = shipped()
    told = {
        (rule, code)
        for _, rule, code, _ in (one for lay in ("S2018b", "L2015") for one in all_faults(kind, lay).told())
    }
    mended = {
        (rule, book.kinds[kind].official(field))
        for rule, field in zip(
            *(frame_of(all_faults(kind), book).fixes.column(n).to_pylist() for n in ("rule_id", "field")),
            strict=True,
        )
    }
    shown = {(rule, code) for one, rule, code in of_all(book.kinds) if one == kind}
    assert sorted(shown - told - mended) == []
