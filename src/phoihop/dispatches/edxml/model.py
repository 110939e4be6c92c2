"""What an edXML file says (QCVN 102:2016/BTTTT and its 2022 amendment), as plain frozen values.

Texts are NFC without control or bidirectional characters; what a peer left out is an empty string or None.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from .reasons import Notice
from .sniff import Kind


class Business(IntEnum):
    """BussinessDocType: what the sender wants done."""

    NEW = 0
    REVOKE = 1
    UPDATE = 2
    REPLACE = 3


class Priority(IntEnum):
    """Priority: thường, khẩn, thượng khẩn, hỏa tốc, hỏa tốc hẹn giờ."""

    NORMAL = 0
    URGENT = 1
    VERY_URGENT = 2
    EXPRESS = 3
    EXPRESS_TIMED = 4


class Steering(IntEnum):
    """SteeringType: whether the document directs or reports."""

    NONE = 1
    DIRECTIVE = 2
    REPORT = 3


class StatusCode(StrEnum):
    """StatusCode: what became of a document at the office that received it."""

    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    PROCESSING = "05"
    FINISHED = "06"
    RECALL_REQUESTED = "13"
    CHANGE_AGREED = "15"
    CHANGE_REFUSED = "16"


UNIDENTIFIED = "KHONG-CO-MA"
"""Written where the standard demands an identifier and the agency, known by name alone, has none; read as none."""


@dataclass(frozen=True, slots=True)
class OrganRef:
    """An agency as a message names it. ``organ_id`` is its national identifier, such as ``000.00.00.H41``, or empty."""

    organ_id: str
    name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class DocumentId:
    """A document identifier: ``OrganId,yyyy/MM/dd,number/notation`` or a GUID; ``raw`` as it came.

    ``issued`` is None for a GUID and when the date does not exist; ``code`` is normalised.
    """

    raw: str
    organ_id: str = ""
    issued: date | None = None
    code: str = ""
    is_guid: bool = False


@dataclass(frozen=True, slots=True)
class DocumentType:
    """DocumentType: numbers of the code lists, and the name such as "Công văn"."""

    type: str = ""
    detail: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed: authority (such as "TL. BỘ TRƯỞNG"), position, full name."""

    competence: str = ""
    position: str = ""
    full_name: str = ""


@dataclass(frozen=True, slots=True)
class ResponseFor:
    """The document that is answered. ``organ_id`` is the agency that issued it."""

    organ_id: str = ""
    code: str = ""
    document_id: DocumentId | None = None
    issued: date | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """The person at the sender who can be asked."""

    department: str = ""
    name: str = ""
    email: str = ""
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """One station on the way; the time is the peer's own, read as Vietnam time."""

    organ_id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceiverChange:
    """An update that adds a receiver, or removes one."""

    organ_id: str
    added: bool


@dataclass(frozen=True, slots=True)
class Replacement:
    """A replaced document, and the agencies at which it is replaced."""

    document_id: DocumentId
    organ_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature is present. Algorithms are the last part of their addresses.

    ``verdict`` is a ``signing.Verdict``, ``reason`` a key of ``reasons.SIGNATURES`` that says why; both are empty when
    nobody asked for it to be checked. ``subject`` is whom the certificate names or, without one, whom the file names.
    """

    algorithm: str = ""
    digest_algorithm: str = ""
    subject: str = ""
    verdict: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file. ``name`` is safe to show and to save under; ``data`` is out of its transport archive.

    ``declared_name`` and ``declared_type`` are what the peer said, ``inner_name`` its name in the archive (cleaned),
    ``kind`` what the bytes are, ``container`` the name of the attachment or archive it was found in. ``sha256`` is the
    hexadecimal digest of the whole content, also when ``data`` holds less of it because the reader's caller kept it.
    """

    name: str
    data: bytes = field(repr=False)
    kind: Kind
    declared_name: str = ""
    declared_type: str = ""
    description: str = ""
    inner_name: str = ""
    container: str = ""
    sha256: str = ""


def _identity(*parts: str) -> str:
    canonical = json.dumps([part.casefold() for part in parts], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _raw(document_id: DocumentId | None) -> str:
    return document_id.raw if document_id else ""


@dataclass(frozen=True, slots=True)
class EdxmlDocument:
    """An official document, or the revocation, update or replacement of one. ``digest``: SHA-256 of the file, hex."""

    digest: str
    business: Business
    sender: OrganRef
    receivers: tuple[OrganRef, ...]
    document_id: DocumentId | None
    code: str
    code_number: str
    code_notation: str
    promulgation_place: str
    promulgation_date: date | None
    type: DocumentType
    subject: str
    content: str
    signer: Signer
    due_date: date | None
    priority: Priority
    steering: Steering
    sphere: str
    typer_notation: str
    copies: int | None
    pages: int | None
    direction: bool | None
    appendixes: tuple[str, ...]
    response_for: tuple[ResponseFor, ...]
    to_places: tuple[str, ...]
    business_document_id: DocumentId | None
    business_reason: str
    paper: bool | None
    updates_content: bool
    receiver_changes: tuple[ReceiverChange, ...]
    replacements: tuple[Replacement, ...]
    staff: Staff
    traces: tuple[Trace, ...]
    signature: Signature | None
    attachments: tuple[Attachment, ...]
    warnings: tuple[Notice, ...]

    @property
    def identity(self) -> str:
        """Stable key of the message: the same for every copy of it, however it was packed. 64 hexadecimal digits."""
        issued = self.promulgation_date.isoformat() if self.promulgation_date else ""
        sender = self.sender.organ_id or self.sender.name
        return _identity("document", sender, _raw(self.document_id), str(int(self.business)), self.code, issued)

    @property
    def targets(self) -> tuple[DocumentId, ...]:
        """The earlier documents that a revocation, update or replacement is about; empty for a new document."""
        if self.business is Business.NEW:
            return ()
        if self.business is Business.REPLACE and self.replacements:
            return tuple(dict.fromkeys(item.document_id for item in self.replacements))
        target = self.business_document_id or self.document_id
        return (target,) if target else ()


@dataclass(frozen=True, slots=True)
class EdxmlStatus:
    """What another office says about a document that was sent to it, or asks about one it sent."""

    digest: str
    sender: OrganRef
    response_for: ResponseFor
    status_code: StatusCode
    description: str
    at: datetime | None
    staff: Staff
    warnings: tuple[Notice, ...]

    @property
    def identity(self) -> str:
        """Stable key of the message, 64 hexadecimal digits."""
        answered = self.response_for
        at = self.at.isoformat() if self.at else ""
        sender = self.sender.organ_id or self.sender.name
        return _identity("status", sender, _raw(answered.document_id), answered.code, self.status_code, at)
