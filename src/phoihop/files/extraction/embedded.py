"""What lies inside other files: pictures and embedded files of office documents, attachments and XMP of PDF.

An embedded file is read as if it had come alone, one level deep; one that cannot be read raises CannotRead
``embedded``, so that nothing passes unseen in a wrapping.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
from lxml import etree

from phoihop.files.extraction import office, plain
from phoihop.files.extraction.archives import Archive
from phoihop.files.extraction.passages import CannotRead, Found, Passage, gathered
from phoihop.files.extraction.pdf import read_pdf
from phoihop.files.extraction.pictures import read_picture

MOST_PICTURES: Final = 2
MOST_EMBEDDED: Final = 30
_PAGES: Final = 10
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")
_PICTURE_HEADS: Final = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_XMP: Final = re.compile(rb"<x:xmpmeta\b.{0,400000}?</x:xmpmeta>", re.DOTALL)
_XMP_WITHIN: Final = 32 * 1024 * 1024
_READERS: Final = (
    ("word/document.xml", office.read_word),
    ("xl/workbook.xml", office.read_sheets),
    ("ppt/presentation.xml", office.read_slides),
)


def look_inside_office(path: Path, found: Found) -> Found:
    """What was found, with the largest pictures as far as this machine reads them, and every embedded file."""
    archive = Archive(path)
    return _joined(found, [*_pictures(archive), *_embedded(archive)])


def look_inside_pdf(path: Path, found: Found) -> Found:
    """What was found, with its XMP properties and every attached file."""
    attached = [_attached(one) for one in _attachments(path)]
    return _joined(found, [*_xmp(path), *(passage for passages in attached for passage in passages)])


def _joined(found: Found, more: list[Passage]) -> Found:
    joined = gathered([*more, *found.passages], pages=found.pages)
    return Found(joined.passages, found.pages, found.truncated or joined.truncated)


def _pictures(archive: Archive) -> Iterator[Passage]:
    names = [name for name in archive.names if "/media/" in name and name.lower().endswith(_PICTURES)]
    for name in sorted(names, key=archive.size, reverse=True)[:MOST_PICTURES]:
        try:
            yield from read_picture(io.BytesIO(archive.read(name))).passages
        except CannotRead as error:
            if error.code != "damaged":  # a broken picture shows nobody anything
                raise


def _embedded(archive: Archive) -> Iterator[Passage]:
    names = [name for name in archive.names if "/embeddings/" in name and not name.endswith("/")]
    if len(names) > MOST_EMBEDDED:
        raise CannotRead("embedded")
    for name in names:
        yield from _read(archive.read(name))


def _attachments(path: Path) -> list[pdfium.PdfAttachment]:
    document = pdfium.PdfDocument(path)
    count = document.count_attachments()
    if count > MOST_EMBEDDED:
        raise CannotRead("embedded")
    return [document.get_attachment(index) for index in range(count)]


def _attached(one: pdfium.PdfAttachment) -> list[Passage]:
    try:
        content = bytes(one.get_data())
    except pdfium.PdfiumError as error:
        raise CannotRead("embedded") from error
    return [Passage("name", one.get_name()), *_read(content)]


def _read(content: bytes) -> tuple[Passage, ...]:
    """An embedded file by its first bytes. Raises CannotRead."""
    if not content or content.startswith(_PICTURE_HEADS):
        return ()
    if content.startswith(b"PK"):
        return _read_packed(content)
    if content.startswith(_OLE):
        if b"%PDF-" in content or b"PK\x03\x04" in content:
            raise CannotRead("embedded")
        return plain.old_office(content).passages
    if content.lstrip().startswith(b"%PDF-"):
        if pdfium.PdfDocument(content).count_attachments():
            raise CannotRead("embedded")
        return read_pdf(content, pages=_PAGES, scans=True).passages
    if b"\x00" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CannotRead("embedded")
    return (Passage("page", plain.decoded(content[: plain.MOST_BYTES]), 1),)


def _read_packed(content: bytes) -> tuple[Passage, ...]:
    names = Archive(io.BytesIO(content)).names
    reader = next((reader for part, reader in _READERS if part in names), None)
    if reader is None or any("/embeddings/" in name for name in names):
        raise CannotRead("embedded")
    return reader(io.BytesIO(content)).passages


def _xmp(path: Path) -> Iterator[Passage]:
    """Properties that a PDF repeats as XMP, where they are not packed."""
    with path.open("rb") as file:
        packet = _XMP.search(file.read(_XMP_WITHIN))
    if packet is None:
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    root = etree.fromstring(packet[0], parser)
    for element in root.iter() if root is not None else ():
        if isinstance(element.tag, str) and element.text and element.text.strip():
            named = next(
                (one for one in (element, *element.iterancestors()) if "rdf-syntax" not in str(one.tag)), element
            )
            yield Passage("property", element.text.strip(), 0, etree.QName(named).localname)
