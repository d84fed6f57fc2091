"""docs/generated/rulebook.md: the shipped rule book as agencies read it, in Chinese and by field."""

from __future__ import annotations

from markdown import table

from gongshi.respond.rulebook_files import NOTES, kinds_of, title
from gongshi.respond.rulebook_page import Book, Entry, Section, book_of
from gongshi.sample.examples import of_all
from gongshi.standard import rulebook

HEADER = ("规则", "处理", "要求", "怎么办", "适用情形", "错误示例", "正确示例", "先判断", "依据", "生效")
INTRO = """# 校验规则

{title}。同样的内容可写成网页或表格：`gongshi rules -o 校验规则.html`（或 `.xlsx`），其中还有当前有效的参数和实际报送中的常见错误；
`gongshi rules --json` 含全部参数和词表。字段长度见[数据字典](data_dictionary.md)，每条规则触发和不触发的行数见[规则覆盖](rule_coverage.md)。

{notes}

"""


def page() -> str:
    """The whole page."""
    shipped = rulebook.shipped()
    book = book_of(shipped, of_all(shipped.kinds))
    notes = "\n".join(f"- {note}" for note in NOTES)
    return INTRO.format(title=title(book), notes=notes) + "".join(_section(book, s) for s in book.sections)


def _section(book: Book, section: Section) -> str:
    codes = f" `{'` `'.join(section.codes)}`" if section.codes else ""
    note = f"{section.note}\n\n" if section.note else ""
    return f"## {section.title}{codes}\n\n{note}" + table(
        HEADER, (_row(book, entry) for entry in section.entries)
    )


def _row(book: Book, entry: Entry) -> tuple[str, ...]:
    only = kinds_of(book, entry)
    demand = f"{entry.message}（仅{only}）" if only else entry.message
    cells = (entry.effect, demand, entry.remedy, entry.conditions, entry.bad, entry.good, entry.after)
    return (entry.rule_id, *(text or "—" for text in cells), entry.basis, entry.since)
