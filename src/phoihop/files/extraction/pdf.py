"""Text of PDF files through PDFium: pages, annotations and properties; pages without text are read as pictures."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from phoihop.files.extraction.passages import CannotRead, Found, Passage, gathered
from phoihop.files.extraction.scans import SCANNED_PAGES, read_pixels

MOST_PAGES: Final = 5_000
_MOST_ANNOTATIONS: Final = 500
_LONGEST_STRING: Final = 65_536
_FEW_CHARACTERS: Final = 24
_DPI: Final = 200
_MOST_PIXELS: Final = 3_000


def read_pdf(path: Path | bytes, *, pages: int | None, scans: bool) -> Found:
    """The first ``pages`` pages, or all. ``scans`` reads the upper half of the first pages that have no text."""
    document = _opened(path)
    count = len(document)
    if count > MOST_PAGES:
        raise CannotRead("too_many_pages")
    wanted = count if pages is None else min(pages, count)
    return gathered(_passages(document, wanted, scans), pages=count, truncated=wanted < count)


def _opened(path: Path | bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        words = str(error).lower()
        raise CannotRead("encrypted" if "password" in words or "security" in words else "damaged") from error


def _passages(document: pdfium.PdfDocument, wanted: int, scans: bool) -> Iterator[Passage]:
    for key in document.METADATA_KEYS:
        if value := _property(document, key):
            yield Passage("property", value, 0, key)
    pictures = SCANNED_PAGES if scans else 0
    for index in range(wanted):
        try:
            page = document[index]
        except pdfium.PdfiumError:
            continue
        text = _text(page)
        yield Passage("page", text, index + 1)
        for note in _annotations(page):
            yield Passage("header", note, index + 1)
        if pictures and len(text.strip()) < _FEW_CHARACTERS:
            pictures -= 1
            yield Passage("scan", _scanned(page), index + 1)
        page.close()


def _property(document: pdfium.PdfDocument, key: str) -> str:
    """What the document says of itself; a value that is no sound text is read as far as it can be."""
    name = key.encode("ascii")
    size = raw.FPDF_GetMetaText(document.raw, name, None, 0)
    if not 2 < size <= _LONGEST_STRING:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDF_GetMetaText(document.raw, name, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _text(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    try:
        return str(textpage.get_text_range()).replace("\r\n", "\n").replace("\x02", "").replace("\ufffe", "")
    finally:
        textpage.close()


def _annotations(page: pdfium.PdfPage) -> Iterator[str]:
    """What notes, stamps and filled-in fields say."""
    count = min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_ANNOTATIONS)
    for index in range(count):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        if not annotation:
            continue
        for key in (b"Contents", b"Name", b"V"):
            yield _said(annotation, key)
        raw.FPDFPage_CloseAnnot(annotation)


def _said(annotation: object, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < size <= _LONGEST_STRING:
        return ""
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


def _scanned(page: pdfium.PdfPage) -> str:
    """The upper half of the page, where marks stand."""
    width, height = page.get_size()
    longest = max(width, height, 1.0)
    scale = min(_DPI / 72, _MOST_PIXELS / longest)
    bitmap = page.render(scale=scale, crop=(0, height / 2, 0, 0), grayscale=True)
    try:
        rows = (bytes(bitmap.buffer)[line * bitmap.stride :][: bitmap.width] for line in range(bitmap.height))
        return read_pixels(b"".join(rows), bitmap.width, bitmap.height)
    finally:
        bitmap.close()
