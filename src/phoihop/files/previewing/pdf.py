"""Pages of a PDF as pictures, with the words on each and where they stand. No script or link of the file survives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as raw

from phoihop.files.previewing.limits import MOST_PAGES, Refused
from phoihop.files.previewing.pictures import save_picture

LONGEST_SIDE = 1_600
"""Pixels: a page of A4 at 140 dots per inch."""
_MOST_SCALE = 4.0
_MOST_WORDS = 4_000
_MOST_CHARACTERS = 60_000


def read_pdf(path: Path, target: Path, *, first: int, count: int) -> dict[str, Any]:
    """Write ``page-N.webp`` for the pages from ``first`` on. Raises Refused."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise Refused("encrypted" if "password" in str(error).lower() else "damaged") from error
    pages = len(document)
    if pages > MOST_PAGES:
        raise Refused("too_many_pages")
    if pages == 0:
        raise Refused("damaged")
    document.init_forms()
    wanted = range(first, min(first + count, pages + 1))
    return {"pages": pages, "page": {str(number): _page(document, number, target) for number in wanted}}


def _page(document: pypdfium2.PdfDocument, number: int, target: Path) -> dict[str, Any]:
    try:
        page = document[number - 1]
        width, height = page.get_size()
    except pypdfium2.PdfiumError as error:
        raise Refused("damaged") from error
    if not (1 <= width <= 20_000 and 1 <= height <= 20_000):
        raise Refused("damaged")
    scale = min(_MOST_SCALE, LONGEST_SIDE / max(width, height))
    bitmap = page.render(scale=scale, may_draw_forms=True)
    save_picture(bitmap.to_pil(), target / f"page-{number}.webp")
    words = list(_words(page))
    return {"width": round(width, 1), "height": round(height, 1), "words": words}


@dataclass
class _Word:
    """Characters that stand together, and the box around them in points from the lower left corner."""

    text: str = ""
    box: list[float] = field(default_factory=list)

    def add(self, character: str, box: tuple[float, float, float, float]) -> None:
        self.text += character
        left, bottom, right, top = box
        if not self.box:
            self.box = [left, bottom, right, top]
        else:
            own = self.box
            self.box = [min(own[0], left), min(own[1], bottom), max(own[2], right), max(own[3], top)]

    def is_continued_by(self, box: tuple[float, float, float, float]) -> bool:
        """Whether a character in that box stands on the same line."""
        return not self.box or (box[1] < self.box[3] and box[3] > self.box[1] and box[0] > self.box[0] - 1)


def _words(page: pypdfium2.PdfPage) -> Iterator[list[Any]]:
    """Each word as text, left, top, width, height in points from the upper left corner of the page as shown."""
    text_page = page.get_textpage()
    word, given = _Word(), 0
    for index in range(min(text_page.count_chars(), _MOST_CHARACTERS)):
        character = chr(raw.FPDFText_GetUnicode(text_page, index) or 32)
        box = text_page.get_charbox(index, loose=True)
        is_blank = character.isspace() or not character.isprintable()
        if word.text and (is_blank or not word.is_continued_by(box)):
            yield _placed(page, word)
            word, given = _Word(), given + 1
        if not is_blank:
            word.add(character, box)
        if given >= _MOST_WORDS:
            return
    if word.text:
        yield _placed(page, word)


def _placed(page: pypdfium2.PdfPage, word: _Word) -> list[Any]:
    """Where the word stands on the page as it is drawn, whatever its rotation and crop."""
    width, height = (round(side) for side in page.get_size())
    corners = [_on_page(page, width, height, word.box[x], word.box[y]) for x, y in ((0, 1), (2, 3))]
    left, right = sorted(corner[0] for corner in corners)
    top, bottom = sorted(corner[1] for corner in corners)
    return [word.text, left, top, max(1, right - left), max(1, bottom - top)]


def _on_page(page: pypdfium2.PdfPage, width: int, height: int, x: float, y: float) -> tuple[float, float]:
    """PDFium answers in whole pixels; asking for a page ten times as large gives tenths of a point."""
    from ctypes import byref, c_int

    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, width * 10, height * 10, 0, x, y, byref(across), byref(down))
    return across.value / 10, down.value / 10
