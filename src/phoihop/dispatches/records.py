"""Bodies of the records of documents: issued, entered from outside, and one office's handling."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from phoihop.exchange.envelope import Body, Moment, attachment_commitment

ISSUED = "dispatch.issued"
ENTERED = "dispatch.entered"
REGISTERED = "handling.registered"
DISTRIBUTED = "handling.distributed"
DIRECTED = "handling.directed"
MOVED = "handling.moved"
EXTERNAL = "dispatch.external_receipt"
CHANGE_REQUESTED = "dispatch.change_requested"
CHANGE_ANSWERED = "dispatch.change_answered"
CONFIRMED = "dispatch.confirmed"
REMINDED = "dispatch.reminded"

MAX_CONTENT = 200_000
MAX_RECIPIENTS = 2_000

Line = Annotated[str, Field(max_length=2_000)]


class AttachmentRef(Body):
    """A file of the record: its name, kind, size in bytes, plain hash, and the salt of its commitment (hex)."""

    name: Annotated[str, Field(max_length=300)]
    media_type: Annotated[str, Field(max_length=200)]
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    salt: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]

    @property
    def commitment(self) -> str:
        """What the envelope says about this file."""
        return attachment_commitment(bytes.fromhex(self.salt), self.sha256)


class Recipient(Body):
    """An office the document is addressed to (main) or copied to (copy)."""

    office: UUID
    role: Literal["main", "copy"] = "main"


class DocumentBody(Body):
    """What any document says of itself."""

    issuer_name: Line
    regime: Literal["GOV", "PARTY", "MIL", "NA", ""]
    code: Line
    type_code: Line = ""
    type_name: Line = ""
    abstract: Line
    content: Annotated[str, Field(max_length=MAX_CONTENT)] = ""
    urgency: Literal["normal", "urgent", "very_urgent", "express"] = "normal"
    circulation: Literal["PUBLIC", "NORMAL", "INTERNAL"] = "NORMAL"
    dated: date | None = None
    place: Line = ""
    signatory_name: Line = ""
    signatory_title: Line = ""
    signatory_authority: Line = ""
    other_recipients: Line = ""
    due_at: Moment | None = None
    reply_to: UUID | None = None
    related_to: UUID | None = None
    exercise: bool = False
    attachments: Annotated[tuple[AttachmentRef, ...], Field(max_length=50)] = ()


class Issued(DocumentBody):
    """A document issued by an office of the directory to other offices."""

    body_id: UUID
    recipients: Annotated[tuple[Recipient, ...], Field(min_length=1, max_length=MAX_RECIPIENTS)]
    signed_at: Moment
    numbered_by: Line = ""


class IssuedMarked(Issued):
    """Version 2: a document that bears personal data, of which kind, and the last day it is to be kept.

    Documents without the mark stay version 1, so that older installations read them as before.
    """

    personal_data: Literal["basic", "sensitive"]
    keep_until: date


class SignatureSeen(Body):
    """What was found of a message's own signature when it came: the verdict, why, and whom the certificate names."""

    verdict: Literal["verified", "weak", "untrusted", "broken", "unverifiable"]
    reason: Annotated[str, Field(max_length=40)]
    subject: Line = ""


class Entered(DocumentBody):
    """A document from outside the directory, entered by the office that received it, on paper or as edXML."""

    origin: Literal["paper", "edxml"]
    business: Literal["new", "revoke", "update", "replace"] = "new"
    organ_id: Line = ""
    document_id: Line = ""
    entered_by: Line
    warnings: tuple[Line, ...] = ()
    signature: SignatureSeen | None = None


class PersonRef(Body):
    """A position and who held it at that moment."""

    position: UUID
    name: Line
    title: Line


class Registered(Body):
    """Entry in the incoming book: số đến."""

    dispatch: UUID
    book: Line
    number: Annotated[int, Field(ge=1)]
    year: Annotated[int, Field(ge=1900, le=2999)]
    due_at: Moment | None = None
    by: PersonRef


class Distributed(Body):
    """The chief passes the document on: to whom, and with what remark."""

    dispatch: UUID
    to: PersonRef
    remark: Line = ""
    by: PersonRef


class Directed(Body):
    """Ý kiến chỉ đạo: what is to be done, by whom (chủ trì), with whom (phối hợp), for whose knowledge, by when."""

    dispatch: UUID
    direction: Line
    lead: PersonRef
    coordinators: Annotated[tuple[PersonRef, ...], Field(max_length=50)] = ()
    informed: Annotated[tuple[PersonRef, ...], Field(max_length=200)] = ()
    due_at: Moment | None = None
    by: PersonRef


class Moved(Body):
    """The lead accepts, returns with a reason, or finishes with a result."""

    dispatch: UUID
    state: Literal["accepted", "returned", "finished"]
    remark: Line = ""
    by: PersonRef


ChangeAction = Literal["recall", "update", "replace"]


class ChangeRequested(Body):
    """The issuer recalls a document, or states which later document updates or replaces it, and asks for an answer.

    ``asked`` are the offices that hold the document. ``asked_by`` names the organisation outside the directory whose
    wish it is, when the document came from there.
    """

    dispatch: UUID
    action: ChangeAction
    reason: Line
    new_document: UUID | None = None
    new_code: Line = ""
    asked: Annotated[tuple[UUID, ...], Field(max_length=MAX_RECIPIENTS)] = ()
    asked_by: Line = ""
    by: PersonRef


class ChangeAnswered(Body):
    """An office that holds the document agrees (15), or refuses with its reason (16)."""

    dispatch: UUID
    change: UUID
    action: ChangeAction
    owner: UUID
    agreed: bool
    reason: Line = ""
    by: PersonRef


class Confirmed(Body):
    """A person of a receiving office confirms having read the document, whatever its own book says yet."""

    dispatch: UUID
    owner: UUID
    by: PersonRef


class Reminded(Body):
    """The issuer reminds whoever has not confirmed yet; each office knows of itself whether it is meant."""

    dispatch: UUID
    remark: Line = ""
    by: PersonRef


class ExternalReceipt(Body):
    """A status that an organisation outside the directory reported of our document (edXML status message)."""

    dispatch: UUID
    organ_id: Line
    organ_name: Line
    status_code: Annotated[str, Field(max_length=4)]
    description: Line = ""
    reported_at: Moment | None = None
    staff: Line = ""
