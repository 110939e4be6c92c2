"""edXML files made for tests: made-up offices, marked DIỄN TẬP, one fault at a time."""

from __future__ import annotations

import base64
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO

from phoihop.dispatches.edxml import EdxmlDocument, EdxmlStatus, Limits, Unreadable, read

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PDF = b"%PDF-1.4\n% " + "Công văn DIỄN TẬP".encode() + b"\n%%EOF\n"


@dataclass(frozen=True)
class File:
    """One attachment of a test message; ``encoded`` overrides what is sent."""

    name: str = "cong-van.pdf"
    data: bytes = PDF
    content_type: str = "application/pdf"
    content_id: str = "cid:1"
    encoded: str | None = None

    def text(self) -> str:
        return base64.b64encode(self.data).decode() if self.encoded is None else self.encoded


@dataclass(frozen=True)
class Message:
    """A document message; every part can be replaced by other XML, or removed with an empty string."""

    sender: str = "<e:From><e:OrganId>000.00.01.T01</e:OrganId><e:OrganName>UBND tỉnh Diễn Tập</e:OrganName></e:From>"
    receivers: str = "<e:To><e:OrganId>000.00.01.T02</e:OrganId><e:OrganName>Sở Nội vụ</e:OrganName></e:To>"
    document_id: str = "000.00.01.T01,2026/03/05,12/UBND-VP"
    code: str = "<e:Code><e:CodeNumber>12</e:CodeNumber><e:CodeNotation>UBND-VP</e:CodeNotation></e:Code>"
    issued: str = "2026/03/05"
    subject: str = "DIỄN TẬP: V/v phối hợp phòng, chống bão"
    due: str = "2026/03/20"
    other: str = "<e:Priority>2</e:Priority><e:PageAmount>3</e:PageAmount>"
    extra: str = "<e:SteeringType>2</e:SteeringType>"
    traces: str = "<e:TraceHeader><e:OrganId>null</e:OrganId></e:TraceHeader>"
    business: str = "<e:BussinessDocType>0</e:BussinessDocType>"
    after_header: str = ""
    manifest: str | None = None
    files: tuple[File, ...] = (File(),)
    root: str = f'<edXML xmlns="{NAMESPACE}" xmlns:e="{NAMESPACE}">'
    declaration: str = '<?xml version="1.0" encoding="UTF-8"?>\n'

    def but(self, **changes: object) -> Message:
        return replace(self, **changes)  # type: ignore[arg-type]  # the names are checked at run time

    def header(self) -> str:
        return (
            f"<e:MessageHeader>{self.sender}{self.receivers}<e:DocumentId>{self.document_id}</e:DocumentId>{self.code}"
            f"<e:PromulgationInfo><e:Place>Huế</e:Place><e:PromulgationDate>{self.issued}</e:PromulgationDate>"
            "</e:PromulgationInfo><e:DocumentType><e:Type>1</e:Type><e:TypeName>Công văn</e:TypeName></e:DocumentType>"
            f"<e:Subject>{self.subject}</e:Subject><e:Content>Nội dung</e:Content>"
            "<e:SignerInfo><e:Competence>KT. CHỦ TỊCH</e:Competence>"
            "<e:FullName>Trần Thị Mẫu</e:FullName></e:SignerInfo>"
            f"<e:DueDate>{self.due}</e:DueDate><e:OtherInfo>{self.other}</e:OtherInfo>{self.extra}</e:MessageHeader>"
            f"<e:TraceHeaderList>{self.traces}<e:Bussiness>{self.business}</e:Bussiness></e:TraceHeaderList>"
        )

    def text(self) -> str:
        references = self.manifest
        if references is None:
            references = "".join(
                f"<e:Reference><e:ContentId>{file.content_id}</e:ContentId>"
                f"<e:AttachmentName>{file.name}</e:AttachmentName></e:Reference>"
                for file in self.files
            )
        attachments = "".join(
            f"<Attachment><ContentId>{file.content_id}</ContentId><AttachmentName>{file.name}</AttachmentName>"
            f"<ContentType>{file.content_type}</ContentType>"
            f"<e:ContentTransferEncoded>{file.text()}</e:ContentTransferEncoded></Attachment>"
            for file in self.files
        )
        return (
            f"{self.declaration}{self.root}<e:edXMLEnvelope><e:edXMLHeader>{self.header()}{self.after_header}"
            f"</e:edXMLHeader><e:edXMLBody><e:edXMLManifest>{references}</e:edXMLManifest></e:edXMLBody>"
            f"</e:edXMLEnvelope><AttachmentEncoded>{attachments}</AttachmentEncoded></edXML>"
        )

    def data(self) -> bytes:
        return self.text().encode()


def status(code: str = "03", answered: str | None = None, sender: str = Message.sender) -> bytes:
    if answered is None:
        answered = (
            "<e:ResponseFor><e:OrganId>000.00.01.T02</e:OrganId><e:Code>7/SNV-VP</e:Code>"
            "<e:DocumentId>000.00.01.T02,2026/03/01,7/SNV-VP</e:DocumentId></e:ResponseFor>"
        )
    return (
        f'<edXML xmlns:e="{NAMESPACE}"><e:edXMLEnvelope><e:edXMLHeader><e:MessageHeader>{sender}{answered}'
        "<e:StaffInfo><e:Staff>Lê Văn Thử</e:Staff></e:StaffInfo>"
        f"<e:StatusCode>{code}</e:StatusCode><e:Description>Đã tiếp nhận</e:Description>"
        "<e:Timestamp>2026/03/02 08:30:00</e:Timestamp></e:MessageHeader></e:edXMLHeader></e:edXMLEnvelope></edXML>"
    ).encode()


def zipped(members: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def document(data: bytes | Message, limits: Limits | None = None) -> EdxmlDocument:
    found = read(data.data() if isinstance(data, Message) else data, limits=limits or Limits())
    assert isinstance(found, EdxmlDocument)
    return found


def status_message(data: bytes) -> EdxmlStatus:
    found = read(data)
    assert isinstance(found, EdxmlStatus)
    return found


def warned(found: EdxmlDocument | EdxmlStatus) -> set[str]:
    return {notice.code for notice in found.warnings}


def refusal(data: bytes | Message, limits: Limits | None = None) -> Unreadable:
    try:
        document(data, limits)
    except Unreadable as refused:
        return refused
    raise AssertionError("the file was read")
