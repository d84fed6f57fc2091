"""`gongshi db …` and `gongshi registry …`: the server, migrations, who owes what."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gongshi.cli.common import (
    as_json_option,
    at_option,
    clock_of,
    say,
    words,
)
from gongshi.platform.settings import load_settings

if TYPE_CHECKING:
    pass


@click.group()
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


@click.group()
def registry() -> None:
    """Who may say what: divisions, agencies, rights, contacts, item lists, holidays, 法人库."""


@registry.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@at_option
@as_json_option
def registry_load(folder: Path, at: str | None, as_json: bool) -> None:
    """Load the registry files of FOLDER (CSV or xlsx)."""
    from gongshi import bootstrap
    from gongshi.registry.load import load_registry

    settings = load_settings()
    clock = clock_of(settings, at)
    bootstrap.prepare(settings)
    counts = load_registry(settings, folder, clock)
    say(counts, as_json, lambda: [f"{name}: {words(numbers)}" for name, numbers in counts.items()])
