"""A bulletin's words live in a text template; this turns the filled template into a Word document.

One line, one paragraph; the first characters say which: `# ` and `## ` headings, `[表] name` a table of the
context, `[左] ` without indent, `[右] ` at the right margin,
`[附] ` a further annex,
`[题] ` centred and bold, `[页]` a new page. Blank lines are for the reader of the
template.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from docx.document import Document
from jinja2 import Environment, PackageLoader, StrictUndefined

from gongshi.documents import word
from gongshi.documents.plain import one_line

ANNEX_INDENT = "　　　"
"""Puts the second annex under the first, behind the word 附件："""


@dataclass(frozen=True)
class WordTable:
    """A table of a document: its caption, header texts, rows and relative widths."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    widths: Sequence[float]
    text_columns: int = 1

    @property
    def align(self) -> list[word.Align]:
        """Words to the left, numbers to the right."""
        return ["left" if place < self.text_columns else "right" for place in range(len(self.columns))]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("gongshi.oversee", "templates"),
        autoescape=False,  # noqa: S701 - fills a Word document, where nothing is markup
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: one_line(value) if isinstance(value, str) else value,
    )


def write_document(
    path: Path,
    template: str,
    title: str,
    subtitle: str,
    tables: Mapping[str, WordTable],
    context: dict[str, Any],
    created: datetime,
) -> None:
    """Fill `templates/<template>` and write the document.

    Args:
        path: file to create or replace.
        template: file name of the text template.
        title: of the document.
        subtitle: line below the title.
        tables: by the name the template uses.
        context: what the template's sentences are filled with.
        created: stored as the document's date.
    """
    document = word.new_document(title, subtitle, created)
    filled = _environment().get_template(template).render(**context)
    for line in filter(None, map(str.strip, filled.splitlines())):
        _add(document, line, tables)
    word.save(document, path)


def _add(document: Document, line: str, tables: Mapping[str, WordTable]) -> None:
    mark, _, text = line.partition(" ")
    match mark:
        case "#" | "##":
            word.heading(document, text, len(mark))
        case "[左]":
            word.paragraph(document, text, indent=False)
        case "[右]":
            word.paragraph(document, text, indent=False, align="right")
        case "[附]":
            word.paragraph(document, ANNEX_INDENT + text)
        case "[题]":
            word.paragraph(document, text, indent=False, align="center", bold=True)
        case "[页]":
            word.page_break(document)
        case "[表]" if text in tables:
            table = tables[text]
            word.caption(document, table.caption)
            word.table(document, table.columns, table.rows, table.widths, table.align)
        case _:
            word.paragraph(document, line)
