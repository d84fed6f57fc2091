"""Rules of the deciding organ and the source unit (standard 4.9)."""

from __future__ import annotations

from gongshi.standard.model import L2015, Case, Rule

_PAIRS = (("organ_name", "organ_code"), ("source_name", "source_code"))
_ORGAN_PREFIXES = ("11", "12", "13", "19")

ORGAN_RULES = (
    Rule("AG-01", "reject_row", "row", "决定机关、数据来源单位不能为空", "S:J", "请填写单位全称。",
         tuple(Case((name,), "is_empty") for name, _ in _PAIRS)),
    Rule("AG-02", "reject_row", "row", "机关统一社会信用代码为空或校验错误", "S:J,S:X", "请填写本单位统一社会信用代码证书上的代码。", (
        *(Case((code,), "is_empty") for _, code in _PAIRS),
        *(Case((code,), "organ_code_invalid") for _, code in _PAIRS))),
    Rule("AG-03", "reject_row", "row", "机关代码应以11、12、13或19开头，或为已登记单位代码", "S:U,D", "请核对是否误填了相对人的代码。",
         tuple(Case((code,), "organ_prefix_unknown", {"allowed": _ORGAN_PREFIXES}, requires=("AG-02",),
                    reads=(code, code.replace("_code", "_code_registered"))) for _, code in _PAIRS)),
    Rule("AG-04", "reject_row", "registry", "机关名称与代码不一致或未登记", "D", "请使用本单位登记的全称和代码；未登记的请联系同级牵头部门。",
         tuple(Case((name, code), "is_one_of", {"words": ("no",)}, requires=("AG-01", "AG-02", "AG-03"),
                    reads=(name.replace("_name", "_pair_registered"),)) for name, code in _PAIRS)),
    Rule("AG-09", "reject_row", "row", "地方编码应为云南省6位行政区划代码", "S:A1", "请填写决定机关所在地的6位行政区划代码，以53开头。", (
        Case(("place_code",), "is_empty", when=L2015),
        Case(("place_code",), "not_matches", {"pattern": r"^53\d{4}$"}),
        Case(("place_code",), "is_one_of", {"words": ("no",)}, reads=("place_registered",), note_zh="不在行政区划登记中"))),
)  # fmt: skip
