"""What the sample province's registry says, read from its own files: for judging without a warehouse."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from gongshi.registry.entities import Entities
from gongshi.registry.facts import RegistryFacts, make_facts
from gongshi.registry.files import (
    ENTITIES,
    RegistryFile,
)
from gongshi.registry.load import read_file
from gongshi.registry.world import Loaded
from gongshi.sample.province import province
from gongshi.sample.registry_files import write_registry


@cache
def sample_facts(on: date = date(2026, 6, 30), seed: int = 2026) -> RegistryFacts:
    """Facts about a day of report."""
    with TemporaryDirectory() as folder:
        write_registry(province(seed), Path(folder))

        def loaded(file: RegistryFile) -> Loaded:
            part, _ = read_file(file, Path(folder) / f"{file.name}.csv", file.name)
            return part

        return make_facts(
            on,
            lambda file: [record.values for record in loaded(file).records],
            Entities(loaded(ENTITIES).rows.sort_by("uscc")),
        )
