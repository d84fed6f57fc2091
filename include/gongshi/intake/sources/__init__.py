"""Agency databases: one module here a source, found by its `TableSource` or `ExchangeSource` subclass."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from gongshi.intake.sources.base import TableSource

__all__ = ["all_sources", "source_named"]


def all_sources() -> list[TableSource]:
    """Every source this package holds, by id."""
    found = {
        member.source_id: member
        for module in iter_modules(__path__)
        for member in vars(import_module(f"{__name__}.{module.name}")).values()
        if isinstance(member, type) and issubclass(member, TableSource) and "source_id" in vars(member)
    }
    return [found[source_id]() for source_id in sorted(found)]


def source_named(source_id: str) -> TableSource:
    """The source with this id.

    Raises:
        SourceError: there is none.
    """
    return TableSource.named(source_id, all_sources())
