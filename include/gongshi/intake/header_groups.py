"""Headers in two lines: the text a group above and its part below stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gongshi.intake.headers import is_known

_OWN = re.compile(r"(?:基本|相关|主要|有关)?(?:信息|情况|内容|资料|要素|部分|栏)$")
_WHOSE = (
    (r"法定代表|法人代表|法人代理|负责人|经营者", ("法定代表人",)),
    (r"(?:处罚|许可|审批|决定|实施|执法|发证)(?:机关|部门|单位|主体)", ("处罚机关", "许可机关")),
    (r"数据来源|来源单位|报送单位", ("数据来源单位",)),
    (r"自然人|个人", ("自然人",)),
    (r"相对人|当事人|被处罚|申请人|持证|企业|法人|组织|单位|主体|市场主体", ("行政相对人", "")),
)
_OPEN = re.compile(
    r"\s*(?:(?:统一)?(?:社会)?信用代码|(?:机构)?代码|名称|姓名|类[型别]|(?:证件|身份证)(?:类[型别]|号码?)|编?号码?|日期|内容|单位)\s*[*]?"
)


def grouped(group: str, part: str) -> str:
    """One header text for a part below its group.

    A part that says the same under several groups (名称, 统一社会信用代码) is never read without its group.
    """
    if not group.strip():
        return part
    named = next((text for text in _readings(group.strip(), part.strip()) if is_known(text)), None)
    return named or f"{group.strip()}{part.strip()}"


def _readings(group: str, part: str) -> Iterator[str]:
    yield f"{group}({part})"
    yield f"{group}{part}"
    bare = _OWN.sub("", group)
    yield f"{bare}({part})"
    yield f"{bare}{part}"
    owners = next((owners for words, owners in _WHOSE if re.search(words, group)), None)
    yield from (f"{owner}{part}" for owner in owners or ())
    if owners is None or not _OPEN.fullmatch(part):
        yield part
