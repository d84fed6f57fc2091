"""The rules every kind shares, bound to the kind's own fields."""

from __future__ import annotations

from gongshi.standard.kinds.batch_rules import BATCH_RULES, RECORD_RULES, RETURN_RULES
from gongshi.standard.kinds.date_rules import date_rules
from gongshi.standard.kinds.organ_rules import ORGAN_RULES
from gongshi.standard.kinds.party_rules import PARTY_RULES
from gongshi.standard.kinds.privacy_rules import privacy_rules
from gongshi.standard.kinds.text_rules import text_rules
from gongshi.standard.model import Case, Field, Rule


def shared_rules(fields: tuple[Field, ...]) -> tuple[Rule, ...]:
    """Rules of sections 4.1–4.6 and 4.9–4.11 for a kind with these fields."""
    of_fields = (*text_rules(fields), *PARTY_RULES, *date_rules(fields), *ORGAN_RULES)
    return (*BATCH_RULES, *RETURN_RULES, *of_fields, *RECORD_RULES, *privacy_rules(fields))


def state_rule(*cases: Case) -> Rule:
    """XK-15, also of the state L2015 has for penalties."""
    advice = "有效填1，无效填2；2015版模板填0至3，填3的须在备注说明。"
    return Rule("XK-15", "reject_row", "row", "当前状态填写错误", "S:A1,S:B", advice, cases)
