"""The only source of identifiers and randomness."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

import uuid_utils


def new_id() -> UUID:
    """A UUIDv7: unique everywhere, ordered by the millisecond of its making."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def derived_id(*parts: UUID | str | bytes | int) -> UUID:
    """The same identifier for the same parts, at every node (version 8 layout of RFC 9562 over SHA-256).

    Parts are length-prefixed, so that ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.sha256()
    for part in parts:
        raw = _as_bytes(part)
        digest.update(len(raw).to_bytes(4, "big"))
        digest.update(raw)
    derived = bytearray(digest.digest()[:16])
    derived[6] = (derived[6] & 0x0F) | 0x80
    derived[8] = (derived[8] & 0x3F) | 0x80
    return UUID(bytes=bytes(derived))


def random_bytes(length: int) -> bytes:
    """``length`` bytes from the operating system's generator."""
    return secrets.token_bytes(length)


def random_token() -> str:
    """A URL-safe secret of 256 bits."""
    return secrets.token_urlsafe(32)


def _as_bytes(part: UUID | str | bytes | int) -> bytes:
    match part:
        case UUID():
            return part.bytes
        case str():
            return part.encode()
        case bytes():
            return part
        case int():
            return str(part).encode()
