"""Keyed identities of records (standard 4.10): 16 bytes of HMAC-SHA-256, its key in a file.

The first 8 are of the decision, whoever the counterpart: one index finds a record and all records of its decision.

An unkeyed hash of an ID number is reversed in minutes, so the key must stay secret and must stay the same: another key
would open every record anew. Its id is kept in the database and compared.
"""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.platform.identity_key import IdentityKey
from gongshi.standard.columns import as_numpy, bytes_of, true_rows
from gongshi.standard.normalise import TEXT

_SEPARATOR = "\x1f"
_UNUSUAL = r"[^0-9A-Z\p{Han}〔〕\-]"
_OPENING = str.maketrans("[({【（［〈〖", "〔" * 8)
_CLOSING = str.maketrans("])}】）］〉〗", "〕" * 8)


def identity_keys(key: IdentityKey, kind: str, table: pa.Table) -> tuple[pa.Array, pa.Array]:
    """Identity and decision key per row.

    The identity is kind, organ code, normalised document number and counterpart (USCC, else ID number, else name); the
    decision key leaves the counterpart out, and the identity begins with its first 8 bytes. Null where a part is missing.
    """
    organ = table.column("organ_code").combine_chunks()
    document = _normal(table.column("document_no").combine_chunks())
    name = _normal(table.column("party_name").combine_chunks())
    party = pc.coalesce(
        _tagged("U", table.column("party_uscc")),
        _tagged("I", table.column("party_id_no")),
        _tagged("N", name),
    )
    decision = pc.binary_join_element_wise(
        pa.scalar(kind, TEXT), organ, document, pa.scalar(_SEPARATOR, TEXT)
    )
    whole = pc.binary_join_element_wise(decision, party, pa.scalar(_SEPARATOR, TEXT))
    decisions = key.hashes(decision)
    return _begun_with(decisions, key.hashes(whole)), decisions


def person_keys(key: IdentityKey, table: pa.Table) -> pa.Array:
    """8 bytes of a keyed hash of the ID number of counterparts without USCC, int64; null for the others."""
    is_person = pc.and_not(table.column("party_id_no").is_valid(), table.column("party_uscc").is_valid())
    numbers = pc.if_else(is_person, table.column("party_id_no"), pa.scalar(None, TEXT)).combine_chunks()
    hashes = key.hashes(
        pc.binary_join_element_wise(pa.scalar("person", TEXT), numbers, pa.scalar(_SEPARATOR, TEXT))
    )
    leading = np.frombuffer(leading_bytes(hashes).tobytes(), dtype=np.int64)
    present = as_numpy(hashes.is_valid())
    return pa.array(leading).take(pa.array(np.cumsum(present) - 1, mask=~present))


def leading_bytes(keys: pa.Array) -> np.ndarray:
    """The first 8 bytes of each key (32 hexadecimal digits) as uint64; nulls are left out."""
    digits = bytes_of(keys.drop_null()).tobytes().decode()
    return np.frombuffer(bytes.fromhex(digits), dtype=np.uint64)[::2]


def _begun_with(decisions: pa.Array, wholes: pa.Array) -> pa.Array:
    """The first half of each decision's key, then of the key of decision and counterpart; null where one is missing."""
    halves = (pc.utf8_slice_codeunits(keys, 0, 16) for keys in (decisions, wholes))
    return pc.binary_join_element_wise(*halves, pa.scalar("", TEXT))


def _tagged(tag: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return pc.binary_join_element_wise(pa.scalar(tag, TEXT), values, pa.scalar(":", TEXT))


def _normal(values: pa.Array) -> pa.Array:
    """Texts without the differences that do not matter: width, case, blanks, shape of brackets."""
    rows = true_rows(pc.match_substring_regex(values, _UNUSUAL))
    if not len(rows):
        return values
    mask = np.zeros(len(values), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(
        values, pa.array(mask), pa.array(map(_plain, values.take(pa.array(rows)).to_pylist()), TEXT)
    )


def _plain(text: str) -> str:
    folded = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper()
    return folded.translate(_OPENING).translate(_CLOSING)
