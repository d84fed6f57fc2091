"""The verbs about rows: taken, checked, exported, traced, recounted; templates and reports."""

from __future__ import annotations

import getpass
import json
import sys
from pathlib import Path
from typing import Any

import click

from gongshi.cli.common import (
    EXISTING_FILE,
    as_json_option,
    at_option,
    clock_of,
    instant_of,
    named_agency,
    output_option,
    rulebook_of,
    say,
    words,
)
from gongshi.errors import UsageError
from gongshi.platform.settings import load_settings
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import CADENCES


@click.command()
@at_option
@as_json_option
def collect(at: str | None, as_json: bool) -> None:
    """Take everything waiting, once, through to receipts."""
    from gongshi import bootstrap, flow

    settings = load_settings()
    clock = clock_of(settings, at)
    bootstrap.prepare(settings)
    done = flow.collect(settings, clock, progress=not as_json and sys.stderr.isatty())
    if as_json:
        for receipt in flow.receipts(settings, done["batch_ids"]):
            click.echo(json.dumps(receipt, ensure_ascii=False))
        return
    click.echo(words({name: number for name, number in done.items() if name != "batch_ids"}))


@click.command()
@click.argument("file", type=EXISTING_FILE)
@click.option("--agency", metavar="CODE", help="统一社会信用代码 of the sender.")
@at_option
@as_json_option
def check(file: Path, agency: str | None, at: str | None, as_json: bool) -> None:
    """Self-check FILE: the receipt it would get; nothing is stored."""
    from gongshi import bootstrap, flow

    settings = load_settings()
    clock = clock_of(settings, at)
    bootstrap.prepare(settings)
    receipts = flow.check_file(settings, file, agency, clock)
    for receipt in receipts:
        click.echo(json.dumps(receipt, ensure_ascii=False) if as_json else _receipt_text(receipt))
    if any(receipt["errors"] or receipt["status"] == "rejected" for receipt in receipts):
        sys.exit(1)


@click.command()
@click.argument("kind", type=click.Choice([*KINDS, "zero"]))
@click.option(
    "--form", type=click.Choice(["org", "person"]), help="Only the columns of organisations or of persons."
)
@click.option("--agency", metavar="CODE", help="Offer this agency's name and code.")
@output_option
def template(kind: str, form: str | None, agency: str | None, output: Path) -> None:
    """Write the Excel template of KIND."""
    from gongshi.respond.template import write_template

    if output.suffix.lower() != ".xlsx":
        raise UsageError(
            f"a template is a workbook; write it to a file ending in .xlsx, not {output.name!r}."
        )
    book = rulebook_of(in_force=agency is not None, at=None)
    write_template(kind, output, book, named_agency(agency), form)  # type: ignore[arg-type]
    click.echo(str(output))


@click.command()
@click.argument("cadence", type=click.Choice(CADENCES))
@click.option(
    "--period", metavar="P", help="2026-05-10, 2026-W19, 2026-05 or 2026-Q2; default the last complete one."
)
@click.option("--as-of", metavar="T", help="What was known at this instant; default now.")
@at_option
@as_json_option
def report(cadence: str, period: str | None, as_of: str | None, at: str | None, as_json: bool) -> None:
    """Write the documents of a report."""
    from gongshi import flow
    from gongshi.platform.database import demand_migrated

    settings = load_settings()
    known_at = instant_of("--as-of", as_of) if as_of else None
    clock = clock_of(settings, at)
    demand_migrated(settings)
    files = flow.report(settings, cadence, period, clock, known_at)["files"]
    say({"files": files}, as_json, lambda: [str(settings.home / name) for name in files])


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--batch", metavar="ID", help="Records whose current version came from this batch.")
@click.option("--agency", metavar="CODE", help="Records this agency reported.")
@click.option("--period", metavar="P", help="Decisions of this period.")
@click.option("--full", is_flag=True, help="Personal data unmasked; the export is logged.")
@output_option
@at_option
def export(
    kind: str,
    batch: str | None,
    agency: str | None,
    period: str | None,
    full: bool,
    output: Path,
    at: str | None,
) -> None:
    """Write current records of KIND as csv, xlsx or parquet, by the ending of the file."""
    from gongshi.platform.database import demand_migrated
    from gongshi.respond.export import export as write

    settings = load_settings()
    clock = clock_of(settings, at)
    demand_migrated(settings)
    rows = write(settings, kind, output, at=clock, user=getpass.getuser(), batch=batch, agency=agency,
                 period=period, full=full)  # fmt: skip
    click.echo(f"{output}: {rows} records")


@click.command()
@click.argument("number")
@as_json_option
def trace(number: str, as_json: bool) -> None:
    """The life of a decision, by 文书号 or 记录编号."""
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.respond.trace import trace as follow

    settings = load_settings()
    demand_migrated(settings)
    with connect(settings) as connection:
        life = follow(connection, number)
    say(life, as_json, lambda: [json.dumps(life, ensure_ascii=False, indent=2)])
    if not any(life.get(part) for part in ("records", "rejected")):
        sys.exit(1)


@click.command()
@as_json_option
def ledger(as_json: bool) -> None:
    """Recount landed rows, versions, quarantine, outcomes and receipts; name what is missing."""
    from gongshi.load.ledger import recount
    from gongshi.platform.database import connect, demand_migrated

    settings = load_settings()
    demand_migrated(settings)
    with connect(settings) as connection:
        book = recount(settings, connection)
    problems = [vars(problem) for problem in book.problems]
    lines = [f"{p.where}: {p.what}. To do: {p.remedy}." for p in book.problems]
    verdict = "balanced" if book.balances else f"{len(problems)} problems"
    answer = {"balanced": book.balances, "totals": book.totals, "problems": problems}
    say(answer, as_json, lambda: [*lines, f"{verdict}: {words(book.totals)}"])
    if not book.balances:
        sys.exit(1)


def _receipt_text(receipt: dict[str, Any]) -> str:
    rows = receipt["rows"]
    sheet = f"（{receipt['sheet']}）" if receipt["sheet"] else ""
    lines = [
        f"{receipt['file']}{sheet}：读取 {rows['read']} 行，通过 {rows['accepted']} 行，不通过 {rows['rejected']} 行；"
        f"错误 {receipt['errors']}，提示 {receipt['warnings']}，自动修正 {receipt['fixes']} 处"
    ]
    for finding in receipt["findings"]:
        place = f"第 {finding['row']} 行 " if finding["row"] else ""
        value = f"［{finding['value']}］" if finding["value"] else ""
        lines.append(
            f"  {place}{finding['field'] or ''} {finding['rule']}：{finding['message']}{value} {finding['suggestion'] or ''}"
        )
    return "\n".join([*lines, receipt["next_step"]])
