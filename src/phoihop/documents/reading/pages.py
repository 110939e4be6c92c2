"""Lines of PDF pages through PDFium. Plain Python, no Django; meant for a confined process or for our own files."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from phoihop.documents.reading.lines import Line, joined_rows

_BOLD: Final = 600
_MOST_CHARACTERS: Final = 40_000
_ITALIC_FLAG: Final = 1 << 6


@dataclass(frozen=True)
class _Letter:
    text: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    heavy: bool
    slanted: bool


def page_lines(page: pdfium.PdfPage, number: int) -> list[Line]:
    """The lines of a page's text layer, in reading order."""
    width, height = page.get_size()
    textpage = page.get_textpage()
    try:
        words = list(_words(_letters(textpage)))
    finally:
        textpage.close()
    pieces = [_piece(word, number, width, height) for word in words]
    return joined_rows(pieces, ratio=height / width)


def _letters(textpage: pdfium.PdfTextPage) -> Iterator[_Letter | None]:
    """Letters in the file's order; None where a word ends."""
    name = ctypes.create_string_buffer(256)
    flags = ctypes.c_int()
    for index in range(min(textpage.count_chars(), _MOST_CHARACTERS)):
        code = raw.FPDFText_GetUnicode(textpage.raw, index)
        if code <= 32 or code in (0xA0, 0xFFFE) or 0xD800 <= code < 0xE000:
            yield None
            continue
        left, bottom, right, top = textpage.get_charbox(index, loose=True)
        raw.FPDFText_GetFontInfo(textpage.raw, index, name, len(name), ctypes.byref(flags))
        font = name.value.decode("latin-1").lower()
        heavy = "bold" in font or raw.FPDFText_GetFontWeight(textpage.raw, index) >= _BOLD
        slanted = "ital" in font or "obli" in font or bool(flags.value & _ITALIC_FLAG)
        size = float(raw.FPDFText_GetFontSize(textpage.raw, index)) or 1.0
        yield _Letter(chr(code), left, bottom, right, top, size, heavy, slanted)


def _words(letters: Iterator[_Letter | None]) -> Iterator[list[_Letter]]:
    word: list[_Letter] = []
    for letter in letters:
        if word and (letter is None or _is_apart(word[-1], letter)):
            yield word
            word = []
        if letter is not None:
            word.append(letter)
    if word:
        yield word


def _is_apart(last: _Letter, letter: _Letter) -> bool:
    tall = max(last.top - last.bottom, letter.top - letter.bottom, 1.0)
    return (
        letter.left - last.right > 0.6 * tall
        or last.left - letter.left > tall
        or abs(letter.bottom - last.bottom) > 0.6 * tall
    )


def _piece(word: list[_Letter], number: int, width: float, height: float) -> Line:
    heavy = sum(one.heavy for one in word) * 2 > len(word)
    slanted = sum(one.slanted for one in word) * 2 > len(word)
    tops = sorted(one.top for one in word)
    bottoms = sorted(one.bottom for one in word)
    top, bottom = tops[len(tops) // 2], bottoms[len(bottoms) // 2]
    return Line(
        text="".join(one.text for one in word),
        page=number,
        left=min(one.left for one in word) / width,
        right=max(one.right for one in word) / width,
        top=1 - top / height,
        bottom=1 - bottom / height,
        size=(top - bottom) / height,
        heavy=heavy,
        slanted=slanted,
    )
