"""The rule book for agencies as a page and as a workbook, the same words in both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from gongshi.documents.columns import Column
from gongshi.documents.files import write_atomically
from gongshi.documents.html import render
from gongshi.documents.workbook import Sheet, write_workbook
from gongshi.errors import UsageError
from gongshi.respond.rulebook_page import Book, Entry, Section
from gongshi.respond.rulebook_words import EFFECTS, PUBLICATION
from gongshi.standard.periods import SHANGHAI

NOTES = (
    "“退回该行”：该行不入库，改正后重新报送；“提示”不影响入库；“自动规范”由平台改正并记录；“整个文件不接收”：文件中没有一行入库。",
    "“更正前暂不公示”“不予公示”：数据入库，但不向社会公开。先判断的规则触发时，本规则不再判断，一个错误只报一次。",
    "依据：“国家规定”“国家标准”“国家法律”为国家层面；“国家数据规范（资料印证）”由多个实施系统印证，尚未与原附件核对；“省级办法”指《云南省行政许可和行政处罚等行政管理信息报送工作管理办法》。",
    "“省级配置”是平台默认值，可由信用牵头部门调整，不是国家规定，退回数据时不得以“国家规定”为由。",
    "示例取自每次发布都实际校验的样例数据，单位、人员均为虚构，个人号码已遮盖；“⏎”“⇥”“〔空格〕”表示看不见的字符。",
)
COLUMNS = (
    Column("字段", 20, "wrapped"), Column("代码", 16, "wrapped"), Column("信息类别", 10, "wrapped"),
    Column("规则", 8), Column("处理", 12, "wrapped"), Column("要求", 34, "wrapped"), Column("怎么办", 32, "wrapped"),
    Column("适用情形", 26, "wrapped"), Column("错误示例", 34, "wrapped"), Column("正确示例", 34, "wrapped"),
    Column("先判断", 12, "wrapped"), Column("依据", 22, "wrapped"), Column("生效", 13, "wrapped"),
)  # fmt: skip
MISTAKE_COLUMNS = (
    Column("规则", 8), Column("字段", 26, "wrapped"), Column("问题", 60, "wrapped"),
    Column("次数", 10, "integer"), Column("涉及单位", 10, "integer"),
)  # fmt: skip
NOTHING_COUNTED = "截至生成时没有可统计的报送数据。"


class UnknownFormError(UsageError):
    """Raised when the rule book is wanted as a file of another form."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.name}: name the rule book .xlsx or .html.")


def write_rulebook(book: Book, path: Path) -> None:
    """Write the book as `.xlsx` or `.html`, by the ending of the name.

    Raises:
        UnknownFormError: another ending.
    """
    form = path.suffix.lower()
    if form == ".xlsx":
        write_workbook(path, _sheets(book))
    elif form in (".html", ".htm"):
        write_atomically(path, html(book))
    else:
        raise UnknownFormError(path)


def html(book: Book) -> str:
    """The page."""
    return render(
        "gongshi.respond",
        "rulebook.html.j2",
        book=book,
        notes=NOTES,
        title=title(book),
        counted=counted(book),
        effects=[*EFFECTS.values(), *PUBLICATION.values()],
        kinds_of=lambda entry: kinds_of(book, entry),
    )


def title(book: Book) -> str:
    """One line under the heading: version, number of rules, kinds."""
    return f"规则库版本 {book.version}，共{book.rules}条规则，适用于{'、'.join(book.kinds.values())}（字段布局 S2018b）"


def counted(book: Book) -> str:
    """As of when mistakes were counted, or that there was nothing to count."""
    if not book.mistakes or book.counted_until is None:
        return NOTHING_COUNTED
    return f"按截至{book.counted_until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}收到的报送统计，次数最多的{len(book.mistakes)}种。"


def kinds_of(book: Book, entry: Entry) -> str:
    """Kinds the rule holds for, in Chinese; empty for all."""
    return "" if len(entry.kinds) == len(book.kinds) else "、".join(book.kinds[kind] for kind in entry.kinds)


def _sheets(book: Book) -> Iterator[Sheet]:
    rows = (_row(book, section, entry) for section in book.sections for entry in section.entries)
    yield Sheet("校验规则", COLUMNS, rows, heading=("校验规则", title(book), *NOTES), freeze_columns=0)
    mistakes = ((m.rule_id, m.field, m.message, m.findings, m.agencies) for m in book.mistakes)
    yield Sheet("常见错误", MISTAKE_COLUMNS, mistakes, heading=("常见错误", counted(book)))


def _row(book: Book, section: Section, entry: Entry) -> tuple[str, ...]:
    return (
        section.title,
        "、".join(section.codes),
        "、".join(book.kinds[kind] for kind in entry.kinds),
        entry.rule_id,
        entry.effect,
        entry.message,
        entry.remedy,
        entry.conditions,
        entry.bad,
        entry.good,
        entry.after,
        entry.basis,
        entry.since,
    )
