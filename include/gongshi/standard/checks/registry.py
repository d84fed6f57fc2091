"""Checks of facts the registry gives: organs registered from a day on, names in 法人库."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.checks.base import row_check
from gongshi.standard.columns import as_numpy

_BESIDE_THE_NAME = r"[\pZ\s()（）]+"


@row_check
def is_unregistered(
    registered: pa.Array, received_on: pa.Array, enforced_from: str, day: str
) -> pa.BooleanArray:
    """The registry does not know the pair.

    Args:
        registered: "no" where it does not.
        received_on: day of report, YYYY/MM/DD.
        enforced_from: first day on which that rejects (YYYY-MM-DD); empty = always.
        day: `from`: rows reported from that day on; `before`: the others.
    """
    unknown = pc.equal(registered, "no")
    if not enforced_from:
        return pc.and_(unknown, pa.scalar(day == "from"))
    enforced = pc.greater_equal(received_on, enforced_from.replace("-", "/"))
    return pc.and_(unknown, enforced if day == "from" else pc.invert(enforced))


@row_check
def differs_from_entity(
    names: pa.Array,
    registered: pa.Array,
    known_on: pa.Array,
    received_on: pa.Array,
    stale_days: int,
    responsible: str,
) -> pa.BooleanArray:
    """The name is not the one 法人库 has for the code, brackets and blanks aside; silent where it has none.

    Args:
        names: as reported.
        registered: as registered.
        known_on: day as of which the register said so, YYYY/MM/DD.
        received_on: day of report, YYYY/MM/DD.
        stale_days: from this age on the register itself may be out of date.
        responsible: `platform`: rows where it may be; `agency`: the others.
    """
    unlike = np.array(as_numpy(pc.not_equal(names, registered)))
    rows = pa.array(np.flatnonzero(unlike))  # few: only their names are brought into one form
    plain = [
        pc.replace_substring_regex(pc.utf8_normalize(text.take(rows), "NFKC"), _BESIDE_THE_NAME, "")
        for text in (names, registered)
    ]
    stale = pc.greater(pc.days_between(_days(known_on.take(rows)), _days(received_on.take(rows))), stale_days)
    told = stale if responsible == "platform" else pc.invert(stale)
    unlike[unlike] = as_numpy(pc.and_(pc.not_equal(*plain), told))
    return pa.array(unlike)


def _days(texts: pa.Array) -> pa.Array:
    return pc.strptime(texts, format="%Y/%m/%d", unit="s", error_is_null=True).cast(pa.date32())
