"""Read one edXML file: a document or a status message. Tolerant of peers, not of hostile input."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from enum import IntEnum
from typing import TypedDict, TypeVar

from .attachments import Keep, read_attachments
from .limits import DEFAULT_LIMITS, Limits
from .model import (
    UNIDENTIFIED,
    Attachment,
    Business,
    DocumentId,
    DocumentType,
    EdxmlDocument,
    EdxmlStatus,
    OrganRef,
    Priority,
    ReceiverChange,
    Replacement,
    ResponseFor,
    Signature,
    Signer,
    Staff,
    StatusCode,
    Steering,
    Trace,
)
from .reasons import Notices, Unreadable
from .signing import Trust, check_signature
from .source import Data, Source, open_source
from .values import Node, join_code, normalise_code

_Code = TypeVar("_Code", bound=IntEnum)
_VENDOR_NORMAL = "5"
_WEAK = ("sha1", "md5")


def _keep_all(data: bytes) -> bytes:
    return data


def read(
    data: Data, *, limits: Limits = DEFAULT_LIMITS, trust: Trust | None = None, keep: Keep = _keep_all
) -> EdxmlDocument | EdxmlStatus:
    """What the bytes of one file say.

    Follows QCVN 102:2016/BTTTT with its 2022 amendment, and what peers really send. The signature is checked when
    ``trust`` says whom to believe. ``keep`` is handed the bytes of each attachment as it is reached and gives what the
    message holds of them, so that a caller who puts them away needs memory for one at a time.
    Raises ``Unreadable``, and nothing else, whatever the bytes are.
    """
    notices = Notices()
    source = open_source(data, notices, limits)
    root = Node(source.root, notices, limits)
    header = root.anywhere("MessageHeader")
    if header is None:
        raise Unreadable("header_missing")
    digest = hashlib.sha256(data).hexdigest()
    if header.has("StatusCode"):
        return _status(root, header, notices, digest)
    attachments = read_attachments(source, notices, limits, keep)
    signature = _signature(root, notices)
    if signature is not None and trust is not None:
        signature = _judged(signature, source, notices, trust)
    return replace(_document(root, header, notices, limits, digest, attachments), signature=signature)


def _status(root: Node, header: Node, notices: Notices, digest: str) -> EdxmlStatus:
    answered = next(_responses(header), None)
    if answered is None or not (answered.code or answered.document_id):
        raise Unreadable("status_unaddressed")
    said = header.line("StatusCode")
    if said.zfill(2) not in set(StatusCode):
        raise Unreadable("status_unknown", value=said)
    return EdxmlStatus(
        digest=digest,
        sender=_sender(header, None, notices),
        response_for=answered,
        status_code=StatusCode(said.zfill(2)),
        description=header.block("Description"),
        at=header.moment("Timestamp"),
        staff=_staff(root),
        warnings=notices.all(),
    )


def _document(
    root: Node, header: Node, notices: Notices, limits: Limits, digest: str, attachments: tuple[Attachment, ...]
) -> EdxmlDocument:
    promulgation = header.child("PromulgationInfo")
    other = header.child("OtherInfo")
    document_id = header.document_id()
    sender = _sender(header, document_id, notices)
    number, notation, code = _code(header, document_id, notices)
    if len(code) > limits.code:
        raise Unreadable("field_too_long", field="Code")
    document = EdxmlDocument(
        digest=digest,
        sender=sender,
        receivers=tuple(_organ(item) for item in header.all("To")),
        document_id=document_id,
        code=code,
        code_number=number,
        code_notation=notation,
        promulgation_place=promulgation.line("Place"),
        promulgation_date=promulgation.day("PromulgationDate"),
        type=_type(header.child("DocumentType")),
        subject=header.line("Subject"),
        content=header.block("Content"),
        signer=_signer(header.child("SignerInfo")),
        due_date=header.day("DueDate"),
        steering=_steering(header, notices),
        response_for=tuple(_responses(header)),
        to_places=_lines(header.child("ToPlaces"), "Place"),
        staff=_staff(root),
        traces=tuple(_traces(root)),
        signature=None,
        attachments=attachments,
        warnings=(),
        **_other(other, notices),
        **_action(root.anywhere("Bussiness", "Business") or header.child("absent"), notices),
    )
    return _with_warnings(document, notices)


class _Other(TypedDict):
    priority: Priority
    sphere: str
    typer_notation: str
    copies: int | None
    pages: int | None
    direction: bool | None
    appendixes: tuple[str, ...]


def _other(other: Node, notices: Notices) -> _Other:
    return _Other(
        priority=_priority(other, notices),
        sphere=other.line("SphereOfPromulgation"),
        typer_notation=other.line("TyperNotation"),
        copies=other.number("PromulgationAmount"),
        pages=other.number("PageAmount"),
        direction=other.flag("Direction"),
        appendixes=_lines(other.child("Appendixes"), "Appendix"),
    )


class _Action(TypedDict):
    business: Business
    business_document_id: DocumentId | None
    business_reason: str
    paper: bool | None
    updates_content: bool
    receiver_changes: tuple[ReceiverChange, ...]
    replacements: tuple[Replacement, ...]


def _action(action: Node, notices: Notices) -> _Action:
    change = action.child("BussinessDocumentInfo", "BusinessDocumentInfo")
    return _Action(
        business=_business(action),
        business_document_id=action.document_id(),
        business_reason=action.line("BussinessDocReason") or action.line("BusinessDocReason"),
        paper=action.flag("Paper"),
        updates_content=change.flag("DocumentInfo") is True,
        receiver_changes=tuple(_receiver_changes(change, notices)),
        replacements=tuple(_replacements(action)),
    )


def _with_warnings(document: EdxmlDocument, notices: Notices) -> EdxmlDocument:
    if not document.receivers:
        notices.add("receivers_missing")
    if not document.subject:
        notices.add("subject_missing")
    if not document.attachments and document.business in {Business.NEW, Business.REPLACE}:
        notices.add("attachments_missing")
    return replace(document, warnings=notices.all())


def _sender(header: Node, document_id: DocumentId | None, notices: Notices) -> OrganRef:
    sender = _organ(header.child("From"))
    if sender.organ_id:
        return sender
    if document_id and document_id.organ_id:
        notices.add("sender_from_document_id", value=document_id.organ_id)
        return replace(sender, organ_id=document_id.organ_id)
    if not sender.name:
        raise Unreadable("sender_missing")
    notices.add("sender_id_missing")
    return sender


def _organ(item: Node) -> OrganRef:
    organ_id = item.line("OrganId")
    return OrganRef(
        organ_id="" if organ_id == UNIDENTIFIED else organ_id,
        name=item.line("OrganName"),
        in_charge=item.line("OrganizationInCharge"),
        address=item.line("OrganAdd"),
        email=item.line("Email"),
        telephone=item.line("Telephone"),
        fax=item.line("Fax"),
        website=item.line("Website"),
    )


def _code(header: Node, document_id: DocumentId | None, notices: Notices) -> tuple[str, str, str]:
    """CodeNumber, CodeNotation, and the code as printed."""
    element = header.child("Code")
    number, notation = element.line("CodeNumber"), element.line("CodeNotation")
    code = join_code(number, notation) or _plain_code(element)
    identified = document_id.code if document_id else ""
    if not code and document_id is None:
        raise Unreadable("code_missing")
    if not code and identified:
        notices.add("code_from_document_id", code=identified)
    if code and identified and code.casefold() != identified.casefold():
        notices.add("document_id_differs", value=identified, code=code)
    return number, notation, code or identified


def _plain_code(element: Node) -> str:
    """Status messages, and some peers in documents, write the code as text."""
    return "" if element.has("CodeNumber") or element.has("CodeNotation") else normalise_code(element.own_line("Code"))


def _business(action: Node) -> Business:
    said = action.line("BussinessDocType") or action.line("BusinessDocType")
    found = _member(Business, said or "0")
    if found is None:
        raise Unreadable("business_unknown", value=said)
    return found


def _priority(other: Node, notices: Notices) -> Priority:
    said = other.line("Priority")
    if said == _VENDOR_NORMAL:
        notices.add("priority_vendor")
        return Priority.NORMAL
    found = _member(Priority, said or "0")
    if found is None:
        notices.add("priority_unknown", value=said)
    return found if found is not None else Priority.NORMAL


def _steering(header: Node, notices: Notices) -> Steering:
    said = header.line("SteeringType") or header.child("OtherInfo").line("SteeringType")
    found = Steering.NONE if said in {"", "0"} else _member(Steering, said)
    if found is None:
        notices.add("steering_unknown", value=said)
    return found or Steering.NONE


def _member(codes: type[_Code], said: str) -> _Code | None:
    return next((member for member in codes if str(int(member)) == (said.lstrip("0") or said[:1])), None)


def _type(item: Node) -> DocumentType:
    return DocumentType(item.line("Type"), item.line("TypeDetail"), item.line("TypeName"))


def _signer(item: Node) -> Signer:
    return Signer(item.line("Competence"), item.line("Position"), item.line("FullName"))


def _lines(item: Node, name: str) -> tuple[str, ...]:
    return tuple(text for child in item.all(name) if (text := child.own_line(name)))


def _responses(header: Node) -> Iterator[ResponseFor]:
    for item in header.all("ResponseFor"):
        code = item.child("Code")
        document_id = item.document_id()
        printed = join_code(code.line("CodeNumber"), code.line("CodeNotation")) or _plain_code(code)
        answered = ResponseFor(
            organ_id=item.line("OrganId"),
            code=printed or (document_id.code if document_id else ""),
            document_id=document_id,
            issued=item.day("PromulgationDate"),
        )
        if answered != ResponseFor():
            yield answered


def _receiver_changes(change: Node, notices: Notices) -> Iterator[ReceiverChange]:
    for item in change.child("ReceiverList").all("Receiver"):
        said = item.line("ReceiverType")
        organ_id = item.line("OrganId")
        if said not in {"0", "1"}:
            notices.add("receiver_type_unknown", value=said)
        elif organ_id:
            yield ReceiverChange(organ_id, added=said == "1")


def _replacements(action: Node) -> Iterator[Replacement]:
    for item in action.child("ReplacementInfoList").all("ReplacementInfo"):
        document_id = item.document_id()
        if document_id:
            yield Replacement(document_id, _lines(item.child("OrganIdList"), "OrganId"))


def _staff(root: Node) -> Staff:
    item = root.anywhere("StaffInfo")
    if item is None:
        return Staff()
    return Staff(item.line("Department"), item.line("Staff"), item.line("Email"), item.line("Mobile"))


def _traces(root: Node) -> Iterator[Trace]:
    section = root.anywhere("TraceHeaderList")
    for item in section.all("TraceHeader") if section else ():
        trace = Trace(item.line("OrganId"), item.moment("Timestamp"))
        if trace != Trace():
            yield trace


def _signature(root: Node, notices: Notices) -> Signature | None:
    """Present or not, in whichever namespace; rsa-sha1 is what the standard prescribes and still no longer strong."""
    item = root.anywhere("Signature")
    if item is None:
        return None
    signed = item.child("SignedInfo")
    algorithm = _fragment(signed.child("SignatureMethod"))
    digest = _fragment(signed.child("Reference").child("DigestMethod"))
    if any(weak in name.lower() for weak in _WEAK for name in (algorithm, digest)):
        notices.add("signature_weak", algorithm=algorithm or digest)
    data = item.child("KeyInfo").child("X509Data")
    return Signature(algorithm, digest, data.line("X509SubjectName"))


_REPAIRS = frozenset({"prefix_bound", "ampersand_repaired", "control_removed"})


def _judged(signature: Signature, source: Source, notices: Notices, trust: Trust) -> Signature:
    repaired = any(notice.code in _REPAIRS for notice in notices.all())
    checked = check_signature(source.root, source.pieces, roots=trust.roots, at=trust.at, repaired=repaired)
    if checked is None:
        return signature
    subject = checked.subject or signature.subject
    return replace(signature, subject=subject, verdict=checked.verdict.value, reason=checked.reason)


def _fragment(item: Node) -> str:
    return item.attribute("Algorithm").rpartition("#")[2]
