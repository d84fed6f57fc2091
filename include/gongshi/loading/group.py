"""One group of batches of a kind: judged together, staged in the background, merged each in a transaction of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa

from gongshi.intake.landing import (
    landed_beside,
    landed_column,
    landed_organs,
    landed_parts,
    landed_rows_at,
    organ_codes,
    organ_names,
    read_landed,
)
from gongshi.load.causes import add_causes
from gongshi.load.decided import decide_beside, drop_left_over
from gongshi.load.merge import BatchMerge
from gongshi.load.staging import StagedPart, stage
from gongshi.load.statements import Statements
from gongshi.loading.background import Background
from gongshi.loading.returned import add_changes
from gongshi.platform.database import Connection, connect
from gongshi.platform.identity_key import IdentityKey, open_key
from gongshi.platform.settings import Settings
from gongshi.registry.facts import RegistryFacts
from gongshi.registry.facts_read import registry_facts
from gongshi.registry.read import calendar
from gongshi.registry.rulebook import recorded
from gongshi.standard.kinds import KINDS
from gongshi.standard.messages import ROW_NO, Cause, JudgedBatch, ReadBatch
from gongshi.standard.rulebook import Rulebook
from gongshi.standard.working_days import WorkingCalendar
from gongshi.validate.causes import find_causes, judge_again
from gongshi.validate.causes.material import Material, may_have_causes
from gongshi.validate.judge import judge, sender_refusal


@dataclass(frozen=True)
class _Group:
    """What all steps of a group need.

    Attributes:
        batches: rows of `intake.batch`, with `refusal` (BT-06) or None.
        facts: what the registry knew, by instant of receipt.
        days: working days as known, by instant of receipt.
        key: of the identities.
        at: the clock.
        book: the rule book all of them are stamped with.
    """

    settings: Settings
    batches: Sequence[dict[str, Any]]
    facts: dict[datetime, RegistryFacts]
    days: dict[datetime, WorkingCalendar]
    key: IdentityKey
    at: datetime
    book: Rulebook


def judge_and_merge(settings: Settings, batches: Sequence[dict[str, Any]], at: datetime) -> None:
    """Judge batches (rows of `intake.batch`: many small ones, or a large one), stage and merge them."""
    with connect(settings) as connection:
        instants = {batch["received_at"] for batch in batches}
        facts = {instant: registry_facts(connection, instant) for instant in instants}
        days = {instant: calendar(connection, instant) for instant in instants}
        book = recorded(connection, batches[0]["rulebook_version"])
        key = open_key(connection, settings.identity_key_file, at)
    for batch in batches:
        known = facts[batch["received_at"]]
        organs = landed_organs(settings, batch["batch_id"])
        codes = [*organ_codes(organs), *known.codes_of(organ_names(organs))]
        beside = partial(landed_beside, settings, batch["batch_id"])
        may_report = partial(known.may_report, batch["agency_code"], batch["kind"])
        batch["refusal"] = sender_refusal(codes, batch["agency_code"], beside, book, may_report)
    group = _Group(settings, batches, facts, days, key, at, book)
    if len(batches) > 1:
        _merge_each(group)
    else:
        _merge_while_judging(group)


def _merge_each(group: _Group) -> None:
    """Stage small batches, then merge one after the other, each on what the one before left."""
    staged: dict[str, tuple[JudgedBatch, StagedPart]] = {}
    _stage_all(group, lambda head, part: staged.update({head.batch_id: (head, part)}), decide=False)
    for batch in group.batches:
        head, part = staged[batch["batch_id"]]
        causes = _causes(group, batch, head, [part])
        with connect(group.settings) as connection:
            merge = _begin(group, connection, head)
            merge.add(part)
            if merge.finish():
                add_causes(connection, head.batch_id, causes)
                add_changes(group.settings, connection, head, [part])


def _merge_while_judging(group: _Group) -> None:
    """Merge the parts of one large batch as they are staged, while the next ones are judged."""
    parts: list[StagedPart] = []
    merges: list[BatchMerge] = []
    heads: list[JudgedBatch] = []
    with connect(group.settings) as connection:
        with Background() as merging:

            def take_up(head: JudgedBatch, part: StagedPart) -> None:
                if not merges:
                    heads.append(head)
                    merges.append(_begin(group, connection, head))
                parts.append(part)
                merging.run(partial(merges[0].add, part))

            _stage_all(group, take_up, decide=True)
            causes = _causes(group, group.batches[0], heads[0], parts)
        if merges[0].finish():
            add_causes(connection, heads[0].batch_id, causes)
            add_changes(group.settings, connection, heads[0], parts)
        drop_left_over(connection)


def _begin(group: _Group, connection: Connection, head: JudgedBatch) -> BatchMerge:
    read_rows = partial(landed_rows_at, group.settings, head.batch_id)
    return BatchMerge(
        connection, head, read_rows, group.key, group.days[head.received_at], group.at, group.book
    )


def _stage_all(group: _Group, then: Callable[[JudgedBatch, StagedPart], None], *, decide: bool) -> None:
    """Judge all parts, staging each in the background while the next is judged.

    Args:
        group: the batches.
        then: gets what a part says of its batch (without rows) and the part, once its staged rows are visible to others.
        decide: decide about its rows too, as far as that needs no other part; only parts of one batch stand alone.
    """

    def stage_one(part: JudgedBatch, number: int) -> None:
        done = stage([one.cursor(), other.cursor()], part, group.key, group.at, group.book)
        one.commit()
        other.commit()
        if decide:
            run = Statements(one.cursor(), KINDS[part.kind], part, group.key, group.at)
            done = replace(done, decided=decide_beside(one, run, done.row_range, number))
            one.commit()
        none = replace(part.read, rows=part.read.rows.slice(0, 0))
        then(replace(part, read=none, table=part.table.slice(0, 0)), done)

    with connect(group.settings) as one, connect(group.settings) as other, Background() as staging:
        for number, items in enumerate(_parts(group.settings, group.batches), start=1):
            for part in judge(group.settings, items, group.facts, group.days, group.at, group.book, number):
                staging.run(partial(stage_one, part, number))


def _causes(
    group: _Group, batch: dict[str, Any], judged: JudgedBatch, parts: Sequence[StagedPart]
) -> list[Cause]:
    """What the findings of a batch have in common; its rows are read again only where counts suggest something."""
    facts = group.facts[judged.received_at]
    filled = sum((Counter(part.filled) for part in parts), Counter())
    found = [part.findings for part in parts]
    if judged.refusal or not may_have_causes(found, filled, batch["rows_read"], KINDS[judged.kind]):
        return []
    column = partial(landed_column, group.settings, judged.batch_id)
    numbers = column(ROW_NO).to_numpy()

    def rows_at(positions: np.ndarray) -> pa.Table:
        return landed_rows_at(group.settings, judged.batch_id, numbers[positions].tolist())

    material = Material(judged.read, numbers, column, rows_at, pa.concat_tables(found), facts)
    return find_causes(material, judge_again(group.settings, batch, judged.read, facts, group.book))


def _parts(
    settings: Settings, group: Sequence[dict[str, Any]]
) -> Iterator[list[tuple[dict[str, Any], ReadBatch]]]:
    """What is judged in one suite run: all batches of a group of small ones, or one part of a large one."""
    if len(group) > 1:
        yield [(batch, read_landed(settings, batch["batch_id"])) for batch in group]
        return
    for part in landed_parts(settings, group[0]["batch_id"]):
        yield [(group[0], part)]
