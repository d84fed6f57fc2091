"""`gongshi source …`: agency databases by hand: which there are, pulling, pausing, accepting changed columns."""

from __future__ import annotations

import getpass

import click

from gongshi.cli.common import as_json_option, at_option, clock_of, say, words
from gongshi.platform.settings import load_settings


@click.group()
def source() -> None:
    """Agency databases (docs/adding_a_source.md)."""


@source.command("list")
@as_json_option
def source_list(as_json: bool) -> None:
    """Every table: whether it is paused, and the newest line of the transfer log."""
    from gongshi.intake.sources.overview import overview
    from gongshi.platform.database import connect

    with connect(load_settings()) as connection:
        tables = overview(connection)
    say(tables, as_json, lambda: [words(table) for table in tables])


@source.command("pull")
@click.argument("source_id", required=False)
@at_option
@as_json_option
def source_pull(source_id: str | None, at: str | None, as_json: bool) -> None:
    """Pull one source, or all: read, load, answer, write verdicts back. Addresses: GONGSHI_SOURCE_<ID>_URL."""
    from gongshi import flow
    from gongshi.intake.sources import source_named
    from gongshi.intake.sources.active import in_environment

    settings = load_settings()
    if source_id:
        source_named(source_id)
    done = flow.pull(settings, clock_of(settings, at), in_environment, source_id)
    say(done, as_json, lambda: [words(done)])


@source.command("pause")
@click.argument("source_id")
@click.option("--reason", required=True, help="Why; stands in the transfer log of every run.")
@at_option
def source_pause(source_id: str, reason: str, at: str | None) -> None:
    """Do not ask a source until it is resumed."""
    from gongshi.intake.sources import source_named
    from gongshi.intake.sources.pause import pause
    from gongshi.platform.database import connect

    settings = load_settings()
    with connect(settings) as connection:
        pause(connection, source_named(source_id), clock_of(settings, at), getpass.getuser(), reason)
    click.echo(f"{source_id} is paused")


@source.command("resume")
@click.argument("source_id")
@at_option
def source_resume(source_id: str, at: str | None) -> None:
    """Ask a paused source again; the next pull catches up."""
    from gongshi.intake.sources import source_named
    from gongshi.intake.sources.pause import resume
    from gongshi.platform.database import connect

    settings = load_settings()
    with connect(settings) as connection:
        resume(connection, source_named(source_id), clock_of(settings, at))
    click.echo(f"{source_id} is asked again")


@source.command("accept-columns")
@click.argument("source_id")
def source_accept_columns(source_id: str) -> None:
    """Read a source on although columns vanished: the agency was asked, and it is meant."""
    from gongshi.intake.sources import source_named
    from gongshi.intake.sources.known import accept_columns
    from gongshi.platform.database import connect

    with connect(load_settings()) as connection, connection.cursor() as cursor:
        accept_columns(cursor, source_named(source_id))
    click.echo(f"{source_id}: the columns of the next pull count as right")
