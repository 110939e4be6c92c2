"""What a file is, judged by its bytes: names and declared media types of peers are often wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEAD = 4096
_OLE_SEARCH = 512 * 1024
_EDXML_ROOT = re.compile(rb"<(?:[\w.\-]+:)?edXML[\s>]", re.IGNORECASE)
_MARKUP = re.compile(rb"<(?:\?xml|[A-Za-z!])")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its short ``name``, media type and the extensions (without dot) that honestly name it."""

    name: str
    media_type: str
    extensions: tuple[str, ...]


def _kind(name: str, media_type: str, *extensions: str) -> Kind:
    return Kind(name, media_type, extensions or (name,))


_OFFICE = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."

UNKNOWN = Kind("unknown", "application/octet-stream", ())
TEXT = _kind("text", "text/plain", "txt", "csv", "log", "md")
XML = _kind("xml", "application/xml", "xml", "xsd", "kml", "svg", "cap")
HTML = _kind("html", "text/html", "html", "htm")
EDXML = _kind("edxml", "application/xml", "edxml", "xml")
ZIP = _kind("zip", "application/zip")
OLE = _kind("ole", "application/x-ole-storage", "doc", "xls", "ppt", "msg", "vsd", "mpp")
PROGRAM = _kind("program", "application/x-msdownload", "exe", "dll", "com", "scr", "sys")
DOCX = _kind("docx", _OFFICE + "wordprocessingml.document", "docx", "docm", "dotx")
XLSX = _kind("xlsx", _OFFICE + "spreadsheetml.sheet", "xlsx", "xlsm")
PPTX = _kind("pptx", _OFFICE + "presentationml.presentation", "pptx", "pptm", "ppsx")
ODT = _kind("odt", _ODF + "text")
ODS = _kind("ods", _ODF + "spreadsheet")
ODP = _kind("odp", _ODF + "presentation")

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", _kind("pdf", "application/pdf")),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", _kind("rtf", "application/rtf", "rtf", "doc")),
    (b"\x89PNG\r\n\x1a\n", _kind("png", "image/png")),
    (b"\xff\xd8\xff", _kind("jpeg", "image/jpeg", "jpg", "jpeg")),
    (b"GIF87a", _kind("gif", "image/gif")),
    (b"GIF89a", _kind("gif", "image/gif")),
    (b"II*\x00", _kind("tiff", "image/tiff", "tif", "tiff")),
    (b"MM\x00*", _kind("tiff", "image/tiff", "tif", "tiff")),
    (b"Rar!\x1a\x07", _kind("rar", "application/vnd.rar")),
    (b"7z\xbc\xaf\x27\x1c", _kind("7z", "application/x-7z-compressed")),
    (b"\x1f\x8b", _kind("gzip", "application/gzip", "gz", "tgz")),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
)
_OLE_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("WordDocument", _kind("doc", "application/msword", "doc", "dot")),
    ("Workbook", _kind("xls", "application/vnd.ms-excel", "xls", "xlt")),
    ("PowerPoint Document", _kind("ppt", "application/vnd.ms-powerpoint", "ppt", "pps")),
)
_PACKAGES: tuple[tuple[str, Kind], ...] = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
_MIMETYPES: dict[str, Kind] = {kind.media_type: kind for kind in (ODT, ODS, ODP)}


def sniff(data: bytes) -> Kind:
    """The kind of ``data``. A ZIP is only told to be an office document by ``package_kind``."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return _ole_kind(data) if kind is OLE else kind
    return _markup_kind(data[:_HEAD])


def _ole_kind(data: bytes) -> Kind:
    head = data[:_OLE_SEARCH]
    tail = data[-_OLE_SEARCH:]
    for stream, kind in _OLE_STREAMS:
        name = stream.encode("utf-16-le")
        if name in head or name in tail:
            return kind
    return OLE


def _markup_kind(head: bytes) -> Kind:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", errors="replace").encode("utf-8")
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start or b"\x00" in start:
        return UNKNOWN
    if _EDXML_ROOT.search(start):
        return EDXML
    if start[:15].lower().startswith((b"<!doctype html", b"<html")):
        return HTML
    if _MARKUP.match(start):
        return XML
    return _text_kind(head)


def _text_kind(head: bytes) -> Kind:
    text = head.decode("utf-8", errors="ignore")
    lost = len(head) - len(text.encode("utf-8"))
    readable = all(sign.isprintable() or sign in "\r\n\t\f\ufeff" for sign in text)
    return TEXT if lost < 4 and readable else UNKNOWN


def package_kind(names: list[str], mimetype: str) -> Kind | None:
    """The office document that a ZIP with these member names is, or None for a plain archive.

    ``mimetype`` is the content of the member of that name (OpenDocument), or empty.
    """
    if mimetype in _MIMETYPES:
        return _MIMETYPES[mimetype]
    if "[Content_Types].xml" not in names:
        return None
    for folder, kind in _PACKAGES:
        if any(name.startswith(folder) for name in names):
            return kind
    return ZIP
