"""Envelope and body of a record, exactly as signed. Pure: no database, no settings.

The envelope is a compact JWS with ``alg: Ed25519`` and a type of its own. Key and algorithm come from the directory;
what the header claims is compared, never believed. The body is 16 random bytes followed by JSON; the envelope commits
to it by SHA-256, so that purging the body leaves signature and log intact and guessing it from the hash impossible.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws
from joserfc.jwk import OKPKey
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from phoihop.core.ids import random_bytes

TYPE = "phoihop-record+jws"
_HEADER = {"alg": "Ed25519", "typ": TYPE}
_HEADER_SEGMENT = urlsafe_b64encode(json.dumps(_HEADER, separators=(",", ":")).encode()).rstrip(b"=")
SALT_BYTES = 16
MAX_BODY_BYTES = 256 * 1024
MAX_NEEDS = 32
MAX_ENVELOPE_BYTES = 256 * 1024


class Rejected(Exception):
    """A record that may not enter. ``code`` is stable; the sentence is for the log and the operator."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def _plausible(moment: datetime) -> datetime:
    if not 1900 <= moment.year < 2300:
        raise ValueError("a year that databases or people cannot read")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
"""A time in a record, far from the years at whose edge a change of zone fails: it must be readable everywhere."""


class Envelope(BaseModel):
    """The signed part of a record. Hashes are lower-case hex of SHA-256."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    kind: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=60)
    version: int = Field(ge=1, le=1000)
    office: UUID
    node: UUID
    incarnation: UUID
    subject: UUID
    parent: UUID | None = None
    prev: UUID | None = None
    saw: tuple[UUID, ...] = ()
    needs: tuple[UUID, ...] = Field(default=(), max_length=MAX_NEEDS)
    audience: str = Field(pattern=r"^[0-9a-f]{64}$")
    at: Moment
    directory: int = Field(ge=0)
    body: str = Field(pattern=r"^[0-9a-f]{64}$")
    attachments: tuple[str, ...] = Field(default=(), max_length=200)


class Body(BaseModel):
    """Base of all bodies: strict, frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


B = TypeVar("B", bound=Body)


def seal_body(body: Body) -> bytes:
    """The exact bytes of a body: fresh salt, then JSON. Raises Rejected over 256 kB, and for text that misleads."""
    said = body.model_dump_json(exclude_defaults=False)
    _check_text(said)
    content = random_bytes(SALT_BYTES) + said.encode()
    if len(content) > MAX_BODY_BYTES:
        raise Rejected("body_too_large", f"{len(content)} bytes, at most {MAX_BODY_BYTES}")
    return content


def commitment(content: bytes) -> str:
    """What the envelope says about a body."""
    return hashlib.sha256(content).hexdigest()


def attachment_commitment(salt: bytes, sha256: str) -> str:
    """What the envelope says about an attachment; ``salt`` and the plain hash stand only in the body."""
    return hashlib.sha256(salt + bytes.fromhex(sha256)).hexdigest()


def audience_digest(offices: Iterable[UUID]) -> bytes:
    """SHA-256 of the sorted office ids of an audience."""
    digest = hashlib.sha256(b"phoihop audience\0")
    for office in sorted(offices):
        digest.update(office.bytes)
    return digest.digest()


def sign(envelope: Envelope, key: OKPKey) -> bytes:
    """The envelope as signed bytes."""
    claims = envelope.model_dump(mode="json")
    claims["at"] = stamp(envelope.at)
    payload = json.dumps(claims, separators=(",", ":"), sort_keys=True).encode()
    return jws.serialize_compact(_HEADER, payload, key, algorithms=["Ed25519"]).encode()


def read(signed: bytes) -> Envelope:
    """Read an envelope *without* verifying it, to learn whose key to ask for. Raises Rejected when it is malformed."""
    if len(signed) > MAX_ENVELOPE_BYTES:
        raise Rejected("envelope_too_large", f"{len(signed)} bytes")
    try:
        return Envelope.model_validate_json(_decode(_segments(signed)[1]))
    except (ValueError, ValidationError) as error:
        raise Rejected("envelope_malformed", str(error)[:300]) from error


def check_signature(signed: bytes, key: Ed25519PublicKey) -> None:
    """Verify the signature over the bytes with the directory's key. Raises Rejected.

    One record has one written form: another header, or base64 with stray bits, would give it a second leaf.
    """
    header, payload, signature = _segments(signed)
    if header != _HEADER_SEGMENT:
        raise Rejected("header_foreign", "the header is not that of a record")
    try:
        raw = _decode(signature)
        if _encode(raw) != signature:
            raise Rejected("signature_wrong", "the signature is not in its one written form")
        key.verify(raw, header + b"." + payload)
    except (InvalidSignature, ValueError) as error:
        raise Rejected("signature_wrong", "the signature does not fit the envelope") from error


def verify(signed: bytes, key: Ed25519PublicKey) -> Envelope:
    """Verify an envelope with the directory's key and read it. Raises Rejected."""
    claimed = read(signed)
    check_signature(signed, key)
    return claimed


def _segments(signed: bytes) -> tuple[bytes, bytes, bytes]:
    parts = signed.split(b".")
    if len(parts) != 3:
        raise Rejected("envelope_malformed", f"{len(parts)} parts, not three")
    return parts[0], parts[1], parts[2]


def _decode(segment: bytes) -> bytes:
    return b64decode(segment + b"=" * (-len(segment) % 4), altchars=b"-_", validate=True)


def _encode(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def open_body(content: bytes, envelope: Envelope, model: type[B]) -> B:
    """Check a body against its envelope and read it. Raises Rejected."""
    if commitment(content) != envelope.body:
        raise Rejected("body_differs", "the body is not the one the envelope commits to")
    try:
        body = model.model_validate_json(content[SALT_BYTES:])
    except ValidationError as error:
        raise Rejected("body_malformed", str(error)[:300]) from error
    _check_text(content[SALT_BYTES:].decode())
    return body


MISLEADS = "text_misleads"
"""Code of a body whose text may read otherwise than it was signed: control characters, marks of direction."""
_MISLEADING = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ESCAPED = re.compile(r"\\[ubf]")


def _check_text(said: str) -> None:
    """JSON in which no such character can stand escaped is looked through as it is; else text by text."""
    texts = _texts(json.loads(said)) if _ESCAPED.search(said) else (said,)
    for text in texts:
        if found := _MISLEADING.search(text):
            raise Rejected(MISLEADS, f"character U+{ord(found[0]):04X}")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def stamp(moment: datetime) -> str:
    """A time as envelopes write it: UTC, microseconds, ``Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
