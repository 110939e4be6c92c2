"""A set-out document as PDF/A-2b, by Typst. Nothing in it acts: no scripts, forms, links or attachments."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, Final

import typst

from phoihop.documents.components import Document
from phoihop.documents.composing import compose
from phoihop.documents.items import Box, Flow, Grid, Item, Rule, Run, Sheet, Table, Text
from phoihop.documents.layouts import Layout
from phoihop.documents.measuring import font_folder

_FONT: Final = "Liberation Serif"
_compiling: Final = Lock()  # the compiler keeps a world of its own between calls


def write_pdf(document: Document) -> bytes:
    """The document as PDF/A-2b with embedded fonts; see ``set_in_type`` for letters the fonts lack."""
    inputs = {"sheet": json.dumps(_sheet(compose(document)), ensure_ascii=False)}
    with _compiling:
        return set_in_type(_compiler(), inputs)


def set_in_type(compiler: typst.Compiler, inputs: dict[str, str], *, tagged: bool = True) -> bytes:
    """PDF/A-2b, or plain PDF where a text has letters that no font of ours has: PDF/A may not leave a letter blank."""
    try:
        written = compiler.compile(format="pdf", sys_inputs=inputs, pdf_standards="a-2b", pdf_tags=tagged)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        written = compiler.compile(format="pdf", sys_inputs=inputs, pdf_tags=tagged)
    if not isinstance(written, bytes):
        raise TypeError("typst gave no single file")
    return written


@cache
def _compiler() -> typst.Compiler:
    data = font_folder().parent
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()])
    return typst.Compiler(data / "document.typ", root=data, font_paths=fonts, ignore_system_fonts=True)


def _sheet(sheet: Sheet) -> dict[str, Any]:
    page = sheet.layout.page
    number = sheet.layout.part("page_number").size
    return {
        "title": sheet.title,
        "author": sheet.author,
        "day": {"year": sheet.day.year, "month": sheet.day.month, "day": sheet.day.day},
        "font": _FONT,
        "page": {
            "width": page.width,
            "height": page.height,
            "top": page.top.use,
            "bottom": page.bottom.use,
            "left": page.left.use,
            "right": page.right.use,
            "number_from_top": page.number_from_top,
            "number_size": number.use if number else 13,
        },
        "footer": _runs((Run(sheet.footer),), "address", sheet.layout) if sheet.footer else [],
        "items": _items(sheet.items, sheet.layout),
    }


def _items(items: Sequence[Item], layout: Layout) -> list[dict[str, Any]]:
    """Each item with the room above it: what the one before asks for and what it asks for itself, as in Word."""
    written, left_over = [], 0.0
    for number, item in enumerate(items):
        before = 0.0 if number == 0 else getattr(item, "before", 0.0) + left_over
        written.append({**_item(item, layout), "gap": before})
        left_over = getattr(item, "after", 0.0)
    return written


def _item(item: Item, layout: Layout) -> dict[str, Any]:
    if isinstance(item, Table):
        return _table(item, layout)
    if isinstance(item, Grid):
        rows = [[_items(cell, layout) for cell in row] for row in item.rows]
        named = {"columns": list(item.columns), "row_gap": item.row_gap, "together": item.together}
        return {"kind": "grid", "rows": rows, **named}
    if isinstance(item, Text | Rule | Box):
        return _flow(item, layout)
    return {"kind": "page"}


def _flow(item: Flow, layout: Layout) -> dict[str, Any]:
    if isinstance(item, Rule):
        return {"kind": "rule", "length": item.length}
    if isinstance(item, Box):
        runs = _runs((Run(item.text),), item.part, layout)
        return {"kind": "box", "runs": runs, "width": item.width, "height": item.height}
    return {
        "kind": "text",
        "runs": _runs(item.runs, item.part, layout),
        "size": _size(item.part, layout),
        "align": item.align,
        "first": item.first,
        "left": item.left,
        "line": item.line,
        "with_next": item.with_next,
    }


def _size(part: str, layout: Layout) -> float:
    size = layout.part(part).size
    return size.use if size else layout.part("body").size.use  # type: ignore[union-attr]


def _runs(runs: Sequence[Run], name: str, layout: Layout) -> list[dict[str, Any]]:
    part = layout.part(name)
    return [
        {
            "text": run.text,
            "size": _size(name, layout),
            "bold": bool(part.bold) if run.bold is None else run.bold,
            "italic": bool(part.italic) if run.italic is None else run.italic,
            "underlined": run.underlined,
        }
        for run in runs
    ]


def _table(item: Table, layout: Layout) -> dict[str, Any]:
    header = [_runs((Run(text, bold=True),), "table", layout) for text in item.header]
    rows = [[_runs((Run(text),), "table", layout)[0] for text in row] for row in item.rows]
    return {"kind": "table", "header": header, "rows": rows, "widths": list(item.widths)}
