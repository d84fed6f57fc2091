"""Layout L2015 (standard 1.4): 20 columns of licences, 24 of penalties, with its own lengths and requirement marks.

Codes 2 and 3 of the counterpart are numbered the other way round than in S2018; names go by the text in brackets.
"""

from __future__ import annotations

from gongshi.standard.layouts.model import LayoutColumn as Column

_LICENCE = (
    Column("document_no", "XK_WSH", "行政许可决定书文号", "R", 128),
    Column("project_name", "XK_XMMC", "项目名称", "R", 256, "document_name"),
    Column("item_code", "XK_BM", "行政许可编码", "R", 40),
    Column("approval_category", "XK_SPLB", "审批类别", "R", 16, "licence_category"),
    Column("content", "XK_NR", "许可内容", "R", 2048),
    Column("party_name", "XK_XDR", "行政相对人名称", "R", 256),
)
_PENALTY = (
    Column("document_no", "CF_WSH", "行政处罚决定书文号", "R", 128),
    Column("penalty_name", "CF_CFMC", "处罚名称", "R", 256, "violation_type"),
    Column("item_code", "CF_BM", "行政处罚编码", "R", 40),
    Column("penalty_category_1", "CF_CFLB1", "处罚类别1", "R", 36, "penalty_categories"),
    Column("penalty_category_2", "CF_CFLB2", "处罚类别2", "o", 36, "penalty_categories"),
    Column("facts", "CF_SY", "处罚事由", "R", 2048),
    Column("legal_basis", "CF_YJ", "处罚依据", "R", 2048),
    Column("party_name", "CF_XDR_MC", "行政相对人名称", "R", 128),
)


def _party(prefix: str) -> tuple[Column, ...]:
    return (
        Column("party_uscc", f"{prefix}_XDR_SHXYM", "行政相对人代码_1(统一社会信用代码)", "o", 64),
        Column("party_organisation_code", f"{prefix}_XDR_ZDM", "行政相对人代码_2(组织机构代码)", "o", 64),
        Column("party_registration_no", f"{prefix}_XDR_GSDJ", "行政相对人代码_3(工商登记码)", "o", 64),
        Column("party_tax_no", f"{prefix}_XDR_SWDJ", "行政相对人代码_4(税务登记号)", "o", 64),
        Column("person_id_no", f"{prefix}_XDR_SFZ", "行政相对人代码_5(居民身份证号)", "o", 64, "party_id_no"),
        Column("representative_name", f"{prefix}_FR", "法定代表人", "o", 256),
    )


def _administration(prefix: str) -> tuple[Column, ...]:
    return (
        Column("state", f"{prefix}_ZT", "当前状态", "R", 1),
        Column("place_code", "DFBM", "地方编码", "R", 6),
        Column("updated_at", "SJC", "数据更新时间戳", "R"),
        Column("remark", "BZ", "备注", "o", 4000),
        Column("use_range", f"{prefix}_SYFW", "信息使用范围", "o", 1),
    )


COLUMNS: dict[str, tuple[Column, ...]] = {
    "licence": (
        *_LICENCE,
        *_party("XK"),
        Column("decision_date", "XK_JDRQ", "许可决定日期", "R"),
        Column("valid_to", "XK_JZQ", "许可截止期", "o"),
        Column("organ_name", "XK_XZJG", "许可机关", "R", 64),
        *_administration("XK"),
    ),
    "penalty": (
        *_PENALTY,
        *_party("CF"),
        Column("result", "CF_JG", "处罚结果", "R", 2048, "content"),
        Column("decision_date", "CF_JDRQ", "处罚决定日期", "R"),
        Column("organ_name", "CF_XZJG", "处罚机关", "R", 64),
        *_administration("CF"),
        Column("severity", "CF_SXYZCD", "失信严重程度", "o", 1),
        Column("publish_until", "CF_GSJZQ", "公示截止期", "o"),
    ),
}
SIGNATURE = frozenset({
    "project_name", "approval_category", "penalty_name", "penalty_category_1", "penalty_category_2", "result",
    "item_code", "place_code", "updated_at",
})  # fmt: skip
