"""The key of the identities: made once, kept private, never another one; keyed hashes of 16 bytes, their key's id beside."""

from __future__ import annotations

import hashlib
import hmac
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from gongshi.load.identity import identity_keys
from gongshi.platform.database import connect, fetch
from gongshi.platform.identity_key import IdentityKey, IdentityKeyError, open_key


def open_with(office, settings=None):
    settings = settings or office.settings
    with connect(office.settings) as connection:
        return open_key(connection, settings.identity_key_file, datetime(2026, 6, 1, tzinfo=UTC))


def test_the_key_file_is_made_once_and_only_its_owner_reads_it(office) -> None:
    path = office.settings.identity_key_file
    assert not path.exists()
    first = open_with(office)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    content = path.read_bytes()
    assert len(content) == 32
    assert open_with(office).key_id == first.key_id
    assert path.read_bytes() == content


def test_identities_are_16_bytes_of_a_keyed_hash_with_the_key_id_beside(office) -> None:
    office.send(office.row("昆许〔2026〕1号"))
    key = office.settings.identity_key_file.read_bytes()
    with connect(office.settings) as connection:
        (record,) = fetch(connection, "SELECT identity_key, key_id FROM core.record")
        known = fetch(connection, "SELECT key_id FROM ref.identity_key")
    decision = "\x1f".join(("licence", "11530100048945871T", "昆许〔2026〕1号"))
    halves = [
        hmac.new(key, text.encode(), hashlib.sha256).digest()[:8]
        for text in (decision, f"{decision}\x1fU:91530100MA6K8X2N0H")
    ]
    assert record["identity_key"].replace("-", "") == b"".join(halves).hex()
    assert [record["key_id"]] == [row["key_id"] for row in known]
    assert key.hex() not in record["key_id"]


def test_another_key_gives_other_identities() -> None:
    cells = {
        "organ_code": "A",
        "document_no": "1",
        "party_name": "甲",
        "party_uscc": None,
        "party_id_no": "530102199003071238",
    }
    table = pa.table({name: pa.array([text], pa.large_string()) for name, text in cells.items()})
    (one,), (two,) = (
        identity_keys(IdentityKey(bytes([n]) * 32), "licence", table)[0].to_pylist() for n in (1, 2)
    )
    assert one != two
    assert len(one) == 32


def test_another_key_file_is_refused_with_exit_code_3(office, tmp_path) -> None:
    office.send(office.row())
    other = replace(office.settings, identity_key_file=tmp_path / "other.key")
    other.identity_key_file.write_bytes(b"x" * 32)
    with pytest.raises(IdentityKeyError, match="was filled with") as raised:
        open_with(office, other)
    assert raised.value.exit_code == 3
    assert IdentityKey(b"x" * 32).key_id in str(raised.value)


def test_a_missing_key_file_is_no_reason_to_make_a_new_one(office) -> None:
    office.send(office.row())
    path = office.settings.identity_key_file
    shutil.move(path, path.with_suffix(".away"))
    with pytest.raises(IdentityKeyError, match="is missing") as raised:
        open_with(office)
    assert raised.value.exit_code == 3
    assert not path.exists()
    shutil.move(path.with_suffix(".away"), path)
    assert open_with(office).key_id


def test_an_empty_or_short_key_file_is_refused(office) -> None:
    """A file cut to nothing (a full disk, a wrong copy) would be a key everybody has."""
    path = office.settings.identity_key_file
    path.parent.mkdir(parents=True)
    for content in (b"", b"short"):
        path.write_bytes(content)
        with pytest.raises(IdentityKeyError, match="bytes"):
            open_with(office)


@pytest.mark.parametrize("length", [32, 64, 65, 200])
def test_hashes_are_hmac_sha_256_and_null_stays_null(length: int) -> None:
    content = bytes(range(256))[:length]
    texts = [None, "", "昆许〔2026〕1号", None, "x" * 500, "𠮷"]
    expected = [text and hmac.new(content, text.encode(), hashlib.sha256).hexdigest()[:32] for text in texts]
    expected[1] = hmac.new(content, b"", hashlib.sha256).hexdigest()[:32]
    key = IdentityKey(content)
    assert key.hashes(pa.array(texts, pa.large_string())).to_pylist() == expected
    assert key.hashes(pa.array(texts[2:3] * 3, pa.large_string())).to_pylist() == expected[2:3] * 3
    assert key.hashes(pa.array([None, None], pa.large_string())).to_pylist() == [None, None]


def test_the_warehouse_builds_the_same_identity_from_two_keys(office) -> None:
    """What the migration of a filled warehouse did to identities made before must be what the next load computes."""
    office.send(office.row("昆许〔2026〕1号"))
    text = "\x1f".join(("licence", "11530100048945871T", "昆许〔2026〕1号", "U:91530100MA6K8X2N0H"))
    whole = (
        hmac.new(office.settings.identity_key_file.read_bytes(), text.encode(), hashlib.sha256)
        .digest()[:16]
        .hex()
    )
    with connect(office.settings) as connection:
        (found,) = fetch(
            connection,
            "SELECT r.identity_key = core.identity_of(v.decision_key, %(whole)s::uuid) AS same"
            " FROM core.record AS r INNER JOIN core.licence AS v USING (record_id)",
            {"whole": whole},
        )
    assert found["same"]
