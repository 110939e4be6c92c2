"""Text of DOCX, XLSX and PPTX files, read from their XML. Nothing in them is run, followed or laid out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from lxml import etree

from phoihop.files.extraction.archives import Archive
from phoihop.files.extraction.passages import Found, Passage, gathered

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V: Final = "{urn:schemas-microsoft-com:vml}"
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_CELL: Final = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BREAKS: Final = {f"{_W}br", f"{_W}cr"}
MOST_CELLS: Final = 500_000
PROPERTIES: Final = ("docProps/core.xml", "docProps/custom.xml", "docProps/app.xml")


def read_word(path: Path | BinaryIO) -> Found:
    """Headers and footers, text boxes and watermarks first, then the document, notes, comments and properties."""
    archive = Archive(path)

    def passages() -> Iterator[Passage]:
        yield from _properties(archive)
        for start in ("word/header", "word/footer"):
            for name in archive.matching(start):
                yield from _word_part(archive, name, inside="header")
        yield from _word_part(archive, "word/document.xml")
        for name in ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml"):
            yield from _word_part(archive, name)

    return gathered(passages(), pages=1)


def _word_part(archive: Archive, name: str, *, inside: str = "page") -> Iterator[Passage]:
    root = archive.tree(name)
    if root is None:
        return
    for box in root.iter(f"{_W}txbxContent"):
        if not _is_fallback(box):
            yield Passage("header", "\n".join(_paragraphs(box)), 1)
    for drawn in root.iter(f"{_V}textpath"):
        yield Passage("header", drawn.get("string") or "", 1)
    text = "\n".join(_paragraphs(root))
    yield Passage("header" if inside == "header" else "page", text, 1)


def _is_fallback(element: etree._Element) -> bool:
    return any(parent.tag == f"{_MC}Fallback" for parent in element.iterancestors())


def _paragraphs(root: etree._Element) -> Iterator[str]:
    """Each paragraph as one text, those of text boxes apart; cells of a row are lines of their own."""
    for paragraph in root.iter(f"{_W}p"):
        if not _is_fallback(paragraph):
            yield "".join(_runs(paragraph))


def _runs(element: etree._Element) -> Iterator[str]:
    for child in element:
        if not isinstance(child.tag, str) or child.tag in (f"{_W}txbxContent", f"{_W}p", f"{_MC}Fallback"):
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag in _BREAKS:
            yield "\n"
        else:
            yield from _runs(child)


def read_sheets(path: Path | BinaryIO) -> Found:
    """Properties, names, headers, boxes and comments, then the cells: a row a line, cells apart by tabs."""
    archive = Archive(path)
    sheets = archive.matching("xl/worksheets/sheet")
    strings = _shared_strings(archive)
    left = [MOST_CELLS]

    def passages() -> Iterator[Passage]:
        yield from _properties(archive)
        yield from _sheet_names(archive)
        for start in ("xl/drawings/", "xl/comments", "xl/threadedComments/"):
            for name in archive.matching(start):
                yield from _drawn(archive, name)
        for page, name in enumerate(sheets, start=1):
            yield from _sheet(archive, name, page, strings, left)

    found = gathered(passages(), pages=len(sheets))
    return Found(found.passages, found.pages, found.truncated or left[0] <= 0)


def _shared_strings(archive: Archive) -> list[str]:
    root = archive.tree("xl/sharedStrings.xml")
    if root is None:
        return []
    return ["".join(node.text or "" for node in item.iter("{*}t")) for item in root.iter("{*}si")]


def _sheet_names(archive: Archive) -> Iterator[Passage]:
    root = archive.tree("xl/workbook.xml")
    if root is not None:
        for sheet in root.iter("{*}sheet"):
            yield Passage("name", sheet.get("name") or "")


def _sheet(archive: Archive, name: str, page: int, strings: list[str], left: list[int]) -> Iterator[Passage]:
    root = archive.tree(name)
    if root is None:
        return
    for part in root.iter("{*}oddHeader", "{*}oddFooter", "{*}evenHeader", "{*}evenFooter", "{*}firstHeader"):
        for piece in re.split(r"&[LCR]", part.text or ""):
            yield Passage("header", re.sub(r"&(?:\"[^\"]*\"|K[0-9A-Fa-f]{6}|[0-9]+|[A-Z])", "", piece), page)
    lines: list[str] = []
    for row in root.iter("{*}row"):
        cells = [_value(cell, strings) for cell in row.iter("{*}c")]
        left[0] -= len(cells)
        if left[0] <= 0:
            break
        if any(cells):
            lines.append("\t".join(cells))
    yield Passage("cell", "\n".join(lines), page)


def _value(cell: etree._Element, strings: list[str]) -> str:
    if cell.get("t") == "inlineStr":
        return "".join(node.text or "" for node in cell.iter("{*}t"))
    value = cell.findtext("{*}v") or ""
    if cell.get("t") == "s":
        return strings[int(value)] if value.isdecimal() and int(value) < len(strings) else ""
    return value


def read_slides(path: Path | BinaryIO) -> Found:
    """Properties, then the slides, a paragraph a line, then notes and comments."""
    archive = Archive(path)
    slides = archive.matching("ppt/slides/slide")

    def passages() -> Iterator[Passage]:
        yield from _properties(archive)
        for page, name in enumerate(slides, start=1):
            for one in _drawn(archive, name):
                yield Passage("header", one.text, page)
        for start in ("ppt/notesSlides/", "ppt/comments/"):
            for name in archive.matching(start):
                yield from _drawn(archive, name)

    return gathered(passages(), pages=len(slides))


def _drawn(archive: Archive, name: str) -> Iterator[Passage]:
    """Text of shapes and comments."""
    root = archive.tree(name)
    if root is None:
        return
    paragraphs = list(root.iter(f"{_A}p")) or list(root.iter("{*}comment", "{*}threadedComment"))
    for paragraph in paragraphs:
        yield Passage("header", "".join(node.text or "" for node in paragraph.iter("{*}t", "{*}text")))


def _properties(archive: Archive) -> Iterator[Passage]:
    """Core, custom and application properties by their names."""
    for name in PROPERTIES:
        root = archive.tree(name)
        if root is None:
            continue
        for element in root:
            if isinstance(element.tag, str):
                key = element.get("name") or etree.QName(element).localname
                text = " ".join(str(piece).strip() for piece in element.itertext() if piece.strip())
                yield Passage("property", text, 0, key)
