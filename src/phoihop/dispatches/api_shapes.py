"""What the public API takes and gives about documents."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from phoihop.core.errors import Invalid
from phoihop.dispatches.actions.reporting import ReportedState
from phoihop.dispatches.documents import MAX_ABSTRACT, MAX_CONTENT
from phoihop.dispatches.rules import Circulation, Urgency
from phoihop.dispatches.selectors.lists import Cursor
from phoihop.exchange.records import MAX_RECEIPTS
from phoihop.files.actions import MAX_FILES
from phoihop.offices.api import Line, Text

EARLIEST, LATEST = date(1945, 9, 2), date(2200, 1, 1)


def _plausible(moment: datetime) -> datetime:
    if not EARLIEST.year <= moment.year < LATEST.year:
        raise ValueError("outside of the years documents have")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
Code = Annotated[Line, Field(max_length=60)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecipientIn(_In):
    """An office of the directory, by code."""

    office: Code
    role: Literal["main", "copy"] = "main"


class ListIn(_In):
    """A distribution list, by the id of /distribution-lists; who is in it now becomes recipients."""

    id: UUID
    seen: Annotated[Line, Field(max_length=64)] = Field(
        description="`seen` of the list as it was read: who is in it must still be the same."
    )
    role: Literal["main", "copy"] = "main"
    without: Annotated[list[Code], Field(max_length=2000)] = Field([], description="Codes of offices to leave out.")


class DraftIn(_In):
    """What a document says. A draft may lack anything; an issued document needs body, type, abstract, recipients."""

    body: Code = Field("", description="Code of the issuing body, one of those in /me.")
    type_code: Code = Field("", description="Key of the document type in the body's regime, such as decision.")
    abstract: Annotated[Line, Field(max_length=MAX_ABSTRACT)] = ""
    content: Annotated[Text, Field(max_length=MAX_CONTENT)] = ""
    urgency: Urgency = Urgency.NORMAL
    circulation: Circulation = Circulation.NORMAL
    recipients: Annotated[list[RecipientIn], Field(max_length=2000)] = []
    lists: Annotated[list[ListIn], Field(max_length=20)] = []
    other_recipients: Annotated[Line, Field(max_length=2000)] = ""
    due_at: Moment | None = None
    reply_to: UUID | None = None
    related_to: UUID | None = None
    personal_data: Literal["", "basic", "sensitive"] = Field("", description="Which personal data it bears, if any.")
    keep_until: Day | None = Field(None, description="Last day a document with personal data is kept.")
    attachments: Annotated[list[UUID], Field(max_length=MAX_FILES)] = Field([], description="Ids from /uploads.")


class IssueIn(DraftIn):
    """A signed document to be numbered and issued in one act."""

    signer: UUID = Field(description="Position of the signer, one of those in /me.")
    signed_at: Moment
    number: Annotated[Line, Field(max_length=100)] = Field(
        "", description="Number or whole code given by the existing system; empty where Phối Hợp numbers."
    )
    dated: Day | None = Field(None, description="Date of the document; today when left out.")


class IssuedOut(Schema):
    """A document that now is with its recipients."""

    id: UUID
    code: str


class DraftOut(Schema):
    """A draft that waits on the pages."""

    id: UUID
    revision: int
    state: str


class ReceiptIn(_In):
    """How far one document got here."""

    dispatch: UUID
    state: ReportedState
    reason: Annotated[Line, Field(max_length=2000)] = Field(
        "", description="Needed for returned; the result in a sentence for done."
    )


class ReceiptsIn(_In):
    """A batch of them."""

    items: Annotated[list[ReceiptIn], Field(min_length=1, max_length=MAX_RECEIPTS)]


class StatedOut(Schema):
    """Documents of which something new was stated, and those already there."""

    stated: list[UUID]
    unchanged: list[UUID]


class EdxmlIn(_In):
    """A file sent to /uploads that is an edXML message."""

    upload_id: UUID


class EdxmlOut(Schema):
    """What became of a message: ``imported``, ``known`` from before, or ``quarantined`` for the records clerk."""

    outcome: str
    kind: str
    code: str
    reason: str
    dispatch: UUID | None


class ItemOut(Schema):
    """A document in a list: ``state``, ``late``, ``arrival_number`` of one that came in, ``reached`` of one issued."""

    id: UUID
    code: str
    owner: str = Field(description="Code of the office that issued or entered it.")
    issuer_name: str
    origin: str = Field(description="issued, or paper and edxml for documents from outside the directory.")
    type_code: str
    type_name: str
    abstract: str
    urgency: str
    circulation: str
    dated: date | None
    issued_at: datetime
    due_at: datetime | None
    reply_to: UUID | None
    related_to: UUID | None
    exercise: bool
    standing: str = Field(description="issued, recalled or replaced.")
    personal_data: str = Field(description="basic or sensitive; empty without personal data.")
    keep_until: date | None
    attachment_count: int
    state: str | None = None
    late: bool | None = None
    arrival_number: int | None = None
    reached: dict[str, int] | None = Field(None, description="How many recipients reached each state.")


class PageOut(Schema):
    """One page of a list; ``next`` is null on the last."""

    items: list[ItemOut]
    next: str | None


class RecipientOut(Schema):
    """Who the document is addressed to."""

    office: str
    role: str


class AttachmentOut(Schema):
    """A file of the document. ``is_here``: its bytes have come and can be fetched."""

    number: int
    name: str
    media_type: str
    size: int
    sha256: str
    is_here: bool


class DeliveryOut(Schema):
    """How far the document got with one office; null is "not known"."""

    office: str
    arrived_at: datetime | None
    registered_at: datetime | None
    seen_at: datetime | None
    accepted_at: datetime | None
    returned_at: datetime | None
    returned_reason: str
    done_at: datetime | None
    answered_at: datetime | None


class DispatchOut(Schema):
    """A document, whole."""

    id: UUID
    code: str
    owner: str
    issuer_name: str
    origin: str
    regime: str
    type_code: str
    type_name: str
    abstract: str
    content: str
    urgency: str
    circulation: str
    dated: date | None
    place: str
    signatory_name: str
    signatory_title: str
    signatory_authority: str
    issued_at: datetime
    due_at: datetime | None
    reply_to: UUID | None
    related_to: UUID | None
    exercise: bool
    personal_data: str = Field(description="basic or sensitive; empty without personal data.")
    keep_until: date | None
    recipients: list[RecipientOut]
    other_recipients: str
    attachments: list[AttachmentOut]
    deliveries: list[DeliveryOut]


def plain(row: Model, shape: type[Schema]) -> dict[str, Any]:
    """The values of a row that a shape has under the same names."""
    return {name: getattr(row, name) for name in shape.model_fields if hasattr(row, name)}


def write_cursor(cursor: Cursor | None) -> str | None:
    """A keyset position as an opaque word."""
    if cursor is None:
        return None
    raw = f"{cursor.at.isoformat()} {cursor.id}".encode()
    return base64.urlsafe_b64encode(raw).decode()


def read_cursor(word: str) -> Cursor | None:
    """The keyset position in it; None for an empty word. Raises Invalid."""
    if not word:
        return None
    try:
        at, one = base64.urlsafe_b64decode(word.encode()).decode().split(" ")
        return Cursor(_plausible(datetime.fromisoformat(at).astimezone(UTC)), UUID(one))
    except (ValueError, OverflowError, binascii.Error) as error:
        message = _("Vị trí trang không hợp lệ; lấy lại từ trang trước.")
        raise Invalid("cursor_invalid", message, fields={"cursor": [message]}) from error
