"""Keyed identities of records (standard 4.10): 16 bytes of HMAC-SHA-256, its key in a file.

The first 8 are of the decision, whoever the counterpart: one index finds a record and all records of its decision.

An unkeyed hash of an ID number is reversed in minutes, so the key must stay secret and must stay the same: another key
would open every record anew. Its id is kept in the database and compared.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gongshi.errors import EnvironmentNotReadyError
from gongshi.platform.database import Connection, fetch
from gongshi.standard.columns import as_numpy, bytes_of, true_rows
from gongshi.standard.normalise import TEXT

KEY_BYTES = 32
_BLOCK_BYTES, _INNER_PAD, _OUTER_PAD = 64, 0x36, 0x5C  # of HMAC-SHA-256
_SEPARATOR = "\x1f"
_UNUSUAL = r"[^0-9A-Z\p{Han}〔〕\-]"
_OPENING = str.maketrans("[({【（［〈〖", "〔" * 8)
_CLOSING = str.maketrans("])}】）］〉〗", "〕" * 8)


class IdentityKeyError(EnvironmentNotReadyError):
    """Raised when the key file is missing although records exist, or is not the key they were made with."""


class IdentityKey:
    """The HMAC key of one installation."""

    def __init__(self, key: bytes) -> None:
        """Hold the key; `key_id` tells keys apart without giving them away."""
        self._key = key
        self.key_id = hashlib.sha256(b"gongshi key id" + key).hexdigest()[:16]

    def hashes(self, texts: pa.Array) -> pa.Array:
        """HMACs of a column of texts, 32 hexadecimal digits each (what PostgreSQL reads as uuid); null stays null.

        Inner and outer hash are started once and copied for each row (RFC 2104): half the time of `hmac`'s objects.
        """
        inner, outer = self._started(_INNER_PAD).copy, self._started(_OUTER_PAD).copy
        digests: list[bytes] = []
        present = texts.drop_null()
        for text in present.to_pylist():
            first, second = inner(), outer()
            first.update(text.encode())
            second.update(first.digest())
            digests.append(second.digest()[:16])
        return _hexadecimal(digests, texts)

    def _started(self, pad: int) -> Any:
        """SHA-256 over the padded key."""
        key = self._key if len(self._key) <= _BLOCK_BYTES else hashlib.sha256(self._key).digest()
        return hashlib.sha256(bytes(byte ^ pad for byte in key.ljust(_BLOCK_BYTES, b"\0")))


def _hexadecimal(digests: list[bytes], texts: pa.Array) -> pa.Array:
    """16-byte digests of the texts that are not null, as text, null in the places of the others."""
    digits = pa.py_buffer(b"".join(digests).hex().encode())
    ends = pa.py_buffer(np.arange(len(digests) + 1, dtype=np.int64) * 32)
    found = pa.Array.from_buffers(TEXT, len(digests), [None, ends, digits])
    if texts.null_count == 0:
        return found
    present = as_numpy(texts.is_valid())
    return found.take(pa.array(np.cumsum(present) - 1, mask=~present))


def open_key(connection: Connection, path: Path, at: datetime) -> IdentityKey:
    """Read the key, making it on the very first use.

    Raises:
        IdentityKeyError: records exist that were made with another key, or the file is gone.
    """
    known = [row["key_id"] for row in fetch(connection, "SELECT key_id FROM ref.identity_key")]
    if not path.exists():
        if known:
            raise IdentityKeyError(
                f"the identity key {path} is missing, but this warehouse was filled with key {known[0]}. Restore the "
                "file from its backup (README, Backup), or point GONGSHI_IDENTITY_KEY_FILE to it."
            )
        _make(path)
    content = path.read_bytes()
    if len(content) < KEY_BYTES:
        raise IdentityKeyError(
            f"the identity key {path} has {len(content)} bytes, {KEY_BYTES} are needed. Restore the file from its backup, "
            "or delete it if this warehouse was never filled."
        )
    key = IdentityKey(content)
    if not known:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO ref.identity_key VALUES (%s, %s)", (key.key_id, at))
    elif key.key_id not in known:
        raise IdentityKeyError(
            f"the identity key {path} has id {key.key_id}, this warehouse was filled with {known[0]}. Restore the right "
            "file from its backup (README, Backup)."
        )
    return key


def _make(path: Path) -> None:
    """The file appears whole or not at all; of two that make it at once the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            path.hardlink_to(part)
    finally:
        part.unlink()


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
