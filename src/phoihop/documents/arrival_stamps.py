"""Dấu "ĐẾN" as a page to print over an arrived paper (mẫu dấu Đến, Phụ lục IV, NĐ 30/2020/NĐ-CP)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

import typst

from phoihop.documents.measuring import font_folder

PLACES: Final = {"left": (25, 58), "right": (140, 48)}
"""Left and upper edge of the stamp on A4, in mm: below number and abstract, or below place and day."""


@dataclass(frozen=True)
class ArrivalStamp:
    """What stands in the stamp. A blank text is a dotted line for the pen. ``place`` is one of ``PLACES``."""

    office: str
    number: str
    day: str
    forwarded: str
    case_file: str
    place: str


def write_stamp(stamp: ArrivalStamp) -> bytes:
    """One A4 page as PDF with nothing but the stamp, 50 mm wide and 35 mm high, where it belongs."""
    data = font_folder().parent
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()])
    compiler = typst.Compiler(data / "arrival_stamp.typ", root=data, font_paths=fonts, ignore_system_fonts=True)
    left, top = PLACES[stamp.place]
    inputs = {"stamp": json.dumps({**asdict(stamp), "left": left, "top": top})}
    written = compiler.compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
    if not isinstance(written, bytes):
        raise TypeError("typst gave no single file")
    return written
