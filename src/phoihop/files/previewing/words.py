"""A Word document as headings, paragraphs and tables: words and what is bold, nothing that could act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from phoihop.files.previewing.limits import MOST_BLOCKS, MOST_CHARACTERS, Refused
from phoihop.files.previewing.packed import open_packed, read_xml

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ?(\d)", re.IGNORECASE)
_OFF = {"0", "false", "none"}
_MOST_TABLE_ROWS = 500


def read_words(path: Path) -> dict[str, Any]:
    """The blocks of the main part in order. Raises Refused."""
    with open_packed(path) as packed:
        root = read_xml(packed, "word/document.xml")
        styles = read_xml(packed, "word/styles.xml")
    body = root.find(f"{_W}body") if root is not None else None
    if body is None:
        raise Refused("damaged")
    return _Reader(_heading_styles(styles)).read(body)


def _heading_styles(styles: etree._Element | None) -> dict[str, int]:
    """Outline levels (1–9) by the id of the style."""
    found: dict[str, int] = {}
    for style in styles.iter(f"{_W}style") if styles is not None else ():
        name = style.find(f"{_W}name")
        named = _HEADING.fullmatch(name.get(f"{_W}val", "")) if name is not None else None
        if named:
            found[style.get(f"{_W}styleId", "")] = int(named[1])
    return found


class _Reader:
    """Walks a document until it has shown enough of it."""

    def __init__(self, headings: dict[str, int]) -> None:
        self._headings = headings
        self._left = MOST_CHARACTERS

    def read(self, body: etree._Element) -> dict[str, Any]:
        blocks: list[dict[str, Any]] = []
        for block in self._blocks(body):
            if self._left <= 0 or len(blocks) >= MOST_BLOCKS:
                return {"blocks": blocks, "is_cut": True}
            blocks.append(block)
        return {"blocks": blocks, "is_cut": False}

    def _blocks(self, parent: etree._Element) -> Iterator[dict[str, Any]]:
        for child in parent.iterchildren(f"{_W}p", f"{_W}tbl", f"{_W}sdt", f"{_W}ins"):
            if child.tag == f"{_W}p":
                if block := self._paragraph(child):
                    yield block
            elif child.tag == f"{_W}tbl":
                yield {"kind": "table", "rows": self._rows(child)}
            else:
                content = child.find(f"{_W}sdtContent")
                yield from self._blocks(child if content is None else content)

    def _paragraph(self, paragraph: etree._Element) -> dict[str, Any] | None:
        runs = [run for run in self._runs(paragraph) if run["text"]]
        if not any(run["text"].strip() for run in runs):
            return None
        properties = paragraph.find(f"{_W}pPr")
        style, aligned, numbered = (_value(properties, name) for name in ("pStyle", "jc", "numPr/ilvl"))
        level = self._headings.get(style, 0)
        kind = f"h{min(level, 4)}" if level else "item" if numbered else "paragraph"
        return {"kind": kind, "align": aligned if aligned in {"center", "right", "end"} else "", "runs": runs}

    def _runs(self, paragraph: etree._Element) -> Iterator[dict[str, Any]]:
        for run in paragraph.iter(f"{_W}r"):
            if any(ancestor.tag in {f"{_W}del", f"{_W}moveFrom"} for ancestor in run.iterancestors()):
                continue
            text = "".join(_text(child) for child in run)
            self._left -= len(text)
            properties = run.find(f"{_W}rPr")
            yield {
                "text": text,
                **{name: _is_on(properties, tag) for name, tag in (("b", "b"), ("i", "i"), ("u", "u"))},
            }

    def _rows(self, table: etree._Element) -> list[list[dict[str, Any]]]:
        rows = []
        for row in list(table.iterchildren(f"{_W}tr"))[:_MOST_TABLE_ROWS]:
            cells = []
            for cell in row.iterchildren(f"{_W}tc"):
                paragraphs = [self._paragraph(one) for one in cell.iter(f"{_W}p")]
                span = _value(cell.find(f"{_W}tcPr"), "gridSpan")
                cells.append({"span": int(span) if span.isdigit() else 1, "blocks": [one for one in paragraphs if one]})
            rows.append(cells)
        return rows


def _text(child: etree._Element) -> str:
    if child.tag == f"{_W}t":
        return "".join(char for char in child.text or "" if char.isprintable())
    if child.tag in {f"{_W}tab", f"{_W}ptab"}:
        return " "
    if child.tag in {f"{_W}br", f"{_W}cr"}:
        return "\n"
    return "-" if child.tag == f"{_W}noBreakHyphen" else ""


def _value(properties: etree._Element | None, path: str) -> str:
    if properties is None:
        return ""
    found = properties.find("/".join(f"{_W}{name}" for name in path.split("/")))
    return found.get(f"{_W}val", "") if found is not None else ""


def _is_on(properties: etree._Element | None, name: str) -> bool:
    found = properties.find(f"{_W}{name}") if properties is not None else None
    return found is not None and found.get(f"{_W}val", "1") not in _OFF
