"""Header recognition (standard 1.3 numbering trap, 4.1, 10.2)."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongshi.intake import headers
from gongshi.intake.headers import normalise
from gongshi.standard.kinds import KINDS, LICENCE, PENALTY
from gongshi.standard.layouts import layout_of, layouts_of
from gongshi.standard.messages import EXTRA_PREFIX, Refusal

CODES = [f.code for f in LICENCE.fields]
LABELS = [f.label_zh for f in PENALTY.fields]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
@pytest.mark.parametrize("attribute", ["code", "label_zh"])
def test_official_headers_name_every_field(kind, attribute):
    header = headers.recognise([getattr(f, attribute) for f in kind.fields])
    assert header == headers.Header(kind.name, "S2018b", tuple(f.name for f in kind.fields))


@pytest.mark.parametrize(
    ("written", "field"),
    [
        (" 行政相对人代码_3 （统一社会信用代码） *", "party_uscc"),
        ("行政相对人代码_2(组织机构代码)", "party_organisation_code"),
        ("行政相对人代码_3【工商注册号】", "party_registration_no"),
        ("处罚决定日期（必填）", "decision_date"),
        ("没收违法所得、没收非法财务的金额（万元）", "confiscated_wan"),
        ("处罚金额（万元）", "fine_wan"),
        ("cfXdrShxym", "party_uscc"),
        ("cfxdrmc", "party_name"),
        ("cf_fr_sfzh", "representative_id_no"),
        ("ＣＦ＿ＷＳＨ", "document_no"),
        ("操作类型", "operation"),
        ("JLBH", "record_ref"),
        ("XK_LYDM", "x:XK_LYDM"),
        ("经办人 ", "x:经办人"),
        ("", "x:(1)"),
    ],
)
def test_header_variants(written, field):
    rest = [f.label_zh for f in PENALTY.fields if f.name != field]
    header = headers.recognise([written, *rest])
    assert header.refusal is None
    assert header.columns[0] == field


def test_organisation_and_optional_columns_may_be_missing():
    required = [f.code for f in LICENCE.fields if f.required == "R"]
    assert headers.recognise(required).refusal is None


def test_missing_required_columns_are_named():
    header = headers.recognise([c for c in CODES if c not in ("XK_WSH", "XK_ZT")])
    assert header.kind == "licence"
    assert header.refusal == Refusal("BT-01", {"columns": "行政许可决定文书号（XK_WSH）、当前状态（XK_ZT）"})


def test_duplicate_columns_are_named_as_written():
    header = headers.recognise([*LABELS, "CF_WSH"])
    assert header.refusal == Refusal("BT-02", {"columns": "行政处罚决定书文号、CF_WSH"})


@pytest.mark.parametrize("cells", [["姓名", "电话"], ["行政相对人名称", "备注"], [""]])
def test_unknown_header_is_refused_without_a_kind(cells):
    header = headers.recognise(cells)
    assert (header.kind, header.refusal.rule_id) == (None, "BT-01")


def test_zero_report_header():
    header = headers.recognise(
        ["报送单位代码*", "信息类别", "期间起", "期间止", "零报送", "填报人", "负责人", "原因"]
    )
    assert (header.kind, header.columns) == ("zero", tuple(headers.ZERO_COLUMNS))


def fields_of(kind):
    return {f.name for f in kind.fields} | {"operation", "record_ref"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_alias_means_one_field_and_no_other_column_of_the_layout_in_use(kind):
    official = {
        normalise(x): c.name for c in layout_of(kind.name, None).columns for x in (c.code, c.label_zh)
    }
    meant = {}
    for field, alias, of_kind, _ in headers._aliases():
        assert any(field in fields_of(known) for known in KINDS.values()), f"{field} is no field of any kind"
        if of_kind in ("", kind.name) and field in fields_of(kind):
            assert normalise(alias), alias
            assert official.get(normalise(alias), field) == field, alias
            assert meant.setdefault(normalise(alias), field) == field, alias


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_alias_is_read_as_its_field(kind):
    rest = {f.name: f.label_zh for f in kind.fields}
    wrong = []
    for field, alias, of_kind, _ in headers._aliases():
        if of_kind in ("", kind.name) and field in rest:
            header = headers.recognise([alias, *(label for name, label in rest.items() if name != field)])
            wrong += [(alias, field, header)] * (header.columns[0] != field or header.refusal is not None)
    assert wrong == []


COMMON = """
penalty party_name: 行政相对人名称*|行政相对人|相对人名称|当事人名称|当事人|被处罚人名称|被处罚单位|被处罚对象名称|单位名称|行政相对人 名称（必填）|1.行政相对人名称|行政相对人名称/姓名|COMP_NAME|cfXdrMc|cf_xdr_mc|CFXDRMC|行政相对人名称(CF_XDR_MC)|企业名称
licence party_name: 行政相对人名称：|被许可人|被许可人名称|被许可单位名称|申请人|相对人|行政相对人姓名|行政相对人名称（全称）|xkXdrMc|xkxdrmc|行政许可相对人名称|许可对象|*行政相对人名称|行政向对人名称
penalty party_category: 行政相对人类别（必填）|相对人类别|相对人类型|行政相对人类型|当事人类型|主体类型|cfXdrLb|CF_XDR_TYPE|被处罚人类别|行政相对人类別|行政相对人 类别|【必填】行政相对人类别|行政相对人类别（法人/自然人/个体工商户）
penalty party_uscc: 统一社会信用代码|社会信用代码|信用代码|行政相对人代码_1 (统一社会信用代码)|行政相对人代码_1（统一社会信用代码）|行政相对人代码-1【统一社会信用代码】|行政相对人代码（统一社会信用代码）|行政相对人代码_3(统一社会信用代码)|行政相对人统一社会信用代码|被处罚单位统一社会信用代码|cfXdrShxym|cfxdrshxym|行政相对人代码1统一社会信用代码|相对人代码_1（统一社会信用代码）*|统一社会信用代码（18位）
licence party_registration_no: 行政相对人代码_2(工商登记码)|行政相对人代码_3（工商登记码）|工商注册号|工商登记号|营业执照注册号|注册号|营业执照号|行政相对人工商注册号|xkXdrGszc|行政相对人代码_2【工商注册号】|行政相对人代码二（工商注册号）|工商注册号（选填）
licence party_organisation_code: 行政相对人代码_2（组织机构代码）|行政相对人代码_3 (组织机构代码)|组织机构代码|组织机构代码证号|行政相对人组织机构代码|xkXdrZzjg|组织机构代码（9位）|组织机构 代码|相对人代码_3(组织机构代码)|组织结构代码|组织机构代码号|XK_XDR_ZZJGDM
penalty representative_name: 法定代表人*|法定代表人姓名|法定代表人（负责人）|法定代表人/负责人|法人代表|法人代表姓名|法人负责人|法定代表人或负责人|法定代表人（经营者）|CF_FDDB|cfFrdb|法定带表人|法定代表人(主要负责人)|单位法定代表人
penalty representative_id_no: 法定代表人证件号|法定代表人身份证|法定代表人身份证号|法定代表人身份证号码|法人身份证号|法人代表身份证号码|法人证件号码|CF_FR_SFZH|cf_fr_sfzh|cfFrSfzh|法定代表人（负责人）证件号码|负责人身份证号|法定代表人证件号码（文本）
penalty representative_id_type: 法定代表人证件类型（选填）|法定代表人证件种类|法人证件类型|法人代表证件类型|法定代表人身份证件类型|法定代表人(负责人)证件类型|cfFrZjlx|法定代表人证件类别|CF_FR_ZJLB|负责人证件类型|法定代表人证照类型|法定代表人有效证件类型
licence party_id_no: 证件号码（自然人）|证件号|身份证号|身份证号码|自然人身份证号|自然人证件号码|相对人证件号码|公民身份号码|居民身份证号|行政相对人身份证号|xkXdrZjhm|个人证件号码
licence party_id_type: 证件类型（自然人必填）|证件种类|自然人证件类型|行政相对人证件类型|相对人证件类型|身份证件类型|当事人证件类型|有效证件类型|xkXdrZjlx|个人证件类型|证件类别|证件 类型
penalty document_no: 行政处罚决定书文号*|行政处罚决定文书号|行政处罚决定书号|处罚决定书文号|处罚决定文书号|处罚文书号|决定书文号|决定文书号|文书号|文号|行政处罚决定书编号|cfWsh|CF WSH|行政处罚决定文书好|处罚文号
licence document_no: 行政许可决定书文号（必填）|行政许可决定文书号|行政许可决定书号|许可决定书文号|许可文书号|许可文号|决定书文号|文书号|行政许可决定文号|xkWsh|XK-WSH|行政许可文书号|审批文号
licence document_name: 行政许可决定文书名称*|行政许可决定书名称|许可决定文书名称|许可文书名称|行政许可文书名称|决定文书名称|文书名称|xkXkws|许可文件名称|行政许可决定文书|许可决定书名称|XK_WSMC
licence licence_category: 许可类别*|许可类型|行政许可类别|行政许可类型|许可种类|审批类别|审批类型|xkXklb|许可类别（普通/特许/认可/核准/登记/其他）|许可类別|许可事项类别|行政许可种类
licence certificate_name: 许可证书名称（选填）|许可证名称|许可证件名称|证书名称|行政许可证书名称|证照名称|许可证照名称|xkXkzs|许可证(书)名称|行政许可证名称|许可证书|许可证种类
licence certificate_no: 许可编号（选填）|许可证编号|许可证号|证书编号|许可证书编号|行政许可编号|证书号|xkXkbh|许可证书号|证照编号|许可证件编号|行政许可证编号
licence content: 许可内容*|行政许可内容|许可事项|许可决定内容|行政许可决定内容|审批内容|许可主要内容|xkNr|许可的内容|许可类容|行政许可事项|许可具体内容
penalty content: 处罚内容*|行政处罚内容|处罚结果|行政处罚结果|处罚决定内容|处罚决定|具体处罚内容|cfNr|处罚内容（结果）|行政处罚决定内容|处罚主要内容|处罚类容
penalty decision_date: 处罚决定日期（必填）|行政处罚决定日期|处罚日期|处罚决定时间|处罚时间|决定日期|作出处罚决定日期|作出行政处罚决定的日期|cfJdrq|处罚决定日期（YYYY/MM/DD）|处罚决定日期（格式：2018/01/01）|做出处罚决定日期|处罚决定书日期|行政处罚日期
licence decision_date: 许可决定日期*|行政许可决定日期|许可日期|许可决定时间|决定日期|行政许可日期|作出许可决定日期|xkJdrq|许可时间|决定时间|作出行政许可决定日期|审批日期|许可决定日期（yyyy-mm-dd）
licence valid_from: 有效期自*|有效期起|许可有效期自|有效期起始日期|有效期（起）|生效日期|许可起始日期|有效期开始日期|xkYxqz|有效期起始|许可有效期起|有效期限自|有效起始日期
licence valid_to: 有效期至*|有效期止|许可有效期至|有效期截止日期|有效期（止）|失效日期|许可截止日期|有效期结束日期|xkYxqzi|有效期截止|许可截止期|有效期限至|到期日期
penalty valid_to: 处罚有效期*|处罚有效期至|行政处罚有效期|处罚有效期限|处罚有效期截止日期|有效期至|有效期|cfYxq|处罚有效期（止）|处罚有效日期|处罚有效期止|行政处罚有效期至
penalty publish_until: 公示截止期（选填）|公示截止日期|公示截止时间|公示期至|公示期限|公示期|公示截至日期|cfGsjzq|公示期截止日期|公示到期日期|公示结束日期|行政处罚公示截止期
licence organ_name: 许可机关*|许可机关名称|行政许可机关|许可单位|许可部门|审批机关|发证机关|决定机关|xkXkjg|许可决定机关|作出许可决定机关|许可机关全称|实施机关
penalty organ_name: 处罚机关*|处罚机关名称|行政处罚机关|处罚部门|作出处罚决定机关|执法机关|执法单位|决定机关|cfCfjg|处罚实施机关|行政处罚决定机关|处罚机关全称|处罚机构
penalty organ_code: 处罚机关统一社会信用代码*|处罚机关代码|处罚机关社会信用代码|处罚机关信用代码|行政处罚机关统一社会信用代码|处罚机关统一信用代码|决定机关代码|cfCfjgdm|处罚机关（统一社会信用代码）|作出处罚决定机关统一社会信用代码|处罚部门统一社会信用代码|执法机关代码
licence state: 当前状态*|状态|许可状态|许可当前状态|行政许可状态|当前状态（1有效，2无效）|当前状态(1:有效;2:无效)|有效状态|xkZt|证书状态|许可证状态|数据状态
licence source_name: 数据来源单位*|数据来源|数据来源单位名称|信息来源单位|报送单位|数据报送单位|来源单位|数据来源部门|xkLydw|上报单位|数据提供单位|填报单位
penalty source_code: 数据来源单位统一社会信用代码*|数据来源单位代码|数据来源代码|数据来源单位社会信用代码|数据来源单位信用代码|报送单位统一社会信用代码|报送单位代码|cfSjlydm|信息来源单位代码|数据来源统一社会信用代码|数据报送单位代码|来源单位代码
penalty violation_type: 违法行为类型*|违法类型|违法行为类别|违法行为|违法行为种类|违法类别|违法种类|cfWfxw|违法违规行为类型|行政违法行为类型|违法行为分类|违法行为名称
penalty facts: 违法事实*|处罚事由|主要违法事实|行政处罚事由|违法行为事实|案件事实|违法情况|cfSy|违法事由|处罚事实|违法事实描述|违法实事
penalty legal_basis: 处罚依据*|行政处罚依据|法律依据|处罚法律依据|处罚的依据|行政处罚法律依据|法规依据|cfYj|法律法规依据|处罚依据条款|依据|处罚依据（法律依据）
penalty penalty_categories: 处罚类别*|处罚种类|行政处罚类别|行政处罚种类|处罚类型|行政处罚类型|处罚方式|cfCflb|处罚的种类|处罚类別|处罚类别（多选）|处罚分类
penalty fine_wan: 处罚金额（万元）|罚款金额|罚款金额(万元)*|罚款数额（万元）|罚款（万元）|罚款金额（单位：万元）|罚款金额/万元|罚款额（人民币万元）|行政处罚金额（万元）|cfNrFk|罚款金额万元|罚款总额（万元）|罚款金额【万元】（必填）
penalty confiscated_wan: 没收违法所得、没收非法财务的金额（万元）|没收违法所得或没收非法财物的金额（万元）|没收违法所得金额（万元）|没收金额（万元）|没收违法所得、非法财物金额（万元）|没收违法所得和非法财物金额|没收违法所得|没收非法财物的金额（万元）|cfNrWfff|没收违法所得/没收非法财物的金额（万元）|没收非法所得、没收非法财物金额（万元）|没收违法所得，没收非法财物的金额（单位：万元）
penalty certificates_affected: 暂扣或吊销证照名称|暂扣或吊销证照名称及编号（选填）|暂扣、吊销证照名称及编号|暂扣或者吊销证照名称及编号|吊销证照名称及编号|暂扣或吊销许可证名称及编号|暂扣或吊销执照名称及编号|暂扣或吊销证照名称和编号|cfNrZkdx|吊销或暂扣证照名称|暂扣或吊销证照|暂扣或吊消证照名称及编号
licence remark: 备注（选填）|备注说明|备 注|备注信息|其他说明|REMARK|bz|备註|说明|备注：|补充说明|附注|备注栏
"""
VARIANTS = [
    (kind, field, written)
    for line in COMMON.split("\n")
    if line
    for (kind, field), texts in [(line.split(": ", 1)[0].split(), line.split(": ", 1)[1])]
    for written in texts.split("|")
]


@pytest.mark.parametrize(("kind", "field", "written"), VARIANTS)
def test_headers_as_people_write_them(kind, field, written):
    rest = [f.label_zh for f in KINDS[kind].fields if f.name != field]
    header = headers.recognise([*rest[:3], written, *rest[3:]])
    assert header.refusal is None
    assert (header.kind, header.columns[3], header.in_yuan) == (kind, field, ())


def test_common_fields_have_a_dozen_variants_each():
    counts = Counter((kind, field) for kind, field, _ in VARIANTS)
    assert min(counts.values()) >= 12
    assert {field for _, field in counts} >= {
        f.name for f in PENALTY.fields if f.required in ("R", "Org", "cond")
    }


@pytest.mark.parametrize(
    "written",
    ["罚款金额（元）", "罚款金额(单位:元)", "罚款（元）", "CF_NR_FK(元)", "处罚金额【元】*", "罚款金额/元"],
)
def test_a_header_in_yuan_is_told_from_one_in_wan(written):
    header = headers.recognise([written, *(f.label_zh for f in PENALTY.fields if f.name != "fine_wan")])
    assert (header.columns[0], header.in_yuan, header.refusal) == ("fine_wan", ("fine_wan",), None)


def test_a_weak_name_gives_way_to_a_certain_one_and_is_kept():
    header = headers.recognise([*LABELS, "单位名称"])
    assert header.refusal is None
    assert header.columns[-1] == "x:单位名称"
    assert "单位名称" in header.remarks[0]


def test_two_certain_names_for_a_field_and_two_weak_ones_are_duplicates():
    certain = headers.recognise([*LABELS, "相对人名称"])
    assert certain.refusal == Refusal("BT-02", {"columns": "行政相对人名称、相对人名称"})
    rest = [label for label in LABELS if "没收" not in label]
    parts = headers.recognise([*rest, "没收违法所得（万元）", "没收非法财物金额（万元）"])
    assert parts.refusal.rule_id == "BT-02"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("attribute", ["code", "label_zh"])
def test_every_layout_is_recognised_by_its_own_header(kind, attribute):
    for layout in layouts_of(kind):
        header = headers.recognise([getattr(column, attribute) for column in layout.columns])
        assert (header.kind, header.layout, header.refusal) == (kind, layout.id, None)
        assert header.columns == tuple(column.name for column in layout.columns)


def test_columns_of_another_layout_are_extra_columns():
    header = headers.recognise([*LABELS, "地方编码"])
    assert (header.layout, header.columns[-1]) == ("S2018b", "x:地方编码")


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_party_codes_go_by_the_text_in_brackets_whatever_their_number(kind, number):
    words = {
        "统一社会信用代码": "party_uscc",
        "组织机构代码": "party_organisation_code",
        "工商登记码": "party_registration_no",
    }
    rest = [f.label_zh for f in kind.fields if f.name not in words.values()]
    header = headers.recognise([*(f"行政相对人代码_{number}（{word}）" for word in words), *rest])
    assert header.refusal is None
    assert header.columns[:3] == tuple(words.values())


@given(st.text(max_size=60))
def test_any_text_is_a_header_or_kept_as_an_extra_column(text):
    header = headers.recognise([text, *CODES])
    extra = EXTRA_PREFIX + (text.strip() or "(1)")
    assert header.columns[0] == extra or header.columns[0] in fields_of(LICENCE)
    assert header.columns[1:] == tuple(f.name for f in LICENCE.fields)
