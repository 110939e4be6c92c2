"""Where words, lines and frames stand on the pages of a PDF, in millimetres from the upper left corner."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as raw

MM = 25.4 / 72


@dataclass(frozen=True)
class Words:
    """A found text: its page from 0, box in millimetres, size in points, font."""

    page: int
    left: float
    right: float
    baseline: float
    size: float
    font: str

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


def find_words(pdf: bytes, words: str, *, nth: int = 0) -> Words:
    """The nth place where the words stand. Fails when there is none."""
    document = pypdfium2.PdfDocument(pdf)
    for number, page in enumerate(document):
        text = page.get_textpage()
        searcher = text.search(words, match_case=True)
        while (found := searcher.get_next()) is not None:
            if nth:
                nth -= 1
                continue
            return _words(page, text, number, *found)
    raise AssertionError(f"{words!r} stands nowhere")


def _words(page: pypdfium2.PdfPage, text: pypdfium2.PdfTextPage, number: int, start: int, count: int) -> Words:
    boxes = [text.get_charbox(index, loose=True) for index in (start, start + count - 1)]
    x, y = ctypes.c_double(), ctypes.c_double()
    raw.FPDFText_GetCharOrigin(text, start, x, y)
    name = ctypes.create_string_buffer(200)
    raw.FPDFText_GetFontInfo(text, start, name, 200, ctypes.c_int())
    return Words(
        page=number,
        left=boxes[0][0] * MM,
        right=boxes[1][2] * MM,
        baseline=(page.get_height() - y.value) * MM,
        size=round(raw.FPDFText_GetFontSize(text, start), 1),
        font=name.value.decode().split("+")[-1],
    )


@dataclass(frozen=True)
class Drawn:
    """A drawn line or frame of the first page."""

    left: float
    right: float
    top: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top


def drawn(pdf: bytes, page: int = 0) -> list[Drawn]:
    """Everything drawn on a page that is no text."""
    sheet = pypdfium2.PdfDocument(pdf)[page]
    height = sheet.get_height()
    boxes = [one.get_bounds() for one in sheet.get_objects() if one.type == raw.FPDF_PAGEOBJ_PATH]
    return [
        Drawn(left * MM, right * MM, (height - top) * MM, (height - bottom) * MM) for left, bottom, right, top in boxes
    ]
