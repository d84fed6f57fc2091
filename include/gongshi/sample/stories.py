"""Planted stories: what happens to a record or a delivery over several arrival days.

Each story uses its own agency, so that none changes the outcome of another. Days are numbers of arrival days, 0–10.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from gongshi.sample.decisions import Row
from gongshi.sample.deliveries import Look, RecordIds, SampleFile, Sheet, zero_report
from gongshi.sample.names import uscc
from gongshi.sample.planted import SampleRow, hit
from gongshi.sample.province import Agency
from gongshi.standard.model import ORGANISATION

if TYPE_CHECKING:
    from gongshi.sample.traffic import Traffic

UNKNOWN_RECORD = "98765432160"
"""A 记录编号 with right check digits that no replay reaches."""


class Stories:
    """Tells all stories into the traffic.

    Args:
        traffic: takes the files and makes the rows.
        agencies: story tellers, at least 14.
    """

    def __init__(self, traffic: Traffic, agencies: list[Agency]) -> None:
        self.t = traffic
        self.agencies = agencies

    def tell(self) -> None:
        """Plant every story."""
        a = self.agencies
        self._repeats("licence", a[0])
        self._repeats("penalty", a[1])
        self._operations("licence", a[2])
        self._operations("penalty", a[3])
        self._several_counterparts(a[4])
        self._zero_reports(a[5], a[6])
        self._same_bytes(a[7], a[8])
        self._strangers(a[9], a[10])
        self._unreadable(a[11])
        self._all_wrong(a[12])
        self._ragged_and_two_sheets(a[13])

    def _repeats(self, kind: str, agency: Agency) -> None:
        """In one batch A A, A B, A B A, A B B, A A B and A with a rejected B; later the same and changed rows."""
        a = self.t.good(kind, agency, 1, 26)
        b = [_changed(row) for row in a]
        rejected = replace(b[5], values=b[5].values | _broken(kind), errors=_broken_hit(kind))
        rows = [
            a[0],
            a[0],
            a[1],
            b[1],
            a[2],
            b[2],
            a[2],
            a[3],
            b[3],
            b[3],
            a[4],
            a[4],
            b[4],
            a[5],
            rejected,
            *a[6:],
        ]
        self.t.add(1, self.t.file(agency, 1, list(rows), Look("csv", "gb18030", "label")))
        again = [*a[6:16], *self.t.good(kind, agency, 2, 5)]
        self.t.add(2, self.t.file(agency, 2, list(again), Look("xlsx", header="code", dates="dash")))
        other_party = [_other_party(row, self.t) for row in a[18:20]]
        changed = [*[_changed(row, "变更后重新报送") for row in a[6:11]], *a[11:14], *other_party]
        self.t.add(
            3, self.t.file(agency, 3, [*changed, *self.t.good(kind, agency, 3, 6)], Look("csv", "utf-8-bom"))
        )

    def _operations(self, kind: str, agency: Agency) -> None:
        """Corrections and withdrawals, by JLBH and by identity, good ones and those that are refused."""
        first = self.t.good(kind, agency, 2, 24)
        self.t.add(2, self.t.file(agency, 2, list(first), Look("xlsx", header="label")))
        correct, withdraw = first[:6], first[6:12]
        rows: list[SampleRow | None] = [
            *[
                replace(_changed(row, "经核对更正"), operation="更正", corrects=row.document_no)
                for row in correct[:3]
            ],
            replace(_other_party(correct[3], self.t), operation="更正", corrects=correct[3].document_no),
            replace(_changed(correct[4], "无编号更正"), operation="更正"),
            _withdrawal(withdraw[0], by_number=True),
            _withdrawal(withdraw[1], by_number=False),
            replace(_withdrawal(withdraw[2], by_number=True, reason=""), errors=(("CZLX", "XR-19"),)),
            *[
                replace(row, operation="更正", unknown_ref=UNKNOWN_RECORD)
                for row in self.t.good(kind, agency, 4, 1)
            ],
            *[_withdrawal(row, by_number=False) for row in self.t.good(kind, agency, 4, 1)],
            *[
                replace(row, operation="修改", errors=(("CZLX", "XR-19"),))
                for row in self.t.good(kind, agency, 4, 1)
            ],
            *[replace(row, operation="新增") for row in self.t.good(kind, agency, 4, 4)],
        ]
        self.t.add(4, self.t.file(agency, 4, rows, Look("csv", "utf-8", "label")))

    def _several_counterparts(self, agency: Agency) -> None:
        """One decision with three counterparts in one batch is three records, not a changed counterpart."""
        rows = self.t.good("penalty", agency, 5, 12)
        rows += [_other_party(rows[0], self.t), _other_party(rows[0], self.t)]
        self.t.add(5, self.t.file(agency, 5, list(rows), Look("csv", "gb18030", "code")))

    def _zero_reports(self, good: Agency, broken: Agency) -> None:
        """A zero report for May, and one with an unknown kind that is repaired a week later."""
        may = (date(2026, 5, 1), date(2026, 5, 31))
        cells = {
            "报送单位代码": good.code,
            "信息类别": "行政处罚",
            "期间起": "2026/05/01",
            "期间止": "2026/05/31",
        }
        cells |= {"零报送": "是", "填报人": "杨丽", "负责人": "阿普·扎西", "原因": "本期未作出行政处罚决定"}
        name = "零报送202605.csv"
        self.t.add(7, SampleFile(good.code, name, raw=zero_report(cells), zero=("penalty", *may)))
        other = cells | {"报送单位代码": broken.code, "填报人": "和志强"}
        wrong = zero_report(other | {"信息类别": "行政指导"})
        self.t.add(7, SampleFile(broken.code, name, raw=wrong, refused="BT-12"))
        self.t.add(8, SampleFile(broken.code, name, raw=zero_report(other), zero=("penalty", *may)))
        for agency in (good, broken):
            self.t.add(8, self.t.file(agency, 8, list(self.t.good("licence", agency, 8, 15))))

    def _same_bytes(self, accepted: Agency, partly: Agency) -> None:
        """The bytes of an accepted and of a partly accepted delivery are dropped again, the second time by mistake."""
        for agency, faulty in ((accepted, 0), (partly, 2)):
            rows = self.t.good("licence", agency, 2, 30)
            rows += [self.t.faulty("licence", agency, 2) for _ in range(faulty)]
            first = self.t.add(2, self.t.file(agency, 2, list(rows), Look("xlsx" if faulty else "csv")))
            for day in (5, 9)[: 1 + faulty]:
                name = f"补报_{day}_{first.file_name}"
                self.t.add(day, SampleFile(agency.code, name, first.sheets, first.look, again=first))

    def _strangers(self, right: Agency, wrong: Agency) -> None:
        """A file in another agency's folder, dropped into the right one a week later; and an unregistered agency."""
        rows = list(self.t.good("licence", right, 6, 12))
        file = self.t.file(right, 6, list(rows), Look("csv", "utf-8-bom", "label"))
        misplaced = replace(file, agency_code=wrong.code, refused_after_reading="BT-06")
        self.t.add(6, misplaced)
        self.t.add(7, file)
        stranger = replace(right, code=self.t.province.unregistered_code, name="昆明市某某开发区管理委员会")
        unknown = self.t.file(stranger, 3, list(self.t.good("licence", stranger, 3, 8)), Look("csv"))
        self.t.add(3, replace(unknown, refused="BT-06"))

    def _unreadable(self, agency: Agency) -> None:
        """Files refused before a row is read, each followed by a good one."""
        rows = list(self.t.good("licence", agency, 0, 20))
        missing = Sheet(
            "licence", list(rows), header=lambda texts: ["项目编号" if t == "许可内容" else t for t in texts]
        )
        double = Sheet(
            "licence", list(rows), header=lambda texts: ["许可内容" if t == "备注" else t for t in texts]
        )
        for day, name, sheet, rule in (
            (0, "许可信息.csv", missing, "BT-01"), (1, "许可信息(1).csv", double, "BT-02"),
            (2, "许可信息(2).csv", Sheet("licence", []), "BT-04"),
        ):  # fmt: skip
            self.t.add(day, SampleFile(agency.code, name, [sheet], Look(), refused=rule))
        self.t.add(3, SampleFile(agency.code, "许可信息.pdf.csv", raw=PDF, refused="BT-03"))
        self.t.add(3, SampleFile(agency.code, "许可报文.xml", raw=UNSAFE, refused="BT-11"))
        whole = self.t.file(agency, 4, list(rows), Look("xlsx"))
        self.t.add(4, replace(whole, raw=truncated(whole), refused="BT-03"))
        self.t.add(5, whole)

    def _all_wrong(self, agency: Agency) -> None:
        """Every row rejected; the same bytes again are read anew; corrected at last, too late."""
        rows = [self.t.faulty("licence", agency, 2) for _ in range(9)]
        first = self.t.add(2, self.t.file(agency, 2, list(rows), Look("csv", "gb18030")))
        self.t.add(3, SampleFile(agency.code, first.file_name, first.sheets, first.look, again=first))
        corrected = [SampleRow("licence", dict(row.good or {})) for row in rows]
        self.t.add(8, self.t.file(agency, 8, list(corrected)))

    def _ragged_and_two_sheets(self, agency: Agency) -> None:
        """Lines with a cell too many or too few; and a workbook with a sheet of each kind."""
        rows = self.t.good("licence", agency, 5, 18)
        broken = [
            replace(row, extra_cells=n, errors=(("", "BT-10"),))
            for row, n in zip(rows[4:6], (1, -1), strict=True)
        ]
        self.t.add(5, self.t.file(agency, 5, [*rows[:4], *broken, *rows[6:]], Look("csv", "utf-8", "label")))
        both = [
            Sheet(kind, list(self.t.good(kind, agency, 7, 15)), name)
            for kind, name in (("licence", "行政许可"), ("penalty", "行政处罚"))
        ]
        self.t.add(7, SampleFile(agency.code, "双公示20260601.xlsx", both, Look("xlsx")))


PDF = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
)

UNSAFE = b'<!DOCTYPE rows [<!ENTITY name "x">]>\n<rows><row><XK_WSH>&name;</XK_WSH></row></rows>\n'
"""An XML message with entities of its own."""


def truncated(file: SampleFile) -> bytes:
    """A workbook whose transfer broke off."""
    content = file.render(RecordIds())
    return content[: len(content) // 2]


def _changed(row: SampleRow, remark: str = "以本行为准") -> SampleRow:
    """The same identity with another content."""
    return replace(row, values=row.values | {"remark": remark})


def _broken(kind: str) -> Row:
    return {"state": "9"} if kind == "licence" else {"facts": ""}


def _broken_hit(kind: str) -> tuple[tuple[str, str], ...]:
    name, rule = ("state", "XK-15") if kind == "licence" else ("facts", "CF-04")
    return (hit(kind, name, rule),)


def _other_party(row: SampleRow, traffic: Traffic) -> SampleRow:
    """The same decision with another counterpart."""
    empty = {name: "" for name in row.values if name.startswith(("party_", "representative_"))}
    party = {
        "party_name": "云南云岭食品有限公司",
        "party_category": ORGANISATION,
        "representative_name": "和丽江",
    }
    return replace(row, values=row.values | empty | party | {"party_uscc": uscc(traffic.rng, "91", "530102")})


def _withdrawal(row: SampleRow, *, by_number: bool, reason: str = "行政复议决定撤销") -> SampleRow:
    """A 撤销 row: operation, reason, and the record's number or the fields of its identity."""
    kept = ["document_no", "organ_name", "organ_code"]
    kept += (
        [] if by_number else ["party_name", "party_category", "party_uscc", "party_id_type", "party_id_no"]
    )
    values = dict.fromkeys(row.values, "") | {name: row.values[name] for name in kept} | {"remark": reason}
    return SampleRow(row.kind, values, operation="撤销", corrects=row.document_no if by_number else "")
