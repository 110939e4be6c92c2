"""The proof file: one written form, JSON that a person can read, every part of it checked by ``checking``. Pure.

A proof of records carries signed records, for each its place in a log, the audit path to a signed checkpoint, the
checkpoints, and the region's directory from its beginning, which says whose keys these are. A proof of consistency
carries two checkpoints of one log and the nodes between them. ``about`` repeats in plain words what follows from the
rest; a file in which it does not follow is refused.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from phoihop.exchange.envelope import MAX_BODY_BYTES, MAX_ENVELOPE_BYTES
from phoihop.exchange.merkle import HASH_BYTES

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
MAX_PATH: Final = 64
"""Levels of a tree; a log has fewer than 2⁶³ entries."""
MAX_RECORDS: Final = 20_000
_MAX_NOTE: Final = 64 * 1024

HOW_TO_CHECK: Final = "phoihop log check"
"""Written into each file: the command that checks it on any machine."""


class Unreadable(ValueError):
    """A file that is no proof in its one written form."""


def _base64(text: str) -> str:
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 not in its one written form")
    return text


def _hash(text: str) -> str:
    if len(base64.b64decode(_base64(text))) != HASH_BYTES:
        raise ValueError(f"not {HASH_BYTES} bytes")
    return text


Base64 = Annotated[str, Field(max_length=MAX_BODY_BYTES * 2), AfterValidator(_base64)]
Hash = Annotated[str, Field(max_length=44), AfterValidator(_hash)]
Path = Annotated[tuple[Hash, ...], Field(max_length=2 * MAX_PATH)]
Jws = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=MAX_ENVELOPE_BYTES)]
DirectoryRecords = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]+$")], ...], Field(max_length=100_000)]
Note = Annotated[str, Field(max_length=_MAX_NOTE)]
Hex = Annotated[str, Field(pattern=r"^[0-9a-f]*$", max_length=64)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class OpenedFile(_Part):
    """An attachment's commitment opened: the salt and the SHA-256 of the file, both hex, without the body."""

    number: Annotated[int, Field(ge=1, le=200)]
    salt: Annotated[Hex, Field(min_length=32, max_length=32)]
    sha256: Annotated[Hex, Field(min_length=64)]


class AboutRecord(_Part):
    """What a proof says of its record, as plain values; times as in envelopes. All of it follows from the rest.

    ``leaf`` is the fingerprint of the record in the tree, ``content`` and ``audience`` what its envelope commits to;
    ``logged_by`` is the time of the checkpoint: at that moment the log held the record.
    """

    record: str
    subject: str
    kind: str
    office: str
    office_code: str
    office_name: str
    node_name: str
    stated_at: str
    logged_by: str
    log: str
    log_node_name: str
    index: int
    size: int
    leaf: Hex
    content: Hex
    audience: Hex


class ProvedRecord(_Part):
    """One signed record, its place in the log, and the path from it to the root of a checkpoint of the file.

    ``checkpoint`` counts the notes of the file from 0. ``body`` is there when it was asked for, and ``files`` when
    attachments were opened.
    """

    about: AboutRecord
    envelope: Jws
    checkpoint: Annotated[int, Field(ge=0)]
    index: Annotated[int, Field(ge=0)]
    path: Path
    body: Base64 | None = None
    files: Annotated[tuple[OpenedFile, ...], Field(max_length=200)] = ()


class RecordsProof(_Part):
    """A file that proves records."""

    format: Literal["phoihop-proof"] = "phoihop-proof"
    version: Literal[1] = 1
    check_with: Literal["phoihop log check"] = HOW_TO_CHECK
    records: Annotated[tuple[ProvedRecord, ...], Field(min_length=1, max_length=MAX_RECORDS)]
    checkpoints: Annotated[tuple[Note, ...], Field(min_length=1, max_length=MAX_RECORDS)]
    directory: DirectoryRecords


class AboutConsistency(_Part):
    """What a proof of consistency says, as plain values."""

    log: str
    node_name: str
    old_size: int
    old_at: str
    new_size: int
    new_at: str


class ConsistencyProof(_Part):
    """A file that proves one checkpoint of a log to continue another: nothing was changed or removed between them."""

    format: Literal["phoihop-consistency"] = "phoihop-consistency"
    version: Literal[1] = 1
    check_with: Literal["phoihop log check"] = HOW_TO_CHECK
    about: AboutConsistency
    old: Note
    new: Note
    path: Path
    directory: DirectoryRecords


AnyProof = Annotated[RecordsProof | ConsistencyProof, Field(discriminator="format")]
_ANY: Final[TypeAdapter[RecordsProof | ConsistencyProof]] = TypeAdapter(AnyProof)


def write(proof: RecordsProof | ConsistencyProof) -> bytes:
    """The proof as the bytes of its file."""
    said = proof.model_dump(mode="json", exclude_none=True)
    return json.dumps(said, ensure_ascii=False, indent=1).encode() + b"\n"


def read(data: bytes) -> RecordsProof | ConsistencyProof:
    """The proof in a file; nothing of it is verified. Raises Unreadable with what is wrong."""
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable(f"{len(data)} bytes")
    try:
        proof = _ANY.validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise Unreadable(f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:300]) from error
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    if write(proof) != data:
        raise Unreadable("not in its one written form")
    return proof


def encode(raw: bytes) -> str:
    """Bytes as proofs write them."""
    return base64.b64encode(raw).decode()


def decode(text: str) -> bytes:
    """What ``encode`` wrote, from a field that was validated."""
    return base64.b64decode(text)
