"""The secret key of an installation, in a file: what identities of records and keys of returned rows are made with."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from gongshi.errors import EnvironmentNotReadyError
from gongshi.platform.database import Connection, fetch
from gongshi.standard.columns import as_numpy
from gongshi.standard.normalise import TEXT

KEY_BYTES = 32
_BLOCK_BYTES, _INNER_PAD, _OUTER_PAD = 64, 0x36, 0x5C  # of HMAC-SHA-256
_SEPARATOR = "\x1f"


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

    def tag(self, *parts: object) -> str:
        """A short HMAC of one thing, 12 letters and digits nobody confuses (RFC 4648, base 32), for people to carry around."""
        text = _SEPARATOR.join(("tag", *map(str, parts)))
        digest = hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), "sha256")
        return base64.b32encode(digest)[:12].decode()

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
