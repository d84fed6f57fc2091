"""Agency databases: one module here a source, found by its `TableSource` subclass."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

from gongshi.intake.sources.base import TableSource
from gongshi.intake.sources.pull import pull
from gongshi.platform.settings import Settings

__all__ = ["active_sources", "all_sources", "pull_source"]


def all_sources() -> list[TableSource]:
    """Every source this package holds, by id."""
    found = {
        member.source_id: member
        for module in iter_modules(__path__)
        for member in vars(import_module(f"{__name__}.{module.name}")).values()
        if isinstance(member, type) and issubclass(member, TableSource) and member is not TableSource
    }
    return [found[source_id]() for source_id in sorted(found)]


def active_sources(env: Mapping[str, str] | None = None) -> list[TableSource]:
    """Sources whose database is configured (`GONGSHI_SOURCE_<SOURCE_ID>_URL`)."""
    env = os.environ if env is None else env
    return [source for source in all_sources() if env.get(source.url_variable)]


def pull_source(
    settings: Settings, source_id: str, at: datetime, env: Mapping[str, str] | None = None
) -> list[str]:
    """Pull what is new in one source; ids of the landed batches.

    Raises:
        SourceError: the source is unknown or not configured, or one of its tables could not be read. What could be
            read of the others is landed, and each table has its line in the transfer log.
    """
    env = os.environ if env is None else env
    source = TableSource.named(source_id, all_sources())
    return pull(settings, source, source.url(env), at)
