"""Code lists of the standard (section 2), read from `codes/<name>.csv`: code, label_zh, group, validity, synonyms.

Agencies send Chinese text, so a list is asked for labels; numeric codes are shown where a field holds them (state).
Old and new penalty categories are both accepted whatever the decision date (section 2.3).
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib import resources

OTHER = "其他"
# 其他, 其他-说明, 其他：说明, 其他（说明）, 其他(说明); the note may be missing
_OTHER_FORM = re.compile(
    r"其[他它]\s*(?:[-－—–:：]+\s*(?P<dash>.*)|[（(]\s*(?P<bracket>.*?)\s*[）)]?)?", re.DOTALL
)
_BRACKETED = re.compile(r"[（(][^（()）]*[）)]")
_SEPARATORS = re.compile(r"\s*([;；，,|、])\s*")


@dataclass(frozen=True)
class Entry:
    """One row of a code list; `valid_from` and `valid_to` are inclusive days, None = open."""

    code: str
    label: str
    group: str
    valid_from: date | None
    valid_to: date | None
    synonyms: tuple[str, ...]


@dataclass(frozen=True)
class CodeList:
    """A list of allowed values: what may be written, and what it means."""

    name: str
    entries: tuple[Entry, ...]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Canonical labels in list order."""
        return tuple(entry.label for entry in self.entries)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Codes in list order."""
        return tuple(entry.code for entry in self.entries)

    @cached_property
    def _by_text(self) -> dict[str, Entry]:
        synonyms = {synonym: entry for entry in self.entries for synonym in entry.synonyms}
        return synonyms | {entry.label: entry for entry in self.entries}

    def canonical(self, text: str) -> str | None:
        """The label a text stands for: itself, the label of a synonym, or None when it is not in the list.

        Where the list has 其他, every form of it (`其他-说明`, `其他（说明）`) is kept as written.
        """
        if entry := self._by_text.get(text):
            return entry.label
        return text if OTHER in self.labels and is_other(text) else None

    def group(self, text: str) -> str | None:
        """Group of a label, a synonym or a form of 其他; None when the text is not in the list."""
        label = self.canonical(text)
        if label is None:
            return None
        return self._by_text[label if label in self._by_text else OTHER].group

    def code_of(self, text: str) -> str | None:
        """Code of a label, a synonym or a form of 其他; None when the text is not in the list."""
        label = self.canonical(text)
        if label is None:
            return None
        return self._by_text[label if label in self._by_text else OTHER].code


def is_other(text: str) -> bool:
    """Whether the text is 其他, with or without a note."""
    return _OTHER_FORM.fullmatch(text) is not None


def needs_note(text: str) -> bool:
    """Whether the text is 其他 and does not say what it is (rules XK-06, CF-09, PE-10)."""
    match = _OTHER_FORM.fullmatch(text)
    return match is not None and not (match["dash"] or match["bracket"] or "").strip()


@cache
def load_list(name: str) -> CodeList:
    """Read one list by the name of its file, once, for instance party_category or penalty_category.

    Raises:
        FileNotFoundError: there is no such list.
    """
    text = resources.files("gongshi.standard").joinpath("codes", f"{name}.csv").read_text("utf-8")
    return CodeList(name, tuple(_entries(text)))


def _entries(text: str) -> Iterator[Entry]:
    for row in csv.DictReader(text.splitlines()):
        yield Entry(
            code=row["code"],
            label=row["label_zh"],
            group=row["group"],
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            synonyms=tuple(filter(None, row["synonyms"].split("|"))),
        )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def split_penalty_categories(text: str) -> list[str]:
    """Split a penalty category field into its values, as written and in order; empty pieces are dropped.

    Old labels that contain 、 are recognised before 、 is taken as a separator, brackets are never cut, and a piece that
    is no category stays with the 其他 before it unless a semicolon stands between them: its note had a comma.
    """
    shielded = _combined_labels().sub(_shield, _BRACKETED.sub(_shield, text.strip()))
    tokens = _SEPARATORS.split(shielded)
    pieces: list[str] = []
    for separator, token in zip(["", *tokens[1::2]], tokens[::2], strict=True):
        piece = _unshield(token)
        if pieces and _continues_note(pieces[-1], separator, piece):
            pieces[-1] += separator + piece
        elif piece:
            pieces.append(piece)
    return pieces


def _continues_note(before: str, separator: str, piece: str) -> bool:
    a_comma = separator in ("，", ",", "、")
    return (
        bool(piece)
        and a_comma
        and is_other(before)
        and load_list("penalty_category").canonical(piece) is None
    )


# separators inside a combined label or a bracket are moved to a private area of Unicode while the text is split
_SHIELD = {ord(mark): 0xE000 + place for place, mark in enumerate(";；，,|、")}
_UNSHIELD = {private: mark for mark, private in _SHIELD.items()}


def _shield(match: re.Match[str]) -> str:
    return match.group().translate(_SHIELD)


def _unshield(text: str) -> str:
    return text.translate(_UNSHIELD)


@cache
def _combined_labels() -> re.Pattern[str]:
    """Labels and synonyms of penalty categories that contain a separator themselves, longest first."""
    penalty = load_list("penalty_category")
    texts = [text for entry in penalty.entries for text in (entry.label, *entry.synonyms)]
    combined = sorted((text for text in texts if _SEPARATORS.search(text)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, combined)))
