"""The shapes of the vocabulary: fields, kinds and rules are data.

A kind (`standard/kinds/<kind>.py`) lists its fields and rules; suites, templates, table comments and the published
rule book are derived from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Requirement = Literal["R", "Org", "Nat", "cond", "o"]
DataType = Literal["text", "name", "document_no", "code", "id_no", "enum", "date", "amount", "state"]
Effect = Literal["reject_batch", "reject_row", "warn", "fix"]
Publication = Literal["none", "hold", "never"]
Scope = Literal["row", "file", "registry", "merge", "monitor"]

S2018: Mapping[str, tuple[str, ...]] = {"generation": ("S2018",)}
"""`Case.when`: rows of today's layouts; the two generations differ in what they hold (standard 1.1)."""
L2015: Mapping[str, tuple[str, ...]] = {"generation": ("L2015",)}

ORGANISATION = "法人及非法人组织"
PERSON = "自然人"
SELF_EMPLOYED = "个体工商户"


@dataclass(frozen=True)
class Field:
    """One column of a kind (standard 1.2, 1.3).

    Attributes:
        name: our name, the column of frames and tables.
        code: official column code (XK_WSH).
        label_zh: official Chinese name, the header of templates.
        dtype: what the text means; decides which hygiene rules apply (standard 4.2 "Scope").
        max_length: characters, or None when the field has a length rule of its own.
        required: R everybody · Org organisations and self-employed · Nat natural persons · cond by rule · o optional.
        stored_as: column in stage and core when it differs (`fine_wan` → `fine_yuan`).
        basis: source of the definition in the standard.
    """

    name: str
    code: str
    label_zh: str
    dtype: DataType
    max_length: int | None
    required: Requirement
    basis: str
    stored_as: str = ""
    length_effect: Effect = "reject_row"
    code_list: str = ""
    note: str = ""

    @property
    def column(self) -> str:
        """Column name in stage and core."""
        return self.stored_as or self.name


@dataclass(frozen=True)
class Case:
    """One condition of a rule: where it looks, what it computes, when it applies.

    Attributes:
        fields: field names the case is about; the first is the one a finding names.
        check: name of a function in `standard.checks`.
        params: arguments of the check: thresholds, word lists.
        when: field name → values; rows with another value there are not judged.
        requires: ids of rules that must be silent on the same field (standard 4, Preconditions).
        effect: overrides the rule's effect for this case (compound severities).
        reads: columns the check reads, when they are not `fields` (facts of the frame such as `received_on`).
        note_zh: says which case fired, for the rule book.
    """

    fields: tuple[str, ...]
    check: str
    params: Mapping[str, Any] = field(default_factory=dict)
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    effect: Effect | None = None
    reads: tuple[str, ...] = ()
    note_zh: str = ""


@dataclass(frozen=True)
class Rule:
    """One entry of the rule book (standard 4).

    Attributes:
        id: stable, never re-used (ID-03).
        effect: what a violation does.
        scope: row (a suite on the frame) · file (the reader) · registry · merge (decided while loading) ·
            monitor (told by the daily report).
        message_zh: Chinese message; {field}, {value}, {n}, {m} and other names are filled in.
        suggestion_zh: what the clerk should do.
        basis: mark of the standard; never printed as a national rule when K or D.
        publication: what a violation means for publishing.
        responsible: who has to act.
        restricted: a row it rejects goes to the restricted store: no value of it stands anywhere else but in the archive
            and in landing.
    """

    id: str
    effect: Effect
    scope: Scope
    message_zh: str
    basis: str
    suggestion_zh: str = ""
    cases: tuple[Case, ...] = ()
    publication: Publication = "none"
    responsible: Literal["agency", "platform"] = "agency"
    enabled: bool = True
    restricted: bool = False


@dataclass(frozen=True)
class Kind:
    """A kind of record.

    Attributes:
        name: ours.
        label_zh: Chinese name.
        prefix: of its column codes.
        layout: id of the layout in use.
        fields: in table order.
        rules: in rule-book order.
        legacy_fields: columns of earlier layouts that rules judge and no table holds.
    """

    name: str
    label_zh: str
    prefix: str
    layout: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...] = ()
    legacy_fields: tuple[Field, ...] = ()

    def field(self, name: str) -> Field:
        """The field called `name`, one of an earlier layout too; KeyError when the kind has none."""
        return self._by_name()[name]

    def _by_name(self) -> dict[str, Field]:
        return {f.name: f for f in (*self.legacy_fields, *self.fields)}

    def official(self, name: str) -> str:
        """Official column code of field `name` (also of the two operation columns)."""
        return OPERATION_CODES.get(name) or self.field(name).code


OPERATION_FIELDS = ("operation", "record_ref")
OPERATION_CODES = {"operation": "CZLX", "record_ref": "JLBH"}
OPERATION_LABELS = {"operation": "操作类型", "record_ref": "记录编号"}
OPERATIONS = ("新增", "更正", "撤销")
