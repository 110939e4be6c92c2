"""How wide a text is in the letters documents are printed in, so that rules under it get their length.

Measured on the fonts that ship with us; Times New Roman has the same widths.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from threading import Lock
from typing import Final

from PIL import ImageFont

MM_PER_POINT: Final = 25.4 / 72
_MEASURED_AT: Final = 1000
_freetype: Final = Lock()  # a FreeType face must not be asked by two threads at once


@cache
def font_folder() -> Path:
    """The folder with the fonts that ship with us."""
    with as_file(files("phoihop.documents").joinpath("data/fonts")) as folder:
        return folder


@cache
def _font(bold: bool, italic: bool) -> ImageFont.FreeTypeFont:
    style = {(False, False): "Regular", (True, False): "Bold", (False, True): "Italic", (True, True): "BoldItalic"}
    path = font_folder() / f"LiberationSerif-{style[bold, italic]}.ttf"
    return ImageFont.truetype(path, _MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)


@cache
def _units(text: str, bold: bool, italic: bool) -> float:
    with _freetype:
        return _font(bold, italic).getlength(text)


def text_width(text: str, size: float, *, bold: bool = False, italic: bool = False) -> float:
    """Millimetres that a text of one line takes at ``size`` points."""
    return _units(text, bold, italic) * size / _MEASURED_AT * MM_PER_POINT


def longest_line(text: str, size: float, width: float, *, bold: bool = False, italic: bool = False) -> float:
    """Millimetres of the longest line when a text is broken at spaces to fit ``width`` millimetres."""
    if "\n" in text:
        return max(longest_line(part, size, width, bold=bold, italic=italic) for part in text.split("\n"))
    longest, line = 0.0, ""
    for word in text.split(" "):
        tried = f"{line} {word}" if line else word
        if line and text_width(tried, size, bold=bold, italic=italic) > width:
            longest = max(longest, text_width(line, size, bold=bold, italic=italic))
            tried = word
        line = tried
    return min(width, max(longest, text_width(line, size, bold=bold, italic=italic)))


def balanced(text: str, size: float, width: float, *, bold: bool = False) -> str:
    """The text, with one line break where two lines become most alike when it does not fit ``width`` millimetres."""
    words = text.split(" ")
    if len(words) < 2 or text_width(text, size, bold=bold) <= width:
        return text
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    longest = [max(text_width(half, size, bold=bold) for half in both) for both in halves]
    best = min(range(len(halves)), key=longest.__getitem__)
    return "\n".join(halves[best]) if longest[best] <= width else text
