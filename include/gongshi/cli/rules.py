"""The verbs about rules: the book, what a changed one would move, stored rows judged anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from gongshi.cli.common import (
    EXISTING_FILE,
    as_json_option,
    at_option,
    clock_of,
    rulebook_of,
    say,
)
from gongshi.errors import UsageError
from gongshi.platform.settings import load_settings


@click.command()
@click.option(
    "--in-force", is_flag=True, help="With the settings in force now; without, as it comes with the product."
)
@click.option(
    "--what-if", type=EXISTING_FILE, metavar="FILE", help="Whose figures would move under the rules of FILE."
)
@click.option("--period", metavar="P", help="With --what-if: judge what was received in this period by them.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Write the book for agencies, .xlsx or .html: the one in force, with the most frequent mistakes.",
)
@at_option
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
    book = rulebook_of(in_force, at).as_data()
    say(
        book, as_json, lambda: [f"rule book {book['version']}", *(_rule_text(rule) for rule in book["rules"])]
    )


def _what_if(file: Path, period: str, at: str | None, as_json: bool) -> None:
    from gongshi import flow
    from gongshi.platform.database import demand_migrated

    settings = load_settings()
    clock = clock_of(settings, at)
    demand_migrated(settings)
    found = flow.what_if(settings, file, period, clock, progress=sys.stderr.isatty())
    say(found, as_json, lambda: list(_what_if_lines(found)))


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


def _write_rulebook(output: Path, at: str | None) -> None:
    from gongshi.platform.database import connect, demand_migrated
    from gongshi.registry.rulebook import in_force
    from gongshi.respond.rulebook_facts import frequent_mistakes, setting_days
    from gongshi.respond.rulebook_files import write_rulebook
    from gongshi.respond.rulebook_page import book_of
    from gongshi.sample.examples import of_all

    settings = load_settings()
    clock = clock_of(settings, at)
    demand_migrated(settings)
    with connect(settings) as connection:
        book = in_force(connection, clock)
        days, mistakes = setting_days(connection, clock), frequent_mistakes(connection, book, clock)
    write_rulebook(book_of(book, of_all(book.kinds), days, mistakes, clock), output)
    click.echo(str(output))


@click.command()
@click.option("--batch", metavar="ID", help="This batch.")
@click.option("--period", metavar="P", help="All batches received in this period.")
@at_option
@as_json_option
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
    clock = clock_of(settings, at)
    demand_migrated(settings)
    done = flow.revalidate(settings, batch, period, clock, progress=sys.stderr.isatty())
    say(done, as_json, lambda: [
        f"{done['batches']} batches judged by {done['rulebook']}: {done['changed_rows']} rows with another outcome, "
        f"{len(done['reissued'])} receipts written again",
        *([f"as it was before: {settings.home / done['backup']}"] if done["backup"] else ["nothing changed"]),
    ])  # fmt: skip


def _rule_text(rule: dict[str, Any]) -> str:
    fields = dict.fromkeys(code for codes in rule["fields"].values() for code in codes)
    shown = " ".join(list(fields)[:4]) + (" …" if len(fields) > 4 else "")
    return (
        f"{rule['id']:<6} {rule['effect']:<12} {'/'.join(rule['kinds']):<16} {shown:<48} {rule['message_zh']}"
    )
