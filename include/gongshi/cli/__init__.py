"""The `gongshi` command (architecture, section 3).

Exit codes: 0 good · 1 the data has errors (`check`) or does not balance (`ledger`) · 2 wrong usage · 3 the environment
is not ready. Light verbs (`--help`, `rules`, `ledger`, `db`) import neither Great Expectations nor Airflow.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from gongshi.cli import database, rows, rules, sources
from gongshi.errors import GongshiError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """双公示 collection, validation, warehouse and reports of Yunnan Province."""


for _verb in (
    database.db, database.registry, rows.collect, rows.check, rows.template, rows.report, rows.export, rows.trace, rows.ledger,
    rules.rules, rules.revalidate, sources.source,
):  # fmt: skip
    cli.add_command(_verb)


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
