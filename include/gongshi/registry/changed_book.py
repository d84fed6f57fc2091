"""A rule book somebody proposes: rule settings as the registry takes them, or the edited output of `gongshi rules --json`."""

from __future__ import annotations

import json
from pathlib import Path

from gongshi.registry import checks, reading
from gongshi.registry.errors import FORM, Problem, RegistryError, Remedy
from gongshi.registry.files import RULE_SETTINGS
from gongshi.registry.rulebook import rule_setting
from gongshi.registry.world import read_records
from gongshi.standard.rulebook import Rulebook, from_data, with_settings

_EXPECTED = Remedy(
    "Hand over rule settings (rule_id,kind,field,setting,value,basis,valid_from,valid_to) as CSV or xlsx, or the edited "
    "output of `gongshi rules --json`.",
    "请提供规则参数表（CSV或xlsx），或修改后的 gongshi rules --json 输出。",
)


def changed_book(path: Path, book: Rulebook) -> Rulebook:
    """The rule book of a file.

    Args:
        path: JSON: a whole rule book. CSV or xlsx: settings laid over `book`, all of them whatever days they are valid.
        book: in force now.

    Raises:
        RegistryError: the table cannot be read, or a row of it fits no rule; file, row and remedy are named.
        RulebookError: the JSON is no usable rule book.
    """
    if path.read_bytes()[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return from_data(_json(path), path.name)
    lines, wrong_form = reading.lines(path, RULE_SETTINGS, path.name)
    part, wrong_cells = read_records(RULE_SETTINGS, path.name, lines)
    found = [*wrong_form, *wrong_cells] or list(checks.setting_problems(part, book))
    if not found and not part.records:
        found = [Problem(path.name, 1, "-", "no row", _EXPECTED, FORM)]
    if found:
        raise RegistryError(found)
    return with_settings(book, [rule_setting(record.values) for record in part.records], path.name)


def _json(path: Path) -> dict[str, object]:
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except ValueError as error:
        raise RegistryError([Problem(path.name, 1, "-", f"no JSON: {error}", _EXPECTED, FORM)]) from None
