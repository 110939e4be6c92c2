"""Write one edXML file: strictly as QCVN 102:2016/BTTTT orders it, checked against our schema before it leaves.

Attachments never stand in the tree: each is zipped and encoded as it is written, so that memory stays flat.
"""

from __future__ import annotations

import base64
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files as resources
from typing import IO, BinaryIO

from lxml import etree

from .attachments import safe_name
from .model import UNIDENTIFIED, Business, DocumentId, EdxmlDocument, EdxmlStatus, OrganRef, ResponseFor, Staff
from .signing import Certified, add_signature, restored
from .source import NAMESPACE
from .values import VIETNAM

_PREFIX = "edXML"
_CHUNK = 57 * 4096
_IN_MEMORY = 1024 * 1024
_TIME = "%Y/%m/%d %H:%M:%S"
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Unwritable(Exception):
    """What is to be written does not satisfy the schema; ``detail`` names the first fault."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class OutFile:
    """One file to be attached; ``open`` is called once and gives its bytes from the beginning."""

    name: str
    media_type: str
    open: Callable[[], BinaryIO]
    description: str = ""


def write(
    message: EdxmlDocument | EdxmlStatus,
    files: Sequence[OutFile] = (),
    *,
    to: IO[bytes],
    certified: Certified | None = None,
) -> None:
    """Write a message with its files, each base64 of a ZIP as peers expect, signed when there is a certificate.

    ``message.attachments``, its warnings, digest and signature are not written. Raises ``Unwritable``.
    """
    root = _document(message, files) if isinstance(message, EdxmlDocument) else _status(message)
    check(root)
    with ExitStack() as stack:
        packed = [stack.enter_context(_packed(file)) for file in files]
        if certified is not None:
            header = root.find(f".//{{{NAMESPACE}}}edXMLHeader")
            assert header is not None
            add_signature(root, header, certified, lambda number: _encoded(packed[number]))
        skeleton = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        for piece in restored(skeleton, lambda number: _encoded(packed[number])):
            to.write(piece)


def check(root: etree._Element) -> None:
    """Raise ``Unwritable`` unless the tree satisfies our schema of the standard."""
    try:
        _schema().assertValid(root)
    except etree.DocumentInvalid as error:
        raise Unwritable(str(error)) from error


@cache
def _schema() -> etree.XMLSchema:
    path = resources("phoihop.dispatches").joinpath("data", "edxml.xsd")
    return etree.XMLSchema(etree.fromstring(path.read_bytes()))


def _packed(file: OutFile) -> IO[bytes]:
    """The file in a ZIP of its own, always the same bytes for the same content."""
    spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller's stack closes it
    with zipfile.ZipFile(spool, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(safe_name(file.name) or "tep-kem-theo", _EPOCH)
        member.compress_type = zipfile.ZIP_DEFLATED
        with file.open() as source, archive.open(member, "w", force_zip64=False) as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
    return spool


def _encoded(packed: IO[bytes]) -> Iterator[bytes]:
    packed.seek(0)
    while chunk := packed.read(_CHUNK):
        yield base64.b64encode(chunk)


# --- The tree ---------------------------------------------------------------------------------------------------------
def _root() -> tuple[etree._Element, etree._Element]:
    """The document element and the header in its envelope, which bears the prefix that peers look for."""
    root = etree.Element(f"{{{NAMESPACE}}}edXML", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # the stubs know no default namespace
    envelope = etree.SubElement(root, f"{{{NAMESPACE}}}edXMLEnvelope", nsmap={_PREFIX: NAMESPACE})
    return root, _add(envelope, "edXMLHeader")


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    child.text = text
    return child


def _maybe(parent: etree._Element, **texts: str) -> None:
    """Elements for those texts that are not empty, in order."""
    for name, text in texts.items():
        if text:
            _add(parent, name, text)


def _status(message: EdxmlStatus) -> etree._Element:
    root, top = _root()
    header = _add(top, "MessageHeader")
    _organ(_add(header, "From"), message.sender)
    _response(_add(header, "ResponseFor"), message.response_for)
    _staff(header, message.staff)
    _add(header, "StatusCode", message.status_code.value)
    _maybe(header, Description=message.description, Timestamp=_moment(message.at))
    return root


def _document(message: EdxmlDocument, files: Sequence[OutFile]) -> etree._Element:
    root, top = _root()
    _message_header(_add(top, "MessageHeader"), message)
    traces = _add(top, "TraceHeaderList")
    for trace in message.traces:
        item = _add(traces, "TraceHeader")
        _maybe(item, OrganId=trace.organ_id, Timestamp=_moment(trace.at))
    _business(_add(traces, "Bussiness"), message)
    envelope = root[0]
    manifest = _add(_add(envelope, "edXMLBody"), "edXMLManifest")
    manifest.set("version", "1.0")
    attached = _add(root, "AttachmentEncoded")
    for number, file in enumerate(files):
        _reference(_add(manifest, "Reference"), number, file)
        _attachment(_add(attached, "Attachment"), number, file)
    return root


def _message_header(header: etree._Element, message: EdxmlDocument) -> None:
    _organ(_add(header, "From"), message.sender)
    for receiver in message.receivers:
        _organ(_add(header, "To"), receiver)
    _maybe(header, DocumentId=_raw(message.document_id))
    code = _add(header, "Code")
    number = message.code_number
    if not number and not message.code_notation and not (message.document_id and message.document_id.code):
        number = message.code  # read from a peer who writes the code in one piece
    _maybe(code, CodeNumber=number, CodeNotation=message.code_notation)
    promulgation = _add(header, "PromulgationInfo")
    _maybe(promulgation, Place=message.promulgation_place, PromulgationDate=_day(message.promulgation_date))
    kind = _add(header, "DocumentType")
    _maybe(kind, Type=message.type.type, TypeDetail=message.type.detail, TypeName=message.type.name)
    _maybe(header, Subject=message.subject, Content=message.content)
    signer = message.signer
    _maybe(
        _add(header, "SignerInfo"), Competence=signer.competence, Position=signer.position, FullName=signer.full_name
    )
    _maybe(header, DueDate=_day(message.due_date))
    _other(_add(header, "OtherInfo"), message)
    for answered in message.response_for:
        _response(_add(header, "ResponseFor"), answered)
    _add(header, "SteeringType", str(int(message.steering)))
    _list(header, "ToPlaces", "Place", message.to_places)


def _other(other: etree._Element, message: EdxmlDocument) -> None:
    _add(other, "Priority", str(int(message.priority)))
    _maybe(
        other,
        SphereOfPromulgation=message.sphere,
        TyperNotation=message.typer_notation,
        PromulgationAmount=_number(message.copies),
        PageAmount=_number(message.pages),
        Direction="" if message.direction is None else str(message.direction).lower(),
    )
    _list(other, "Appendixes", "Appendix", message.appendixes)


def _business(item: etree._Element, message: EdxmlDocument) -> None:
    _maybe(item, DocumentId=_raw(message.business_document_id))
    _add(item, "BussinessDocType", str(int(message.business)))
    paper = "" if message.paper is None else str(int(message.paper))
    _maybe(item, BussinessDocReason=message.business_reason, Paper=paper)
    if message.updates_content or message.receiver_changes or message.business is Business.UPDATE:
        info = _add(item, "BussinessDocumentInfo")
        _add(info, "DocumentInfo", str(int(message.updates_content)))
        _add(info, "DocumentReceiver", str(int(bool(message.receiver_changes))))
        if message.receiver_changes:
            receivers = _add(info, "ReceiverList")
            for change in message.receiver_changes:
                receiver = _add(receivers, "Receiver")
                _add(receiver, "OrganId", change.organ_id)
                _add(receiver, "ReceiverType", str(int(change.added)))
    if message.replacements:
        replaced = _add(item, "ReplacementInfoList")
        for one in message.replacements:
            info = _add(replaced, "ReplacementInfo")
            _add(info, "DocumentId", one.document_id.raw)
            _list(info, "OrganIdList", "OrganId", one.organ_ids)
    _staff(item, message.staff)


def _organ(item: etree._Element, organ: OrganRef) -> None:
    _maybe(
        item,
        OrganId=organ.organ_id or (UNIDENTIFIED if organ.name else ""),
        OrganizationInCharge=organ.in_charge,
        OrganName=organ.name,
        OrganAdd=organ.address,
        Email=organ.email,
        Telephone=organ.telephone,
        Fax=organ.fax,
        Website=organ.website,
    )


def _response(item: etree._Element, answered: ResponseFor) -> None:
    _maybe(
        item,
        OrganId=answered.organ_id,
        Code=answered.code,
        DocumentId=_raw(answered.document_id),
        PromulgationDate=_day(answered.issued),
    )


def _staff(parent: etree._Element, staff: Staff) -> None:
    if staff != Staff():
        item = _add(parent, "StaffInfo")
        _maybe(item, Department=staff.department, Staff=staff.name, Email=staff.email, Mobile=staff.mobile)


def _reference(item: etree._Element, number: int, file: OutFile) -> None:
    _add(item, "ContentId", f"cid:{number + 1}")
    _add(item, "ContentType", "application/zip")
    _maybe(item, Description=file.description)
    _add(item, "AttachmentName", safe_name(file.name) or "tep-kem-theo")


def _attachment(item: etree._Element, number: int, file: OutFile) -> None:
    _add(item, "ContentId", f"cid:{number + 1}")
    _add(item, "AttachmentName", safe_name(file.name) or "tep-kem-theo")
    _maybe(item, Description=file.description)
    _add(item, "ContentType", "application/zip")
    encoded = etree.SubElement(item, f"{{{NAMESPACE}}}ContentTransferEncoded", nsmap={_PREFIX: NAMESPACE})
    encoded.text = f"@{number}"


def _list(parent: etree._Element, name: str, item: str, texts: Sequence[str]) -> None:
    if texts:
        found = _add(parent, name)
        for text in texts:
            _add(found, item, text)


def _raw(document_id: DocumentId | None) -> str:
    return document_id.raw if document_id else ""


def _day(day: date | None) -> str:
    return f"{day.year:04}/{day.month:02}/{day.day:02}" if day else ""


def _moment(at: datetime | None) -> str:
    return at.astimezone(VIETNAM).strftime(_TIME) if at else ""


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
