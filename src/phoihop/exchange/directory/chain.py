"""A directory record as signed bytes, and what binds it to the one before. Pure: no database, no settings.

It is a compact JWS with ``alg: Ed25519`` and a type of its own. Whose key may have signed it follows from the records
before it, never from the header. One record has one written form, so its SHA-256 names it.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from phoihop.exchange.directory.changes import AnyChange, SuccessorActivated, Text, is_known
from phoihop.exchange.envelope import Moment, Rejected, stamp

TYPE: Final = "phoihop-directory+jws"
_HEADER: Final = urlsafe_b64encode(json.dumps({"alg": "Ed25519", "typ": TYPE}, separators=(",", ":")).encode()).rstrip(
    b"="
)
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_CHANGES: Final = 20_000
NOTHING_BEFORE: Final = "0" * 64


class Entry(BaseModel):
    """One record of the directory: which directory, which version after which, and what changes.

    ``prev`` is the SHA-256 of the record before, in hex; zeros before version 1. Versions have no gaps.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    directory: UUID
    number: int = Field(ge=1, le=2_000_000_000)
    prev: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    at: Moment
    prepared_by: Text = ""
    reason: Text = ""
    changes: tuple[AnyChange, ...] = Field(min_length=1, max_length=MAX_CHANGES)

    @property
    def takes_over(self) -> bool:
        """Whether the announced successor itself may have signed it: it begins with its activation."""
        return isinstance(self.changes[0], SuccessorActivated)


def digest_of(signed: bytes) -> str:
    """What names a record: SHA-256 of its bytes in hex."""
    return hashlib.sha256(signed).hexdigest()


def sign_entry(entry: Entry, key: Ed25519PrivateKey) -> bytes:
    """The record as signed bytes: the same entry and key give the same bytes."""
    claims = entry.model_dump(mode="json")
    claims["at"] = stamp(entry.at)
    payload = _encode(json.dumps(claims, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode())
    told = _HEADER + b"." + payload
    return told + b"." + _encode(key.sign(told))


def read_entry(signed: bytes) -> Entry:
    """Read a record *without* verifying it. Raises Rejected: malformed, or ``needs_upgrade`` for kinds unknown here."""
    if len(signed) > MAX_BYTES:
        raise Rejected("directory_malformed", f"{len(signed)} bytes")
    try:
        payload = _decode(_segments(signed)[1])
        said = json.loads(payload)
        changes = said["changes"]
        unknown = sorted({str(one["kind"]) for one in changes if not is_known(one)})
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Rejected("directory_malformed", str(error)[:200]) from error
    if unknown:
        raise Rejected("needs_upgrade", ", ".join(unknown)[:200])
    try:
        return Entry.model_validate_json(payload)
    except ValidationError as error:
        raise Rejected("directory_malformed", _first_fault(error)) from error


def _first_fault(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:300]


def is_signed_by(signed: bytes, keys: Sequence[str]) -> bool:
    """Whether one of these public keys (hex) signed exactly these bytes."""
    header, payload, signature = _segments(signed)
    try:
        raw = _decode(signature)
    except ValueError:
        return False
    if header != _HEADER or _encode(raw) != signature:
        return False
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(raw, header + b"." + payload)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def _segments(signed: bytes) -> tuple[bytes, bytes, bytes]:
    parts = signed.split(b".")
    if len(parts) != 3:
        raise Rejected("directory_malformed", f"{len(parts)} parts, not three")
    return parts[0], parts[1], parts[2]


def _decode(segment: bytes) -> bytes:
    return b64decode(segment + b"=" * (-len(segment) % 4), altchars=b"-_", validate=True)


def _encode(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")
