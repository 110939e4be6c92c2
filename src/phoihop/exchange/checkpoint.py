"""Signed checkpoints of the log, in the C2SP forms ``tlog-checkpoint`` and ``signed-note`` (Ed25519, type 0x01).

A checkpoint is a few lines of text that anybody can read and keep::

    phoihop/<node>/<incarnation>        the log it is about
    1234                                how many entries it covers
    base64 of the root hash
    time 2026-11-23T07:05:00.000000Z    our one extension line

    — phoihop/<node>/<incarnation> base64 of key id and signature

Peers add their own signature line below.  Whose key belongs to which name is said by the directory, never by the note.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from phoihop.exchange.merkle import EMPTY_ROOT, HASH_BYTES

_ALGORITHM: Final = b"\x01"
_KEY_ID_BYTES: Final = 4
_SIGNATURE_BYTES: Final = 64
_LARGEST_SIZE: Final = 2**63 - 1
_MAX_NOTE_CHARACTERS: Final = 64 * 1024
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_SIGNATURE_LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
_TIME_FORMAT: Final = "time %Y-%m-%dT%H:%M:%S.%fZ"

ProblemCode = Literal["malformed", "unsigned", "forged", "wrong_log"]


class CheckpointError(ValueError):
    """A note that cannot be believed.

    ``code``: *malformed* (not a checkpoint as we write them), *unsigned* (no signature by the key asked for), *forged*
    (such a signature, which does not verify), *wrong_log* (about another log).  The message says what was found.
    """

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: its first ``size`` entries have the Merkle root ``root`` (32 bytes) at ``time`` (aware).

    Raises CheckpointError *malformed* for values that cannot be written as a checkpoint.
    """

    origin: str
    size: int
    root: bytes
    time: datetime

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.origin):
            raise CheckpointError("malformed", f"{self.origin!r} cannot name a log")
        if not 0 <= self.size <= _LARGEST_SIZE:
            raise CheckpointError("malformed", f"a log cannot have {self.size} entries")
        if len(self.root) != HASH_BYTES:
            raise CheckpointError("malformed", f"a root of {len(self.root)} bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise CheckpointError("malformed", "an empty log with the root of entries")
        if self.time.tzinfo is None:
            raise CheckpointError("malformed", "a time without zone")

    @property
    def text(self) -> str:
        """The lines that are signed, each ended by a line feed."""
        time = self.time.astimezone(UTC)
        # strftime's %Y does not pad years below 1000 on every platform.
        stamp = f"{time.year:04d}" + time.strftime("-%m-%dT%H:%M:%S.%fZ")
        return f"{self.origin}\n{self.size}\n{_encode(self.root)}\ntime {stamp}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signed, the short id of the key, and the 64 bytes."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it came, with its signatures, none of them verified yet."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]

    def verify(self, public_key: Ed25519PublicKey, *, name: str | None = None) -> Checkpoint:
        """The checkpoint, once the key of ``name`` (default: the log itself) is seen to have signed it.

        Raises CheckpointError *unsigned* or *forged*.
        """
        signer = self.checkpoint.origin if name is None else name
        wanted = key_id(signer, public_key)
        found = [one for one in self.signatures if (one.name, one.key_id) == (signer, wanted)]
        if not found:
            raise CheckpointError("unsigned", f"the checkpoint is not signed by key {wanted.hex()} of {signer}")
        for signature in found:
            try:
                public_key.verify(signature.value, self.checkpoint.text.encode())
            except InvalidSignature:
                raise CheckpointError(
                    "forged", f"the signature by key {wanted.hex()} of {signer} does not fit the checkpoint"
                ) from None
        return self.checkpoint


def origin_of(node: UUID | str, incarnation: UUID | str) -> str:
    """The name of the log of one incarnation of a node."""
    return f"phoihop/{node}/{incarnation}"


def key_id(name: str, public_key: Ed25519PublicKey) -> bytes:
    """The four bytes by which signed-note tells a name's keys apart; a hint, not a proof."""
    return hashlib.sha256(name.encode() + b"\n" + _ALGORITHM + public_key.public_bytes_raw()).digest()[:_KEY_ID_BYTES]


def sign(checkpoint: Checkpoint, private_key: Ed25519PrivateKey) -> str:
    """The checkpoint as a note signed by the log itself."""
    return f"{checkpoint.text}\n{_signature_line(checkpoint, private_key, checkpoint.origin)}"


def countersign(note: str, private_key: Ed25519PrivateKey, *, name: str) -> str:
    """The note with a further signature by the peer ``name``.

    Only the form of the note is checked: before, the peer verifies the log's signature and that the log has only grown.
    """
    return note + _signature_line(parse(note).checkpoint, private_key, name)


def parse(note: str, *, origin: str | None = None) -> SignedCheckpoint:
    """A signed note taken apart; nothing is verified.

    Raises CheckpointError *malformed*, or *wrong_log* when it is not about ``origin``.
    """
    text, gap, signed = note.rpartition("\n\n")
    if len(note) > _MAX_NOTE_CHARACTERS or not gap or not signed.endswith("\n"):
        raise CheckpointError("malformed", "the note has no text and signatures, or is too long")
    checkpoint = _parse_text(text + "\n")
    if origin is not None and checkpoint.origin != origin:
        raise CheckpointError("wrong_log", f"the checkpoint is about {checkpoint.origin}, not {origin}")
    return SignedCheckpoint(checkpoint, tuple(_parse_signature(line) for line in signed[:-1].split("\n")))


def _parse_text(text: str) -> Checkpoint:
    lines = text.split("\n")
    try:
        origin, size, root, time, _ = lines
        moment = datetime.strptime(time, _TIME_FORMAT).replace(tzinfo=UTC)
        checkpoint = Checkpoint(origin, int(size), _decode(root), moment)
    except CheckpointError:
        raise
    except ValueError as problem:
        raise CheckpointError("malformed", f"the note is not a checkpoint: {problem}") from problem
    # One state has one text: signs, zeros in front and loose base64 are refused rather than read.
    if checkpoint.text != text:
        raise CheckpointError("malformed", "the checkpoint is not in its one written form")
    return checkpoint


def _parse_signature(line: str) -> Signature:
    found = _SIGNATURE_LINE.fullmatch(line)
    try:
        raw = _decode(found.group(2)) if found else b""
    except ValueError:
        raw = b""
    if found is None or len(raw) <= _KEY_ID_BYTES:
        raise CheckpointError("malformed", f"{line[:80]!r} is not a signature line")
    return Signature(found.group(1), raw[:_KEY_ID_BYTES], raw[_KEY_ID_BYTES:])


def _signature_line(checkpoint: Checkpoint, private_key: Ed25519PrivateKey, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise CheckpointError("malformed", f"{name!r} cannot name a signer")
    value = private_key.sign(checkpoint.text.encode())
    return f"— {name} {_encode(key_id(name, private_key.public_key()) + value)}\n"


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as problem:
        raise ValueError(str(problem)) from problem
    if _encode(raw) != text:
        raise ValueError("base64 not in its one written form")
    return raw
