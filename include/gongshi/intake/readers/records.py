"""From records with named values (JSON, XML) to a batch; the columns are the union of all names.

A row's number is the position of its record, the first being 1. A record that cannot be laid out in cells without
changing it (nested values, a name twice) is a row that does not fit (BT-10), kept as written, in one cell.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from gongshi.intake import headers
from gongshi.intake.readers import tables
from gongshi.intake.readers.limits import Budget
from gongshi.intake.readers.tables import UnreadableError
from gongshi.standard.messages import ReadBatch

_AT_ONCE = 20_000
_SHOWN = 10


class Records:
    """Collects the records of one file, in order.

    Args:
        budget: of the delivery.
        encoding: the file came in.
        advice: what a file of this format should look like, for one that holds no usable record.
    """

    def __init__(self, budget: Budget, encoding: str, advice: str) -> None:
        self.remarks = ["行号为记录序号，第一条记录为1。"]
        self._budget, self._encoding, self._advice = budget, encoding, advice
        self._count = 0
        self._columns: dict[str, None] = {}
        self._pending: list[Mapping[str, str]] = []
        self._tables: list[pa.Table] = []
        self._numbers: list[int] = []
        self._blank: list[int] = []
        self._odd: dict[int, list[str]] = {}
        self._reasons: dict[str, list[int]] = {}

    def add(self, values: Mapping[str, str]) -> None:
        """Add a record, its values by name; one without any value is a blank row."""
        self._count += 1
        if not any(map(str.strip, values.values())):
            self._blank.append(self._count)
        else:
            self._numbers.append(self._count)
            self._pending.append(values)
        if not values.keys() <= self._columns.keys():
            self._columns |= dict.fromkeys(values)
            self._budget.take_cells(0, len(self._columns))
        if len(self._pending) == _AT_ONCE:
            self._flush()

    def add_odd(self, source: str, reason_zh: str) -> None:
        """Add a record that does not fit into cells.

        Args:
            source: as written.
            reason_zh: why, for the remarks.
        """
        self._count += 1
        self._budget.take_cells(1, 1)
        self._odd[self._count] = [source]
        self._reasons.setdefault(reason_zh, []).append(self._count)

    def batch(self) -> ReadBatch:
        """The batch of all records added.

        Raises:
            UnreadableError: there are records, and none fits into cells.
        """
        self._flush()
        if self._odd and not self._columns:
            raise UnreadableError("no record fits into cells.", self._advice)
        cells = list(self._columns)
        if not cells:
            return tables.refused("BT-04")
        header = headers.recognise(cells)
        rows = tables.empty_rows() if header.refusal else self._rows(header.columns)
        remarks = [*self.remarks, *map(_told, self._reasons, self._reasons.values())]
        return tables.read_batch(
            header, cells, 1, rows, self._blank, encoding=self._encoding, remarks=remarks
        )

    def _flush(self) -> None:
        if not self._pending:
            return
        self._budget.take_cells(len(self._pending), len(self._columns))
        self._tables.append(
            pa.table(
                {
                    name: pa.array([values.get(name, "") for values in self._pending], pa.string())
                    for name in self._columns
                }
            )
        )
        self._pending.clear()

    def _rows(self, columns: tuple[str, ...]) -> pa.Table:
        """All rows under the names of the fields; a table made before a column came up has it empty."""
        parts = [self._with_all_columns(table) for table in self._tables]
        empty = pa.table({name: pa.array([], pa.string()) for name in self._columns})
        table = pa.concat_tables([empty, *parts]).rename_columns(list(columns))
        numbers = pa.array(np.array(self._numbers, dtype=np.int32))
        return tables.in_row_order(
            tables.regular_rows(table, numbers), tables.irregular_rows(columns, self._odd)
        )

    def _with_all_columns(self, table: pa.Table) -> pa.Table:
        missing = [name for name in self._columns if name not in table.column_names]
        for name in missing:
            table = table.append_column(name, pa.repeat(pa.scalar("", pa.string()), table.num_rows))
        return table.select(list(self._columns))


def _told(reason_zh: str, numbers: list[int]) -> str:
    shown = "、".join(map(str, numbers[:_SHOWN]))
    more = f"等{len(numbers):,}条" if len(numbers) > _SHOWN else ""
    return f"第{shown}{more}记录{reason_zh}，未作展开，整条退回。"
