"""Many rows fast, for benchmarks: columns are drawn whole, and values repeat no more than real ones do."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.sample import names
from gongshi.sample.decisions import FOREVER, day, years_after
from gongshi.sample.province import province, table
from gongshi.standard.identifiers import USCC_ALPHABET
from gongshi.standard.kinds import KINDS
from gongshi.standard.model import ORGANISATION, PERSON, SELF_EMPLOYED

_TEXT = pa.large_string()
_ORGANISATION_WEIGHTS = np.array([3, 7, 9, 10, 5, 8, 4, 2])
_USCC_WEIGHTS = np.array([pow(3, i, 31) for i in range(17)])
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_BRAND_CHARACTERS = list("云岭滇润苍洱金马碧鸡哀牢玉龙孔雀高黎梅里泸沽抚仙花都祥瑞鼎盛恒泰宏远诚信嘉禾")
_TAIL = "，有效期内依法开展活动。"


def bench_rows(
    n: int, kind: str = "licence", faulty: float = 0.02, seed: int = 2026, on: date = date(2026, 6, 30)
) -> pa.Table:
    """Rows of one kind as text.

    Args:
        n: number of rows; each has a document number of its own.
        kind: licence or penalty.
        faulty: share of rows with one planted fault, of seven kinds in turn.
        seed: of all chance.
        on: the day of report; rows are decided within the five days before.

    Returns:
        One large_string column per field of the kind, in table order; "" = empty.
    """
    draw = _Draw(n, seed)
    cells = _party(draw) | _organ(draw) | _dates(draw, on)
    cells |= _licence(draw, cells) if kind == "licence" else _penalty(draw, cells)
    _spoil(draw, cells, faulty)
    empty = pa.array(np.full(n, "", dtype=object), _TEXT)
    return pa.table({f.name: cells.get(f.name, empty) for f in KINDS[kind].fields})


class _Draw:
    """Draws whole columns."""

    def __init__(self, n: int, seed: int) -> None:
        self.n = n
        self.rng = np.random.default_rng(seed)
        lot = self.rng.random(n)
        self.is_person, self.is_self_employed = lot < 0.1, (lot >= 0.1) & (lot < 0.3)

    def choice(self, values: list[str]) -> pa.Array:
        """One of the values per row."""
        return pa.array(values, _TEXT).take(pa.array(self.rng.integers(0, len(values), self.n)))

    def digits(self, width: int) -> np.ndarray:
        """Digits as bytes, shape (n, width)."""
        return self.rng.integers(0, 10, (self.n, width)).astype(np.uint8) + ord("0")

    def where(self, mask: np.ndarray, value: pa.Array | str, other: pa.Array | str) -> pa.Array:
        """`value` where the mask holds, else `other`."""
        as_scalar = [pa.scalar(v, _TEXT) if isinstance(v, str) else v for v in (value, other)]
        return pc.if_else(pa.array(mask), *as_scalar)


def _join(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(
        *[pa.scalar(p, _TEXT) if isinstance(p, str) else p for p in parts], pa.scalar("", _TEXT)
    )


def _texts(matrix: np.ndarray) -> pa.Array:
    """Rows of ASCII bytes as text."""
    width = matrix.shape[1]
    offsets = pa.py_buffer(np.arange(0, matrix.size + 1, width, dtype=np.int64).tobytes())
    return pa.LargeStringArray.from_buffers(
        len(matrix), offsets, pa.py_buffer(np.ascontiguousarray(matrix).tobytes())
    )


def _characters(alphabet: str, index: np.ndarray) -> np.ndarray:
    return np.frombuffer(alphabet.encode(), dtype=np.uint8)[index][:, None]


def _regions(draw: _Draw) -> tuple[np.ndarray, pa.Array]:
    counties = [row for row in table("divisions") if row["level"] == "county"]
    picked = draw.rng.integers(0, len(counties), draw.n)
    codes = np.array([list(row["code"].encode()) for row in counties], dtype=np.uint8)
    return codes[picked], pa.array([row["name"] for row in counties], _TEXT).take(pa.array(picked))


def _usccs(draw: _Draw, regions: np.ndarray) -> pa.Array:
    prefix = np.where(draw.is_self_employed[:, None], list(b"92"), list(b"91")).astype(np.uint8)
    body = draw.digits(8)
    inner = -((body - ord("0")) @ _ORGANISATION_WEIGHTS) % 11
    first17 = np.hstack([prefix, regions, body, _characters("0123456789X", inner)])
    values = np.array([max(USCC_ALPHABET.find(chr(b)), 0) for b in range(128)])[first17]
    return _texts(np.hstack([first17, _characters(USCC_ALPHABET, -(values @ _USCC_WEIGHTS) % 31)]))


def _id_cards(draw: _Draw, regions: np.ndarray) -> pa.Array:
    births = np.datetime64("1955-01-01") + draw.rng.integers(0, 17_000, draw.n)
    distinct, places = np.unique(births, return_inverse=True)
    written = np.array([list(str(d).replace("-", "").encode()) for d in distinct], dtype=np.uint8)[places]
    first17 = np.hstack([regions, written, draw.digits(3)])
    check = (first17.astype(np.int64) - ord("0")) @ _ID_WEIGHTS % 11
    return _texts(np.hstack([first17, _characters("10X98765432", check)]))


def _party(draw: _Draw) -> dict[str, pa.Array]:
    regions, places = _regions(draw)
    rng = names.chance("bench", 1)
    people = draw.choice([names.person_name(rng) for _ in range(40_000)])
    brand = _join(*[draw.choice(_BRAND_CHARACTERS) for _ in range(3)])
    endings = draw.choice(
        ["商贸有限公司", "建筑工程有限公司", "农业科技有限公司", "餐饮管理有限公司", "物流有限责任公司"]
    )
    shops = _join(places, brand, draw.choice(["米线馆", "便利店", "百货店", "五金经营部"]))
    organisations = draw.where(draw.is_self_employed, shops, _join(places, brand, endings))
    category = draw.where(draw.is_self_employed, SELF_EMPLOYED, ORGANISATION)
    person = draw.is_person
    return {
        "party_name": draw.where(person, people, organisations),
        "party_category": draw.where(person, PERSON, category),
        "party_uscc": draw.where(person, "", _usccs(draw, regions)),
        "representative_name": draw.where(person, "", people),
        "party_id_type": draw.where(person, "身份证", ""),
        "party_id_no": draw.where(person, _id_cards(draw, regions), ""),
    }


def _organ(draw: _Draw) -> dict[str, pa.Array]:
    agencies = province().agencies[::5]
    picked = pa.array(draw.rng.integers(0, len(agencies), draw.n))
    name, code, mark = (
        pa.array([getattr(a, of) for a in agencies], _TEXT).take(picked) for of in ("name", "code", "mark")
    )
    serial = pc.cast(pa.array(np.arange(1, draw.n + 1)), _TEXT)
    return {
        "organ_name": name, "organ_code": code, "source_name": name, "source_code": code,
        "document_no": _join(mark, "决〔2026〕", serial, "号"), "serial": serial,
        "field": pa.array([a.field for a in agencies], _TEXT).take(picked),
    }  # fmt: skip


def _items(
    draw: _Draw, cells: dict[str, pa.Array], items: list[dict[str, str]], *wanted: str
) -> list[pa.Array]:
    """Columns of an item per row, one its organ's field decides; any item for a field that has none."""
    fields = cells["field"].dictionary_encode()
    own = [
        [n for n, item in enumerate(items) if item["field"] == name] for name in fields.dictionary.to_pylist()
    ]
    places = [found or list(range(len(items))) for found in own]
    starts, counts = np.cumsum([0, *map(len, places)])[:-1], np.array([len(found) for found in places])
    codes = fields.indices.to_numpy()
    drawn = starts[codes] + (draw.rng.random(draw.n) * counts[codes]).astype(np.int64)
    picked = pa.array(np.concatenate(places)).take(pa.array(drawn))
    return [pa.array([item[of] for item in items], _TEXT).take(picked) for of in wanted]


def _dates(draw: _Draw, on: date) -> dict[str, pa.Array]:
    days = [on - timedelta(days=back) for back in range(6)]
    picked = pa.array(draw.rng.integers(0, len(days), draw.n))
    decided, ends = (pa.array(texts, _TEXT).take(picked) for texts in (
        [day(d) for d in days], [day(years_after(d, 3)) for d in days]))  # fmt: skip
    return {
        "decision_date": decided,
        "valid_from": decided,
        "valid_to": draw.where(draw.rng.random(draw.n) < 0.2, FOREVER, ends),
    }


def _licence(draw: _Draw, cells: dict[str, pa.Array]) -> dict[str, pa.Array]:
    items = table("licences")
    name, category, certificate = _items(draw, cells, items, "document_name", "category", "certificate_name")
    content = _join("准予", cells["party_name"], "从事", certificate, "所列经营活动", _TAIL)
    return {
        "document_name": name, "licence_category": category, "certificate_name": certificate,
        "certificate_no": _join("滇5300002026", cells["serial"]), "content": content,
        "state": pa.array(np.full(draw.n, "1", dtype=object), _TEXT),
    }  # fmt: skip


def _penalty(draw: _Draw, cells: dict[str, pa.Array]) -> dict[str, pa.Array]:
    violation, facts, basis = _items(
        draw, cells, table("penalties"), "violation_type", "facts", "legal_basis"
    )
    hundreds = draw.rng.integers(1, 600, draw.n)
    yuan = pc.cast(pa.array(hundreds * 100), _TEXT)
    wan = pa.array([f"{h / 100:g}" for h in range(600)], _TEXT).take(pa.array(hundreds))
    return {
        "violation_type": violation, "legal_basis": basis,
        "facts": _join("经查，当事人", cells["party_name"], facts, "，有现场检查笔录、询问笔录、照片等证据证明。"),
        "penalty_categories": pa.array(np.full(draw.n, "罚款", dtype=object), _TEXT),
        "content": _join("处以罚款人民币", yuan, "元，自收到决定书之日起十五日内缴纳。"), "fine_wan": wan,
        "valid_from": pa.nulls(draw.n, _TEXT),
    }  # fmt: skip


def _spoil(draw: _Draw, cells: dict[str, pa.Array], share: float) -> None:
    """Plant one fault in a share of the rows."""
    rows = draw.rng.choice(draw.n, round(draw.n * share), replace=False)
    bad = (
        ("party_name", ""), ("party_category", "团体会员"), ("content", "测试"), ("decision_date", "2026/02/30"),
        ("document_no", ""), ("valid_to", "2100/01/01"), ("organ_name", ""),
    )  # fmt: skip
    for number, (name, value) in enumerate(bad):
        mask = np.zeros(draw.n, dtype=bool)
        mask[rows[number :: len(bad)]] = True
        cells[name] = draw.where(mask, value, cells[name])
