"""JSON: an array of flat objects, an object around one such array, or one object a line (NDJSON).

Keys are column codes or Chinese names. Strings are taken as stored, numbers by their digits as written, null is an
empty cell. Only the text and the rows are in memory, never the tree of the whole file.
"""

from __future__ import annotations

import json
import re
from json import JSONDecodeError
from typing import Any, NoReturn

from gongshi.intake.readers import encodings
from gongshi.intake.readers.limits import Budget, Bytes
from gongshi.intake.readers.records import Records
from gongshi.intake.readers.tables import UnreadableError, UnsafeError
from gongshi.standard.messages import ReadBatch

_BLANK = re.compile(r"[ \t\r\n]*")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_LITERALS = {None: "", True: "true", False: "false"}
_ADVICE = "JSON应为对象数组，或每行一个对象（NDJSON），对象的键为列代码或列名，值不得嵌套"
_NESTED, _REPEATED = "的值为嵌套的对象或数组", "有重复的键"
_NO_OBJECT, _NO_NUMBER, _NO_CHARACTER = "不是对象", "含NaN或Infinity", "含空字符或不成对的代理字符"
_BROKEN, _DEEP = "不是完整的JSON对象", "嵌套过深"


class _Repeated:
    """Stands for an object with a key twice."""


class _NotANumber:
    """Stands for NaN and the infinities, which JSON does not know."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Repeated:
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else _Repeated()


def _decoder(*, strict: bool) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=_object,
        parse_int=str,
        parse_float=str,
        parse_constant=lambda _: _NotANumber(),
        strict=strict,
    )


_DECODER = _decoder(strict=False)  # a line break inside a string is no reason to refuse a file
_LINE_DECODER = _decoder(strict=True)


def read(data: Bytes, budget: Budget) -> list[ReadBatch]:
    """Read a JSON or NDJSON file: one batch.

    Raises:
        UnreadableError: not decodable, or no JSON of these shapes.
        UnsafeError: over a limit.
    """
    text = encodings.as_utf8(data)
    return [_Reader(bytes(text.data[text.begin :]).decode("utf-8"), text.encoding, budget).read()]


class _Reader:
    """Walks through the text, one record after the other."""

    def __init__(self, text: str, encoding: str, budget: Budget) -> None:
        self.text, self.limits = text, budget.limits
        self.records = Records(budget, encoding, _ADVICE)

    def read(self) -> ReadBatch:
        """All records, in whichever shape."""
        place = self._skip(0)
        try:
            if self._at(place) == "[":
                self._demand_end(self._array(place))
            elif self._is_lines(place):
                self._lines(place)
            elif not self._wrapper(place):
                self._sequence(place)
        except JSONDecodeError as error:
            raise UnreadableError(
                f"no valid JSON: {error}",
                f"JSON格式有误（第{error.lineno}行第{error.colno}列附近），请重新导出",
            ) from error
        except RecursionError as error:
            raise UnsafeError("JSON嵌套过深") from error
        return self.records.batch()

    def _array(self, place: int) -> int:
        """Records of an array that opens here; the place behind it."""
        place = self._skip(place + 1)
        if self._at(place) == "]":
            return place + 1
        while True:
            place = self._skip(self._record(place))
            if self._at(place) == "]":
                return place + 1
            if self._at(place) != ",":
                self._fail("expected a comma or the end of the array", place)
            place = self._skip(place + 1)

    def _wrapper(self, place: int) -> bool:
        """An object around one array of objects; False, and nothing read, when it holds none."""
        others: list[str] = []
        found = False
        place = self._skip(place + 1)
        while self._at(place) == '"':
            key, place = _DECODER.raw_decode(self.text, place)
            place = self._skip(place)
            if self._at(place) != ":":
                self._fail("expected a colon", place)
            place = self._skip(place + 1)
            if self._at(place) == "[" and self._at(self._skip(place + 1)) in ("{", "]"):
                if found:
                    raise UnreadableError(
                        "several arrays in one object.", f"文件中有多个记录数组，请分开报送。{_ADVICE}"
                    )
                found, place = True, self._array(place)
            else:
                _, place = _DECODER.raw_decode(self.text, place)
                others.append(key)
            place = self._skip(place)
            if self._at(place) != ",":
                break
            place = self._skip(place + 1)
        if not found:
            return False
        if self._at(place) != "}":
            self._fail("expected the end of the object", place)
        self._demand_end(place + 1)
        if others:
            self.records.remarks.append(f"记录数组以外的内容（{len(others)}项）不是数据，未读取。")
        return True

    def _is_lines(self, place: int) -> bool:
        """The first line is a whole object, and more follows."""
        end = self.text.find("\n", place)
        if end < 0 or self._skip(end) == len(self.text):
            return False
        try:
            return type(_LINE_DECODER.decode(self.text[place:end])) is not list
        except (JSONDecodeError, RecursionError):
            return False

    def _lines(self, place: int) -> None:
        """One record a line; a line that is none is answered on its own."""
        while place < len(self.text):
            end = self.text.find("\n", place)
            end = end if end >= 0 else len(self.text)
            line = self.text[place:end].strip(" \t\r")
            place = end + 1
            if not line:
                continue
            try:
                self._add(_LINE_DECODER.decode(line), line)
            except JSONDecodeError:
                self.records.add_odd(line, _BROKEN)
            except RecursionError:
                self.records.add_odd(line, _DEEP)

    def _sequence(self, place: int) -> None:
        """Objects one behind the other, each over several lines."""
        while place < len(self.text):
            place = self._skip(self._record(place))

    def _record(self, place: int) -> int:
        value, end = _DECODER.raw_decode(self.text, place)
        self._add(value, self.text[place:end])
        return end

    def _add(self, value: Any, source: str) -> None:
        reason = _reason(value, source)
        if reason:
            self.records.add_odd(source, reason)
            return
        values = {key: cell if type(cell) is str else _LITERALS[cell] for key, cell in value.items()}
        if len(source) > self.limits.value_chars and any(
            len(cell) > self.limits.value_chars for cell in values.values()
        ):
            raise UnsafeError(f"单个值超过{self.limits.value_chars:,}个字符")
        self.records.add(values)

    def _skip(self, place: int) -> int:
        return _BLANK.match(self.text, place).end()  # type: ignore[union-attr]  # it matches everywhere

    def _at(self, place: int) -> str:
        return self.text[place : place + 1]

    def _demand_end(self, place: int) -> None:
        if self._skip(place) != len(self.text):
            self._fail("content behind the end", self._skip(place))

    def _fail(self, what: str, place: int) -> NoReturn:
        raise JSONDecodeError(what, self.text, place)


def _reason(value: Any, source: str) -> str | None:
    """Why a value is no row of cells; None when it is one."""
    if type(value) is not dict:
        return _REPEATED if isinstance(value, _Repeated) else _NO_OBJECT
    kinds = set(map(type, value.values()))
    if kinds & {dict, list, _Repeated}:
        return _NESTED
    if _NotANumber in kinds:
        return _NO_NUMBER
    if "\\u" in source and any(
        map(_NO_TEXT.search, (*value, *(c for c in value.values() if type(c) is str)))
    ):
        return _NO_CHARACTER
    return None
