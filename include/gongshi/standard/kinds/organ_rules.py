"""Rules of the deciding organ and the source unit (standard 4.9)."""

from __future__ import annotations

from gongshi.standard.model import L2015, Case, Rule

_PAIRS = (("organ_name", "organ_code"), ("source_name", "source_code"))
_CODED = ("AG-01", "AG-02", "AG-03")
_ORGAN_PREFIXES = ("11", "12", "13", "19")


def _pair(name: str) -> str:
    """The fact of a name and its code (`validate.organs.organ_facts`)."""
    return name.replace("_name", "_pair_registered")


ORGAN_RULES = (
    Rule("AG-01", "reject_row", "row", "决定机关、数据来源单位不能为空", "S:J", "请填写单位全称。",
         tuple(Case((name,), "is_empty") for name, _ in _PAIRS)),
    Rule("AG-02", "reject_row", "row", "机关统一社会信用代码为空或校验错误", "S:J,S:X", "请填写本单位统一社会信用代码证书上的代码。", (
        *(Case((code,), "is_empty") for _, code in _PAIRS),
        *(Case((code,), "organ_code_invalid") for _, code in _PAIRS))),
    Rule("AG-03", "reject_row", "row", "机关代码应以11、12、13或19开头，或为已登记单位代码", "S:U,D", "请核对是否误填了相对人的代码。",
         tuple(Case((code,), "organ_prefix_unknown", {"allowed": _ORGAN_PREFIXES}, requires=("AG-02",),
                    reads=(code, code.replace("_code", "_code_registered"))) for _, code in _PAIRS)),
    Rule("AG-04", "reject_row", "registry", "机关名称与代码不一致或未登记", "D", "请使用本单位登记的全称和代码；未登记的请联系同级牵头部门。", (
        *(Case((name, code), "is_unregistered", {"enforced_from": "", "day": "from"}, requires=_CODED,
               reads=(_pair(name), "received_on")) for name, code in _PAIRS),
        *(Case((name, code), "is_unregistered", {"enforced_from": "", "day": "before"}, requires=_CODED, effect="warn",
               reads=(_pair(name), "received_on"), note_zh="enforced_from之前报送的只提示；不填则一律退回")
          for name, code in _PAIRS))),
    Rule("AG-05", "reject_row", "registry", "请填写机关全称", "S:A1", "请填写机关全称；平台已登记的简称会自动改为全称。",
         tuple(Case((name, code), "is_one_of", {"words": ("short",)}, reads=(_pair(name),),
                    note_zh="登记的简称自动改为全称") for name, code in _PAIRS)),
    Rule("AG-07", "reject_row", "registry", "报送单位无权报送其他地区数据", "S:M art. 8",
         "请由作出决定的机关报送，或请同级牵头部门登记代报权限。",
         (Case(("organ_code", "organ_name"), "is_one_of", {"words": ("no",)}, requires=(*_CODED, "AG-04"),
               reads=("sender_may_report",)),)),
    Rule("AG-08", "warn", "registry", "该机关在决定日期时已撤销或更名", "D", "请核对决定机关；已撤销的由继续行使其职权的机关作出决定。",
         (Case(("organ_name", "organ_code"), "is_one_of", {"words": ("former",)},
               reads=(_pair("organ_name"),)),)),
    Rule("AG-09", "reject_row", "row", "地方编码应为云南省6位行政区划代码", "S:A1", "请填写决定机关所在地的6位行政区划代码，以53开头。", (
        Case(("place_code",), "is_empty", when=L2015),
        Case(("place_code",), "not_matches", {"pattern": r"^53\d{4}$"}),
        Case(("place_code",), "is_one_of", {"words": ("no",)}, reads=("place_registered",), note_zh="不在行政区划登记中"))),
)  # fmt: skip

_LISTED = "请核对事项名称；清单应更新的请报送新的事项目录。"


def item_rule(title: str, *silent: str) -> Rule:
    """AG-06 of a kind whose decisions are named by the field `title`; `silent` rules of that field come first."""
    return Rule("AG-06", "warn", "registry", "该事项不在本单位报送清单内", "S:M art. 5, 14", _LISTED,
                (Case((title, "content", "organ_code"), "is_one_of", {"words": ("no",)},
                      requires=(*silent, "TX-08", "TX-10", "TX-11", "TX-14", "PI-07"), reads=("organ_item_listed",),
                      note_zh="没有登记清单的单位（none）不提示"),))  # fmt: skip


UNIT_RULE = Rule("AG-10", "warn", "registry", "处罚机关应为具有处罚权的机关", "K", "请填写作出决定的机关全称，不填内设机构。",
                 (Case(("organ_name", "organ_code"), "is_one_of", {"words": ("unit",)},
                       reads=(_pair("organ_name"),)),))  # fmt: skip
