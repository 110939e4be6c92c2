"""Signed checkpoints: what we write is what others read, and nothing changed is believed."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from phoihop.exchange.checkpoint import (
    Checkpoint,
    CheckpointError,
    countersign,
    key_id,
    origin_of,
    parse,
    sign,
)
from phoihop.exchange.merkle import EMPTY_ROOT, leaf_hash

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
ORIGIN = origin_of(UUID(int=1), UUID(int=2))
TIME = datetime(2026, 11, 23, 7, 5, 0, 123456, tzinfo=UTC)
HERE = Checkpoint(ORIGIN, 7, leaf_hash(b"x"), TIME)
NOTE = sign(HERE, KEY)


def code_of(note: str, *, origin: str | None = None) -> str:
    with pytest.raises(CheckpointError) as caught:
        parse(note, origin=origin).verify(KEY.public_key())
    assert str(caught.value)
    return caught.value.code


def test_the_note_is_laid_out_as_c2sp_says() -> None:
    lines = NOTE.split("\n")
    assert lines[:5] == [
        "phoihop/00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000002",
        "7",
        base64.b64encode(leaf_hash(b"x")).decode(),
        "time 2026-11-23T07:05:00.123456Z",
        "",
    ]
    assert lines[5].startswith(f"— {ORIGIN} ")
    assert lines[6:] == [""]
    signature = base64.b64decode(lines[5].rsplit(" ", 1)[1])
    public = KEY.public_key().public_bytes_raw()
    assert signature[:4] == hashlib.sha256(ORIGIN.encode() + b"\n\x01" + public).digest()[:4]
    KEY.public_key().verify(signature[4:], ("\n".join(lines[:4]) + "\n").encode())


def test_the_key_id_is_that_of_a_published_verifier_key() -> None:
    """PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW of golang.org/x/mod/sumdb/note."""
    raw = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert key_id("PeterNeumann", Ed25519PublicKey.from_public_bytes(raw[1:])).hex() == "c74f20a3"


@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32), st.datetimes(timezones=st.just(UTC)))
def test_what_was_signed_is_read_back(size: int, root: bytes, time: datetime) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root if size else EMPTY_ROOT, time)
    note = sign(checkpoint, KEY)
    assert parse(note, origin=ORIGIN).verify(KEY.public_key()) == checkpoint


def test_time_is_written_in_utc() -> None:
    here = Checkpoint(ORIGIN, 7, HERE.root, TIME.astimezone(timezone(timedelta(hours=7))))
    assert here.text == HERE.text


@given(st.integers(0, len(NOTE) - 1), st.characters(min_codepoint=9, max_codepoint=126))
def test_no_changed_character_is_believed(place: int, character: str) -> None:
    changed = NOTE[:place] + character + NOTE[place + 1 :]
    if changed != NOTE:
        assert code_of(changed) in ("malformed", "unsigned", "forged")


@given(st.text(max_size=300))
def test_any_text_is_refused_with_a_reason(text: str) -> None:
    assert code_of(text) == "malformed"
    assert code_of(HERE.text + "\n" + text) in ("malformed", "unsigned")


def test_another_key_did_not_sign() -> None:
    assert code_of(sign(HERE, OTHER)) == "unsigned"


def test_a_signature_moved_to_another_state_is_forged() -> None:
    later = Checkpoint(ORIGIN, 8, HERE.root, TIME)
    assert code_of(later.text + "\n" + NOTE.split("\n\n")[1]) == "forged"


def test_a_note_about_another_log_is_named_so() -> None:
    assert code_of(NOTE, origin=origin_of("a", "b")) == "wrong_log"


def test_peers_add_their_signature_without_touching_the_first() -> None:
    note = countersign(NOTE, OTHER, name="phoihop/peer/1")
    signed = parse(note)
    assert note.startswith(NOTE)
    assert signed.verify(KEY.public_key()) == HERE
    assert signed.verify(OTHER.public_key(), name="phoihop/peer/1") == HERE
    with pytest.raises(CheckpointError, match="not signed"):
        signed.verify(OTHER.public_key())
    with pytest.raises(CheckpointError, match="cannot name"):
        countersign(NOTE, OTHER, name="two words")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n7\n", "\n07\n"),
        ("\n7\n", "\n+7\n"),
        ("\n7\n", "\n-7\n"),
        ("\n7\n", "\n７\n"),
        ("\n7\n", "\n9223372036854775808\n"),
        ("\n7\n", "\n0\n"),
        ("time ", "hour "),
        (".123456Z", ".123Z"),
        (".123456Z", ".123456+00:00"),
        ("time 2026-11-23", "time 2026-02-30"),
        ("=\n", "\n"),
        ("\ntime", "\nextra\ntime"),
        ("— ", "- "),
        ("\n\n", "\n"),
    ],
)
def test_a_loose_form_is_refused(old: str, new: str) -> None:
    assert old in NOTE
    assert code_of(NOTE.replace(old, new, 1)) == "malformed"


def test_no_trailing_line_feed_and_too_long_notes_are_refused() -> None:
    assert code_of(NOTE[:-1]) == "malformed"
    assert code_of(NOTE + NOTE.split("\n\n")[1] * 500) == "malformed"
    assert code_of(NOTE + "— short AAAA\n") == "malformed"


@pytest.mark.parametrize(
    ("origin", "size", "root", "time"),
    [
        ("two words", 7, HERE.root, TIME),
        ("", 7, HERE.root, TIME),
        ("a+b", 7, HERE.root, TIME),
        ("a\nb", 7, HERE.root, TIME),
        (ORIGIN, -1, HERE.root, TIME),
        (ORIGIN, 0, HERE.root, TIME),
        (ORIGIN, 7, b"short", TIME),
        (ORIGIN, 7, HERE.root, TIME.replace(tzinfo=None)),
    ],
)
def test_what_cannot_be_written_is_no_checkpoint(origin: str, size: int, root: bytes, time: datetime) -> None:
    with pytest.raises(CheckpointError) as caught:
        Checkpoint(origin, size, root, time)
    assert caught.value.code == "malformed"
