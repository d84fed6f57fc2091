"""The rules every kind shares, bound to the kind's own fields."""

from __future__ import annotations

from gongshi.standard.kinds.batch_rules import BATCH_RULES, RECORD_RULES
from gongshi.standard.kinds.organ_rules import ORGAN_RULES
from gongshi.standard.kinds.party_rules import PARTY_RULES
from gongshi.standard.kinds.text_rules import date_rules, text_rules
from gongshi.standard.model import Field, Rule


def shared_rules(fields: tuple[Field, ...]) -> tuple[Rule, ...]:
    """Rules of sections 4.1–4.6, 4.9 and 4.10 for a kind with these fields."""
    return (*BATCH_RULES, *text_rules(fields), *PARTY_RULES, *date_rules(fields), *ORGAN_RULES, *RECORD_RULES)
