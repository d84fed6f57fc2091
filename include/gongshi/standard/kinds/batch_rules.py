"""Rules of files and batches (standard 4.1) and of operations and records (4.10)."""

from __future__ import annotations

from gongshi.standard.checks.base import DECIDED_ELSEWHERE
from gongshi.standard.model import Case, Rule


def limits(field: str, **params: int | str) -> Case:
    """Thresholds of a rule that the merge or the monitor decides; `field` is the one it is about."""
    return Case((field,), DECIDED_ELSEWHERE, params)


BATCH_RULES = (
    Rule("BT-01", "reject_batch", "file", "文件表头与模板不一致，缺少列：{columns}", "D",
         "请使用平台模板，补齐所缺的列后重新报送。"),
    Rule("BT-02", "reject_batch", "file", "文件表头存在重复列：{columns}", "D", "请删除重复的列后重新报送。"),
    Rule("BT-03", "reject_batch", "file", "文件无法读取，请使用标准模板并以UTF-8或GB18030编码保存{reason}", "D",
         "请另存为xlsx或CSV（UTF-8）后重新报送。"),
    Rule("BT-04", "reject_batch", "file", "文件中没有数据，如本周期无数据请做零报送", "D",
         "请核对导出范围；确无数据的请使用零报送模板。"),
    Rule("BT-05", "reject_batch", "file", "该文件已于{time}报送，请勿重复上传", "D", "无需处理。"),
    Rule("BT-06", "reject_batch", "registry", "报送单位未登记或无权代报：{agency}", "M art. 8",
         "请将文件放入本单位文件夹；未登记或需代报的请联系同级牵头部门。"),
    Rule("BT-07", "fix", "file", "空行已忽略", "D"),
    Rule("BT-08", "warn", "merge", "请将法人和自然人数据分别使用对应模板报送", "S:B", "请分成两个文件，各用一种模板。"),
    Rule("BT-09", "warn", "merge", "本批次错误率{rate}，请核对模板版本后重新报送", "D",
         "请先按出现最多的错误核对模板版本和导出设置，改正后重新报送。", (limits("cell_count", percent=50, least_rows=10),)),
    Rule("BT-10", "reject_row", "row", "第{row}行列数与表头不一致", "D", "请核对该行是否多出或缺少分隔符、引号是否成对。",
         (Case(("cell_count",), "cell_count_differs", reads=("cell_count", "expected_cells")),)),
    Rule("BT-11", "reject_batch", "file", "文件超出限制或含不安全内容：{reason}", "D",
         "请按上述原因处理后重新报送；数据量大的请分成几个文件。"),
    Rule("BT-12", "reject_batch", "file", "零报送填写有误：{item}", "D", "请按零报送模板逐项填写。"),
)  # fmt: skip

_ASK = "请在本次反馈的《需修改》中核对该行后放回报送目录。"

RETURN_RULES = (
    Rule("RT-01", "reject_row", "file", "第{row}行没有行键：不是《需修改》中原有的行，或行键被清空", "D",
         f"新增的数据请另用模板报送；确需报送的，{_ASK}"),
    Rule("RT-02", "reject_row", "file", "第{row}行的行键已被改动，或不是发给本单位的", "D", f"不能判断它是原来的哪一行，{_ASK}"),
    Rule("RT-03", "reject_row", "file", "第{row}行与其他行的行键相同", "D", f"不能判断哪一行是原行，{_ASK}"),
    Rule("RT-04", "reject_row", "file", "第{row}行是旧的内容：该行已在更新的批次中报送过", "D",
         "无需处理；仍需修改的，请使用反馈目录中最新的《需修改》，已入库的请凭记录编号报送更正。"),
)  # fmt: skip
"""Rows of a correction workbook whose key does not say which row they are: told at reading (`intake/returned.py`)."""

RECORD_RULES = (
    Rule("XR-01", "warn", "merge", "第{row}行与第{other}行完全重复", "D", "重复行未再入库，无需处理。"),
    Rule("XR-02", "warn", "merge", "同一记录在第{other}行有不同内容，以后者为准", "S:B,D", "请核对两行内容，如以前者为准请更正。"),
    Rule("XR-03", "fix", "merge", "数据已入库，无需重复报送", "S:A1"),
    Rule("XR-04", "fix", "merge", "记录已更新为新版本", "D"),
    Rule("XR-05", "reject_row", "merge", "重复数据，旧数据", "S:A1", "平台已有更新的数据，无需处理。"),
    Rule("XR-06", "reject_row", "merge", "不得直接修改相对人，请填写记录编号更正或先撤销原记录", "D",
         "请在“操作类型”填写更正，并在“记录编号”填写原记录编号。"),
    Rule("XR-07", "reject_row", "merge", "未找到要更正或撤销的原记录", "D", "请核对记录编号，或按原决定机关、文书号、相对人填写。"),
    Rule("XR-08", "warn", "merge", "同一文号决定日期不同", "D", "请核对决定文书上的日期；日期有误的请更正。"),
    Rule("XR-09", "warn", "merge", "同一文号相对人过多，请核对", "D", "请核对文书号是否误填；一份文书确有多个相对人的无需处理。",
         (limits("document_no", counterparts=50),)),
    Rule("XR-10", "warn", "merge", "同一统一社会信用代码对应多个名称", "D", "请按登记证照核对名称和代码；名称已变更的无需处理。",
         (limits("party_uscc", days=30),)),
    Rule("XR-11", "warn", "merge", "同一证件号码对应多个姓名", "D", "请按证件核对姓名和号码。"),
    Rule("XR-13", "warn", "merge", "该数据已由省级系统统一报送", "S:M art. 11", "无需重复报送；内容与省级系统不一致的请联系省级主管部门核对。"),
    Rule("XR-15", "warn", "merge", "迟报：决定日期{decision}，应于{due}前报送，迟{n}个工作日", "S:M art. 2",
         "请在作出决定之日起7个工作日内报送。"),
    Rule("XR-16", "warn", "monitor", "数据量异常波动", "D", "请联系报送单位核实是否漏报、重复报送。",
         (limits("cell_count", weeks=8, low_percent=50, high_percent=200, least=10),), responsible="platform"),
    Rule("XR-17", "warn", "monitor", "连续未报送", "D", "请联系报送单位核实；确无数据的应做零报送。",
         (limits("cell_count", days=20),), responsible="platform"),
    Rule("XR-19", "reject_row", "row", "操作类型填写错误或撤销未写明原因", "D",
         "操作类型只能填写新增、更正、撤销；撤销的请在备注写明原因。", (
             Case(("operation",), "is_none_of", {"words": ("新增", "更正", "撤销")}),
             Case(("operation", "remark"), "is_empty", when={"operation": ("撤销",)}, reads=("remark",)))),
)  # fmt: skip
