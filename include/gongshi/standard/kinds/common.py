"""Fields 1–13 of both tables: the counterpart (行政相对人) and its legal representative."""

from __future__ import annotations

from gongshi.standard.model import Field


def counterpart_fields(prefix: str) -> tuple[Field, ...]:
    """The counterpart's fields with the kind's column prefix (`XK` → `XK_XDR_MC`)."""
    table = f"standard 1.{2 if prefix == 'XK' else 3}"
    return (
        Field("party_name", f"{prefix}_XDR_MC", "行政相对人名称", "name", 200, "R", f"{table} #1"),
        Field(
            "party_category",
            f"{prefix}_XDR_LB",
            "行政相对人类别",
            "enum",
            16,
            "R",
            f"{table} #2",
            code_list="party_category",
        ),
        Field(
            "party_uscc",
            f"{prefix}_XDR_SHXYM",
            "行政相对人代码_1(统一社会信用代码)",
            "code",
            None,
            "Org",
            f"{table} #3",
        ),
        Field(
            "party_registration_no",
            f"{prefix}_XDR_GSZC",
            "行政相对人代码_2(工商注册号)",
            "code",
            None,
            "o",
            f"{table} #4",
        ),
        Field(
            "party_organisation_code",
            f"{prefix}_XDR_ZZJG",
            "行政相对人代码_3(组织机构代码)",
            "code",
            None,
            "o",
            f"{table} #5",
        ),
        Field(
            "party_tax_no",
            f"{prefix}_XDR_SWDJ",
            "行政相对人代码_4(税务登记号)",
            "code",
            None,
            "o",
            f"{table} #6",
        ),
        Field(
            "party_institution_no",
            f"{prefix}_XDR_SYDW",
            "行政相对人代码_5(事业单位证书号)",
            "code",
            None,
            "o",
            f"{table} #7",
        ),
        Field(
            "party_society_no",
            f"{prefix}_XDR_SHZZ",
            "行政相对人代码_6(社会组织登记证号)",
            "code",
            50,
            "o",
            f"{table} #8",
        ),
        Field(
            "representative_name",
            f"{prefix}_FRDB",
            "法定代表人",
            "name",
            50,
            "Org",
            f"{table} #9",
            note="个体工商户填写经营者姓名",
        ),
        Field(
            "representative_id_type",
            f"{prefix}_FR_ZJLX",
            "法定代表人证件类型",
            "enum",
            64,
            "o",
            f"{table} #10",
            code_list="id_type",
        ),
        Field(
            "representative_id_no",
            f"{prefix}_FR_ZJHM",
            "法定代表人证件号码",
            "id_no",
            None,
            "o",
            f"{table} #11",
        ),
        Field(
            "party_id_type",
            f"{prefix}_XDR_ZJLX",
            "证件类型",
            "enum",
            64,
            "Nat",
            f"{table} #12",
            code_list="id_type",
        ),
        Field("party_id_no", f"{prefix}_XDR_ZJHM", "证件号码", "id_no", None, "Nat", f"{table} #13"),
    )
