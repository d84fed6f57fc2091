"""Values changed alike in every cell: 元 written where 万元 is asked for, digits and zeros a spreadsheet dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.standard.columns import as_numpy
from gongshi.standard.identifiers import organisation_code_wrong
from gongshi.standard.model import Field
from gongshi.validate.causes.material import Candidate, Limits, Material, column_names, replaced

_WAN = 10_000
_SCIENTIFIC = r"^\d(\.\d+)?[eE]\+?\d+$"
_CUT_OFF = r"^\d{15}0+$"
_NUMBER_OF_A_SPREADSHEET = r"^\d{16,}$|^\d(\.\d+)?[eE]\+?\d+$"
"""What a spreadsheet takes for a number and cannot hold: it keeps 15 digits."""
_NUMBER_RULES = (
    "ID-02", "ID-03", "ID-04", "ID-07", "ID-11", "AG-02", "AG-03", "PE-03", "PE-04", "PE-05", "PE-07", "LR-05",
)  # fmt: skip


def yuan_for_wan(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Fines that are the text's amount times 10,000 (CF-20)."""
    found = material.findings
    for f in material.fields("amount"):
        hits = found.of(("CF-20",), f.name) & found.is_error & ~claimed
        positions = np.unique(found.positions[hits])
        if not limits.reached(len(positions), material.filled(f.name)):
            continue
        label = material.label(f.name)
        yield Candidate(
            "yuan_for_wan",
            f"{label}以元填写，该列单位为万元：{len(positions):,}行的金额恰为处罚内容所写的一万倍。",
            f"请把{label}除以10000后重新报送（2000元填0.2）；其他金额列如也以元填写，请一并改正。",
            positions,
            lambda rows, name=f.name: replaced(rows, name, _divided),  # type: ignore[misc]
        )


def _divided(text: str) -> str:
    try:
        return f"{(Decimal(re.sub('[,，]', '', text.strip())) / _WAN).normalize():f}"
    except InvalidOperation:
        return text


def digits_lost(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """Long numbers in scientific notation (TX-12), or with zeros from their 16th digit on."""
    found = material.findings

    def lost(f: Field) -> np.ndarray | None:
        candidates = (found.of(("TX-12",), f.name) | found.of(_NUMBER_RULES, f.name)) & ~claimed
        if candidates.sum() < limits.findings:
            return None
        texts = material.texts(f.name)
        hits = candidates & (_matching(texts, _SCIENTIFIC) | _matching(texts, _CUT_OFF))[found.positions]
        shown = len(np.unique(found.positions[hits]))
        held = int(_matching(texts, _NUMBER_OF_A_SPREADSHEET).sum())
        return hits if limits.reached(shown, held) else None

    cleared, labels = material.gathered(material.fields("code", "id_no", "document_no"), lost)
    if labels:
        yield Candidate(
            "digits_lost",
            f"{column_names(labels)}的长数字被Excel当作数值保存：只保留15位，其余变为0或显示为科学计数法，原号码已丢失。",
            "请把这些列设为文本格式，再按原件重新填写号码（改格式不能找回已丢失的数字），然后重新报送。",
            cleared=cleared,
        )


def leading_zeros_lost(material: Material, claimed: np.ndarray, limits: Limits) -> Iterator[Candidate]:
    """组织机构代码 that is right with the zeros a spreadsheet dropped from its front (ID-11)."""
    name = "party_organisation_code"
    found = material.findings
    hits = found.of(("ID-11",), name) & ~claimed
    if hits.sum() < limits.findings or name not in material.names:
        return
    positions = np.unique(found.positions[hits])
    texts = material.texts(name).take(pa.array(positions))
    padded = pc.utf8_lpad(texts, 9, "0")
    is_short = pc.match_substring_regex(texts, r"^\d{6,8}$")
    mended = as_numpy(pc.and_(is_short, pc.invert(organisation_code_wrong(padded))))
    if not limits.reached(int(mended.sum()), len(positions)):
        return
    label = material.label(name)
    yield Candidate(
        "leading_zeros_lost",
        f"{label}开头的0被Excel去掉：补足9位后校验通过。",
        f"请把{label}设为文本格式，在不足9位的代码前补0后重新报送。",
        positions[mended],
        lambda rows: replaced(rows, name, lambda text: text.strip().zfill(9)),
    )


def _matching(texts: pa.Array, pattern: str) -> np.ndarray:
    return as_numpy(pc.match_substring_regex(texts, pattern))
