"""The `gongshi` command (architecture, section 3).

Exit codes: 0 good · 1 the data has errors (`check`) or does not balance (`ledger`) · 2 wrong usage · 3 the environment
is not ready. Light verbs (`--help`, `rules`, `ledger`, `db`) import neither Great Expectations nor Airflow.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from gongshi.errors import GongshiError, UsageError
from gongshi.platform.settings import Settings, load_settings
from gongshi.standard.kinds import KINDS
from gongshi.standard.periods import CADENCES, SHANGHAI, read_instant

if TYPE_CHECKING:
    from gongshi.standard.rulebook import Rulebook

_as_json = click.option("--json", "as_json", is_flag=True, help="Answer with JSON.")
_at = click.option("--at", metavar="T", help="The clock, ISO 8601 with zone; only with GONGSHI_REPLAY=1.")
_EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
_output = click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, help="File to write."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """双公示 collection, validation, warehouse and reports of Yunnan Province."""


@cli.group()
def db() -> None:
    """The embedded PostgreSQL and the warehouse's migrations."""


@db.command("start")
def db_start() -> None:
    """Start the embedded server and leave it running."""
    from gongshi.platform import embedded

    settings = load_settings()
    embedded.start(settings)
    click.echo(embedded.url(settings, embedded.WAREHOUSE))


@db.command("stop")
def db_stop() -> None:
    """Stop the embedded server."""
    from gongshi.platform import embedded

    click.echo("stopped" if embedded.stop(load_settings()) else "was not running")


@db.command("uri")
@click.option("--libpq", is_flag=True, help="The plain form, for psql and psycopg2.")
def db_uri(libpq: bool) -> None:
    """Print the warehouse's URL."""
    from gongshi.platform.database import database_url, libpq_uri

    url = database_url(load_settings())
    click.echo(libpq_uri(url) if libpq else url)


@db.command("migrate")
def db_migrate() -> None:
    """Apply migrations and record what ships with the product."""
    from gongshi import bootstrap

    applied = bootstrap.prepare(load_settings())
    click.echo(", ".join(applied) if applied else "up to date")


@cli.group()
def registry() -> None:
    """Who may say what: divisions, agencies, rights, contacts, item lists, holidays, 法人库."""


@registry.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_at
@_as_json
def registry_load(folder: Path, at: str | None, as_json: bool) -> None:
    """Load the registry files of FOLDER (CSV or xlsx)."""
    from gongshi import bootstrap
    from gongshi.registry.load import load_registry

    settings = load_settings()
    clock = _clock(settings, at)
    bootstrap.prepare(settings)
    counts = load_registry(settings, folder, clock)
    _say(counts, as_json, lambda: [f"{name}: {_words(numbers)}" for name, numbers in counts.items()])


@cli.command()
@_at
@_as_json
def collect(at: str | None, as_json: bool) -> None:
    """Take everything waiting, once, through to receipts."""
    from gongshi import bootstrap, flow

    settings = load_settings()
    clock = _clock(settings, at)
    bootstrap.prepare(settings)
    done = flow.collect(settings, clock, progress=not as_json and sys.stderr.isatty())
    if as_json:
        for receipt in flow.receipts(settings, done["batch_ids"]):
            click.echo(json.dumps(receipt, ensure_ascii=False))
        return
    click.echo(_words({name: number for name, number in done.items() if name != "batch_ids"}))


@cli.command()
@click.argument("file", type=_EXISTING)
@click.option("--agency", metavar="CODE", help="统一社会信用代码 of the sender.")
@_at
@_as_json
def check(file: Path, agency: str | None, at: str | None, as_json: bool) -> None:
    """Self-check FILE: the receipt it would get; nothing is stored."""
    from gongshi import bootstrap, flow

    settings = load_settings()
    clock = _clock(settings, at)
    bootstrap.prepare(settings)
    receipts = flow.check_file(settings, file, agency, clock)
    for receipt in receipts:
        click.echo(json.dumps(receipt, ensure_ascii=False) if as_json else _receipt_text(receipt))
    if any(receipt["errors"] or receipt["status"] == "rejected" for receipt in receipts):
        sys.exit(1)


@cli.command()
@click.argument("kind", type=click.Choice([*KINDS, "zero"]))
@click.option(
    "--form", type=click.Choice(["org", "person"]), help="Only the columns of organisations or of persons."
)
@click.option("--agency", metavar="CODE", help="Offer this agency's name and code.")
@_output
def template(kind: str, form: str | None, agency: str | None, output: Path) -> None:
    """Write the Excel template of KIND."""
    from gongshi.respond.template import write_template

    if output.suffix.lower() != ".xlsx":
        raise UsageError(
            f"a template is a workbook; write it to a file ending in .xlsx, not {output.name!r}."
        )
    write_template(kind, output, _named_agency(agency), form)  # type: ignore[arg-type]
    click.echo(str(output))


@cli.command()
@click.option(
    "--in-force", is_flag=True, help="With the settings in force now; without, as it comes with the product."
)
@click.option(
    "--what-if", type=_EXISTING, metavar="FILE", help="Whose figures would move under the rules of FILE."
)
@click.option("--period", metavar="P", help="With --what-if: judge what was received in this period by them.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the book for agencies, .xlsx or .html: the one in force, with the most frequent mistakes.",
)
@_at
@click.option("--json", "as_json", is_flag=True, help="The whole rule book as JSON.")
def rules(
    in_force: bool,
    what_if: Path | None,
    period: str | None,
    output: Path | None,
    at: str | None,
    as_json: bool,
) -> None:
    """Print the rule book, write it for agencies, or try a changed one.

    FILE is a table of rule settings (CSV or xlsx, as the registry takes them) or the edited output of
    `gongshi rules --json`. Nothing in the warehouse changes.
    """
    if (what_if is None) != (period is None):
        raise UsageError("--what-if FILE and --period P belong together.")
    if what_if is not None and period is not None:
        _what_if(what_if, period, at, as_json)
        return
    if output is not None:
        _write_rulebook(output, at)
        return
    book = _book(in_force, at).as_data()
    _say(
        book, as_json, lambda: [f"rule book {book['version']}", *(_rule_text(rule) for rule in book["rules"])]
    )


def _book(in_force: bool, at: str | None) -> Rulebook:
    from gongshi.standard import rulebook

    if not in_force:
        return rulebook.shipped()
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.registry.rulebook import in_force as book_in_force

    settings = load_settings()
    demand_migrated(settings)
    with connect(settings) as connection:
        return book_in_force(connection, _clock(settings, at))


def _what_if(file: Path, period: str, at: str | None, as_json: bool) -> None:
    from gongshi import flow
    from gongshi.platform.database import demand_migrated

    settings = load_settings()
    clock = _clock(settings, at)
    demand_migrated(settings)
    found = flow.what_if(settings, file, period, clock, progress=sys.stderr.isatty())
    _say(found, as_json, lambda: list(_what_if_lines(found)))


def _what_if_lines(found: Mapping[str, Any]) -> Iterator[str]:
    yield f"{found['period']}: {found['batches']} batches judged by {found['changed_rulebook']} instead of {found['rulebook']}"
    for title in ("rows", "findings"):
        yield from (f"  {title} {name}: {_moved(move)}" for name, move in found[title].items())
    for title in ("total", "agencies", "senders"):
        for line in found[title]:
            yield f"{title}: {line['agency']} {line['name']}"
            yield from (f"  {path}: {_moved(move)}" for path, move in line["figures"].items())
    if not found["total"]:
        yield "no figure of the province moves"


def _moved(move: Mapping[str, str | None]) -> str:
    change = f" ({move['change']})" if move["change"] else ""
    return f"{move['before'] or '—'} → {move['after'] or '—'}{change}"


@cli.command()
@click.option("--batch", metavar="ID", help="This batch.")
@click.option("--period", metavar="P", help="All batches received in this period.")
@_at
@_as_json
def revalidate(batch: str | None, period: str | None, at: str | None, as_json: bool) -> None:
    """Judge stored rows by the rules now in force, for good.

    The facts as they were are copied to backup/ first and kept for reports as of an earlier instant; every row whose
    outcome changes is logged, and the receipts concerned are written again with what changed.
    """
    from gongshi import flow
    from gongshi.platform.database import demand_migrated

    if (batch is None) == (period is None):
        raise UsageError("name what to judge anew: --batch ID or --period P.")
    settings = load_settings()
    clock = _clock(settings, at)
    demand_migrated(settings)
    done = flow.revalidate(settings, batch, period, clock, progress=sys.stderr.isatty())
    _say(done, as_json, lambda: [
        f"{done['batches']} batches judged by {done['rulebook']}: {done['changed_rows']} rows with another outcome, "
        f"{len(done['reissued'])} receipts written again",
        *([f"as it was before: {settings.home / done['backup']}"] if done["backup"] else ["nothing changed"]),
    ])  # fmt: skip


@cli.command()
@click.argument("cadence", type=click.Choice(CADENCES))
@click.option(
    "--period", metavar="P", help="2026-05-10, 2026-W19, 2026-05 or 2026-Q2; default the last complete one."
)
@click.option("--as-of", metavar="T", help="What was known at this instant; default now.")
@_at
@_as_json
def report(cadence: str, period: str | None, as_of: str | None, at: str | None, as_json: bool) -> None:
    """Write the documents of a report."""
    from gongshi import flow
    from gongshi.platform.database import demand_migrated

    settings = load_settings()
    known_at = _instant("--as-of", as_of) if as_of else None
    clock = _clock(settings, at)
    demand_migrated(settings)
    files = flow.report(settings, cadence, period, clock, known_at)["files"]
    _say({"files": files}, as_json, lambda: [str(settings.home / name) for name in files])


@cli.command()
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.option("--batch", metavar="ID", help="Records whose current version came from this batch.")
@click.option("--agency", metavar="CODE", help="Records this agency reported.")
@click.option("--period", metavar="P", help="Decisions of this period.")
@click.option("--full", is_flag=True, help="Personal data unmasked; the export is logged.")
@_output
@_at
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
    clock = _clock(settings, at)
    demand_migrated(settings)
    rows = write(settings, kind, output, at=clock, user=getpass.getuser(), batch=batch, agency=agency,
                 period=period, full=full)  # fmt: skip
    click.echo(f"{output}: {rows} records")


@cli.command()
@click.argument("number")
@_as_json
def trace(number: str, as_json: bool) -> None:
    """The life of a decision, by 文书号 or 记录编号."""
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.respond.trace import trace as follow

    settings = load_settings()
    demand_migrated(settings)
    with connect(settings) as connection:
        life = follow(connection, number)
    _say(life, as_json, lambda: [json.dumps(life, ensure_ascii=False, indent=2)])
    if not any(life.get(part) for part in ("records", "rejected")):
        sys.exit(1)


@cli.command()
@_as_json
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
    _say(answer, as_json, lambda: [*lines, f"{verdict}: {_words(book.totals)}"])
    if not book.balances:
        sys.exit(1)


def main() -> NoReturn:
    """Run the command; errors of ours become one line and their exit code."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except GongshiError as error:
        click.echo(f"gongshi: {error}", err=True)
        sys.exit(error.exit_code)
    sys.exit(0)


def _clock(settings: Settings, at: str | None) -> datetime:
    """The argument clock: now, or `--at` in a replay."""
    if at is None:
        return datetime.now(SHANGHAI)
    if not settings.replay:
        raise UsageError("--at is accepted only with GONGSHI_REPLAY=1 (demo, tests). Leave it out.")
    return _instant("--at", at)


def _instant(option: str, text: str) -> datetime:
    instant = read_instant(text)
    if instant is None:
        raise UsageError(
            f"{option} is {text!r}; expected ISO 8601 with a time zone, e.g. 2026-05-12T09:00:00+08:00."
        )
    return instant


def _named_agency(code: str | None) -> tuple[str, str] | None:
    """(code, registered name) of an agency."""
    if code is None:
        return None
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.registry.read import agencies

    settings = load_settings()
    demand_migrated(settings)
    with connect(settings) as connection:
        names = {agency.code: agency.name for agency in agencies(connection, datetime.now(SHANGHAI))}
    if code not in names:
        raise UsageError(f"agency {code} is not registered. Load it with `gongshi registry load`.")
    return code, names[code]


def _say(data: Any, as_json: bool, lines: Callable[[], list[str]]) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else "\n".join(lines()))


def _words(numbers: dict[str, Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in numbers.items())


def _write_rulebook(output: Path, at: str | None) -> None:
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.registry.rulebook import in_force
    from gongshi.respond.rulebook_facts import frequent_mistakes, setting_days
    from gongshi.respond.rulebook_files import write_rulebook
    from gongshi.respond.rulebook_page import book_of
    from gongshi.sample.examples import of_all

    settings = load_settings()
    clock = _clock(settings, at)
    demand_migrated(settings)
    with connect(settings) as connection:
        book = in_force(connection, clock)
        days, mistakes = setting_days(connection, clock), frequent_mistakes(connection, book, clock)
    write_rulebook(book_of(book, of_all(book.kinds), days, mistakes, clock), output)
    click.echo(str(output))


def _rule_text(rule: dict[str, Any]) -> str:
    fields = dict.fromkeys(code for codes in rule["fields"].values() for code in codes)
    shown = " ".join(list(fields)[:4]) + (" …" if len(fields) > 4 else "")
    return (
        f"{rule['id']:<6} {rule['effect']:<12} {'/'.join(rule['kinds']):<16} {shown:<48} {rule['message_zh']}"
    )


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
