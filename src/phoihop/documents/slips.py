"""Phiếu giải quyết văn bản đến as a page to print, A4 or A5 (Phụ lục IV, NĐ 30/2020/NĐ-CP)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

import typst

from phoihop.documents.measuring import font_folder

PAPERS: Final = ("a4", "a5")


@dataclass(frozen=True)
class SlipPart:
    """One heading of the slip, what was said under it, and how many dotted lines stay for the pen."""

    heading: str
    lines: tuple[str, ...]
    blank: int


@dataclass(frozen=True)
class PrintedSlip:
    """What stands on the slip. A fact without a value is a dotted line. ``paper`` is one of ``PAPERS``."""

    office: str
    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[SlipPart, ...]
    paper: str


def write_slip(slip: PrintedSlip) -> bytes:
    """The slip as plain PDF: PDF/A would refuse letters the font lacks, and this sheet is only printed."""
    data = font_folder().parent
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()])
    compiler = typst.Compiler(data / "slip.typ", root=data, font_paths=fonts, ignore_system_fonts=True)
    inputs = {"slip": json.dumps(asdict(slip))}
    written = compiler.compile(format="pdf", sys_inputs=inputs, pdf_tags=False)
    if not isinstance(written, bytes):
        raise TypeError("typst gave no single file")
    return written
