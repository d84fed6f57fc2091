"""XML messages: below the root one element a row, below it one element a column, named by the column code.

This is our own convention, the standard knows none. No document type, so no entities; no network. Nothing is kept but
the row being read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from gongshi.intake.readers import encodings
from gongshi.intake.readers.limits import CHUNK, Budget, Bytes
from gongshi.intake.readers.records import Records
from gongshi.intake.readers.tables import UnreadableError, UnsafeError
from gongshi.standard.messages import ReadBatch

_ADVICE = "XML应为：根元素下每条记录一个元素，其下每列一个元素，元素名为列代码，不带属性，不得再嵌套"
_NO_TYPE = "XML含文档类型声明（DTD），请去掉后报送"
_DEEPEST = 32
_DECLARATION = re.compile(rb"\s*<\?xml\b[^>]{0,200}?\?>")
_DECLARED = re.compile(rb"encoding\s*=\s*[\"']([\w.\-]+)")
_FAMILIES = {
    "utf-8": "utf-8", "utf8": "utf-8", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "cp936": "gb18030",
    "gb_2312-80": "gb18030", "utf-16": "utf-16", "utf-16le": "utf-16", "utf-16be": "utf-16", "us-ascii": "utf-8",
    "ascii": "utf-8",
}  # fmt: skip
_NESTED, _ATTRIBUTES, _REPEATED = "的列元素含有下级元素", "带有属性", "有重复的列元素"
_LOOSE = "在列元素之外有文字"


def read(data: Bytes, budget: Budget) -> list[ReadBatch]:
    """Read an XML message: one batch.

    Raises:
        UnreadableError: not decodable, or not well-formed.
        UnsafeError: a document type, or over a limit.
    """
    text = encodings.as_utf8(data)
    records = Records(budget, text.encoding, _ADVICE)
    begin = _behind_declaration(text, records)
    _demand_no_type(text.data, begin)
    parser = etree.XMLParser(
        target=_Target(records, budget.limits.value_chars),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for place in range(begin, len(text.data), CHUNK):
            parser.feed(text.data[place : place + CHUNK])
        parser.close()
    except etree.XMLSyntaxError as error:
        raise UnreadableError(
            f"no well-formed XML: {error}", f"XML格式有误（第{error.lineno}行附近），请重新导出"
        ) from error
    return [records.batch()]


def _behind_declaration(text: encodings.Text, records: Records) -> int:
    """Where the XML declaration ends; what it says of the encoding yields to what the bytes say.

    Raises:
        UnreadableError: it names an encoding that is not taken.
    """
    declaration = _DECLARATION.match(text.data, text.begin)
    if declaration is None:
        return text.begin
    named = _DECLARED.search(declaration[0])
    if named:
        name = named[1].decode("ascii")
        family = _FAMILIES.get(name.lower())
        is_plain = bytes(text.data[text.begin :]).isascii()
        if family is None and not is_plain:
            raise UnreadableError(f"declares {name!r}.", f"XML声明的编码为{name}，请改用UTF-8编码")
        if family and not text.encoding.startswith(family) and not is_plain:
            records.remarks.append(f"XML声明的编码为{name}，与实际不符，按{text.encoding}读取。")
    return declaration.end()


def _demand_no_type(data: Bytes, place: int) -> None:
    """Before any parser sees it: a document type can only stand before the root."""
    blank = re.compile(rb"\s*")
    while True:
        place = blank.match(data, place).end()  # type: ignore[union-attr]  # it matches everywhere
        opening = data[place : place + 9]
        if opening.upper() == b"<!DOCTYPE":
            raise UnsafeError(_NO_TYPE)
        end = b"?>" if opening.startswith(b"<?") else b"-->" if opening.startswith(b"<!--") else None
        if end is None:
            return
        place = data.find(end, place + 2) + len(end)
        if place < len(end):
            return


class _Target:
    """Takes the events of the parser: depth 1 is the root, 2 a row, 3 a column.

    A row that turns out not to fit is written down again from there on (`_source`), to be answered as it was sent.
    """

    def __init__(self, records: Records, value_chars: int) -> None:
        self._records, self._value_chars = records, value_chars
        self._depth = 0
        self._begin_row("")

    def _begin_row(self, name: str) -> None:
        self._row, self._column = name, ""
        self._values: dict[str, str] = {}
        self._texts: list[str] | None = None  # of the open column
        self._source: list[str] | None = None
        self._reason = ""
        self._size = 0

    def doctype(self, *_: object) -> None:
        """A second look, by the parser itself."""
        raise UnsafeError(_NO_TYPE)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element opens."""
        self._depth += 1
        name = _local(tag)
        if self._depth == 3 and self._source is None and not attributes:
            self._column, self._texts = name, []
        elif self._depth > _DEEPEST:
            raise UnsafeError("XML嵌套过深")
        elif self._depth > 1:
            self._start_other(name, attributes)

    def _start_other(self, name: str, attributes: Mapping[str, str]) -> None:
        """A row, or what makes a row one that does not fit, or what follows in such a row."""
        if self._depth == 2:
            self._begin_row(name)
        if attributes or self._depth > 3:
            self._give_up(_ATTRIBUTES if attributes else _NESTED, is_open=self._depth > 2)
        if self._source is not None:
            told = "".join(f" {_local(key)}={quoteattr(value)}" for key, value in attributes.items())
            self._source.append(f"<{name}{told}>")
            self._count(len(self._source[-1]))

    def data(self, text: str) -> None:
        """A piece of text."""
        if self._depth == 3 and self._texts is not None and self._source is None:
            self._texts.append(text)
            self._count(len(text))
            return
        if self._source is None and not text.isspace():
            if self._depth < 2:
                raise UnreadableError("text beside the rows.", f"记录元素之外有文字。{_ADVICE}")
            self._give_up(_LOOSE)
        if self._source is not None:
            self._source.append(escape(text))
            self._count(len(text))

    def end(self, tag: str) -> None:
        """An element closes."""
        if self._depth == 3 and self._source is None:
            if self._column in self._values:
                self._give_up(_REPEATED)
            else:
                self._values[self._column] = "".join(self._texts or ())
                self._texts = None
                self._count(len(self._column))
        if self._source is not None:
            self._source.append(f"</{_local(tag)}>")
        if self._depth == 2:
            if self._source is None:
                self._records.add(self._values)
            else:
                self._records.add_odd("".join(self._source), self._reason)
            self._begin_row("")
        self._depth -= 1

    def close(self) -> None:
        """The document ends."""

    def _give_up(self, reason: str, *, is_open: bool = True) -> None:
        """From here on the row is kept as written; `is_open`: its own start tag was seen before."""
        if self._source is not None:
            return
        self._reason = reason
        cells = [f"<{name}>{escape(value)}</{name}>" for name, value in self._values.items()]
        self._source = [f"<{self._row}>", *cells] if is_open else []
        if self._texts is not None:
            self._source.append(f"<{self._column}>{escape(''.join(self._texts))}")

    def _count(self, size: int) -> None:
        self._size += size
        if self._size > self._value_chars:
            raise UnsafeError(f"一条记录超过{self._value_chars:,}个字符")


def _local(tag: str) -> str:
    """The name without its namespace."""
    return tag.rpartition("}")[2]
