"""Our documents as edXML says them: who sends, to whom, what, and what becomes of an earlier one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.clock import local, now
from phoihop.core.errors import Conflict
from phoihop.core.text import clean_line
from phoihop.dispatches.edxml import (
    Business,
    DocumentId,
    DocumentType,
    EdxmlDocument,
    OrganRef,
    Priority,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Signer,
    Staff,
    Steering,
    Trace,
    normalise_code,
)
from phoihop.dispatches.edxml.values import VIETNAM, join_code
from phoihop.dispatches.models import Change, Dispatch, EdxmlReceived
from phoihop.dispatches.rules import Urgency
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting
from phoihop.offices.models import IssuingBody, Office

_NUMBERED = re.compile(r"([0-9]{1,7}[a-zA-Z]?)([/-])(.+)")
_PRIORITIES = {
    Urgency.NORMAL: Priority.NORMAL,
    Urgency.URGENT: Priority.URGENT,
    Urgency.VERY_URGENT: Priority.VERY_URGENT,
    Urgency.EXPRESS: Priority.EXPRESS,
}


def split_code(code: str) -> tuple[str, str]:
    """CodeNumber and CodeNotation such that every reader joins them to the code again."""
    match = _NUMBERED.fullmatch(code)
    if match:
        for notation in (match[3], match[2] + match[3]):
            if join_code(match[1], notation) == code:
                return match[1], notation
    return code, ""


def document_id(organ_id: str, dated: date | None, code: str, fallback: UUID) -> DocumentId:
    """How the standard names a document; one without number or date is named by its id here."""
    if not organ_id or dated is None or not code or "," in organ_id:
        return DocumentId(raw=str(fallback), is_guid=True)
    raw = f"{organ_id},{dated.year:04}/{dated.month:02}/{dated.day:02},{code}"
    return DocumentId(raw=raw, organ_id=organ_id, issued=dated, code=code)


def organ_of(body: IssuingBody) -> OrganRef:
    """A body as peers know it: by its national identifier, or by our code where it has none."""
    return OrganRef(body.edxml_id or body.code, name=body.name, in_charge=body.superior_name)


def own_organ(by: Acting) -> OrganRef:
    """The acting office's first body: what speaks when an office answers. Raises Conflict when it has none."""
    body = IssuingBody.objects.filter(office_id=by.office_id).order_by("order", "name").first()
    if body is None:
        raise Conflict("body_unknown", _("Văn phòng chưa có cơ quan ban hành nào."))
    return organ_of(body)


def issuer_of(document: Dispatch, *, by: Acting) -> OrganRef:
    """Who issued a document, as peers know it: by name alone when it came on paper from outside the directory."""
    if document.body_id is not None:
        body = IssuingBody.objects.filter(id=document.body_id).first()
        if body is not None:
            return organ_of(body)
    received = EdxmlReceived.objects.filter(office_id=by.office_id, dispatch_id=document.id, kind="document")
    organ_id = received.values_list("organ_id", flat=True).first()
    return OrganRef(organ_id or "", name=document.issuer_name)


def named(document: Dispatch, *, by: Acting) -> DocumentId:
    """How an earlier message named this document, or how ours does."""
    received = EdxmlReceived.objects.filter(office_id=by.office_id, dispatch_id=document.id, kind="document").first()
    if received is not None and received.document_id:
        return _as_named(received.document_id)
    return document_id(issuer_of(document, by=by).organ_id, document.dated, code_of(document), document.id)


def _as_named(raw: str) -> DocumentId:
    return DocumentId(raw=raw, is_guid="," not in raw)


def code_of(document: Dispatch) -> str:
    """The code as every reader would write it."""
    return normalise_code(document.code)


def answered(document: Dispatch, *, by: Acting) -> ResponseFor:
    """A document that is answered, as its issuer knows it."""
    issuer = issuer_of(document, by=by)
    return ResponseFor(issuer.organ_id, code_of(document), named(document, by=by), document.dated)


def receivers(office_ids: Iterable[UUID]) -> Sequence[OrganRef]:
    """Offices as addressees: each by the body that stands first, or by its own code."""
    wanted = list(office_ids)
    bodies: dict[UUID, IssuingBody] = {}
    for body in IssuingBody.objects.filter(office_id__in=wanted).order_by("order", "name"):
        bodies.setdefault(body.office_id, body)
    offices = Office.objects.in_bulk(wanted)
    return [
        organ_of(bodies[one]) if one in bodies else OrganRef(offices[one].code, name=offices[one].name)
        for one in wanted
        if one in bodies or one in offices
    ]


def document_message(document: Dispatch, *, by: Acting) -> EdxmlDocument:
    """A document as it was issued: a new one, or one that updates or replaces another."""
    message = _header(document, by)
    change = Change.objects.filter(new_document_id=document.id).order_by("requested_at").first()
    old = Dispatch.objects.filter(id=change.dispatch_id).first() if change else None
    if change is None or old is None or old.origin != "issued":
        return message
    return _replacing(message, change, old, by)


def _mark_note(document: Dispatch) -> tuple[str, ...]:
    """What the standard has no field for is said among the appendixes, where every reader shows it."""
    if not document.personal_data or document.keep_until is None:
        return ()
    day = document.keep_until.strftime("%d/%m/%Y")
    return (f"Văn bản có dữ liệu cá nhân: chỉ gửi nơi cần biết; xóa sau ngày {day}.",)


def _replacing(message: EdxmlDocument, change: Change, old: Dispatch, by: Acting) -> EdxmlDocument:
    reason = clean_line(change.reason)[:2000]
    if change.action == "replace":
        organs = tuple(one.organ_id for one in receivers(recipients_of(old)))
        replaced = (Replacement(named(old, by=by), organs),)
        return replace(message, business=Business.REPLACE, business_reason=reason, replacements=replaced)
    return replace(
        message,
        business=Business.UPDATE,
        business_reason=reason,
        updates_content=True,
        business_document_id=named(old, by=by),
    )


def recall_message(change: Change, document: Dispatch, *, by: Acting) -> EdxmlDocument:
    """The revocation of a document: its header, without its text."""
    return replace(
        _header(document, by),
        business=Business.REVOKE,
        business_document_id=named(document, by=by),
        business_reason=clean_line(change.reason)[:2000],
        content="",
    )


def receivers_message(document: Dispatch, added: Sequence[UUID], *, by: Acting) -> EdxmlDocument:
    """The update that tells to whom a document was opened later."""
    return replace(
        _header(document, by),
        business=Business.UPDATE,
        business_document_id=named(document, by=by),
        receiver_changes=tuple(ReceiverChange(one.organ_id, added=True) for one in receivers(added)),
        content="",
    )


def recipients_of(document: Dispatch) -> list[UUID]:
    """The offices a document was sent to, in its order; those it was opened to later come last."""
    addressed = [UUID(row["office"]) for row in document.recipients]
    present = Delivery.objects.filter(subject_id=document.id, expected=True).values_list("recipient_id", flat=True)
    return [*addressed, *sorted(set(present) - {*addressed, document.owner_id})]


def _header(document: Dispatch, by: Acting) -> EdxmlDocument:
    issuer, code = issuer_of(document, by=by), code_of(document)
    number, notation = split_code(code)
    to = receivers(recipients_of(document)) if document.origin == "issued" else [own_organ(by)]
    replied = Dispatch.objects.filter(id=document.reply_to).first() if document.reply_to else None
    return EdxmlDocument(
        digest="", business=Business.NEW, sender=issuer, receivers=tuple(to), document_id=named(document, by=by),
        code=code, code_number=number, code_notation=notation, promulgation_place=document.place,
        promulgation_date=document.dated, type=DocumentType(name=document.type_name), subject=document.abstract,
        content=document.content, signer=_signer(document),
        due_date=local(document.due_at).date() if document.due_at else None,
        priority=_PRIORITIES[Urgency(document.urgency)], steering=Steering.NONE, sphere="", typer_notation="",
        copies=None, pages=None, direction=None, appendixes=_mark_note(document),
        response_for=(_answering(replied, by),) if replied else (), to_places=_places(document),
        business_document_id=None, business_reason="", paper=None, updates_content=False, receiver_changes=(),
        replacements=(), staff=Staff(name=by.person_name),
        traces=(Trace(issuer.organ_id, now().astimezone(VIETNAM).replace(microsecond=0)),), signature=None,
        attachments=(), warnings=(),
    )  # fmt: skip


def _answering(document: Dispatch, by: Acting) -> ResponseFor:
    """What a reply names; a paper has no identifier of its issuer, so it is named by number and date."""
    if document.origin == "paper":
        return ResponseFor("", code_of(document), None, document.dated)
    return answered(document, by=by)


def _signer(document: Dispatch) -> Signer:
    competence = clean_line(document.signatory_authority.replace("\n", " "))
    return Signer(competence, document.signatory_title, document.signatory_name)


def _places(document: Dispatch) -> tuple[str, ...]:
    return tuple(place.strip() for place in document.other_recipients.split(";") if place.strip())
