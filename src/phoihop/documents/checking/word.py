"""A DOCX as it is seen: paragraphs with the letters they have in the end, the tables they stand in, the sheets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from lxml import etree

from phoihop.documents.checking.seen import Letters, Line, Seen, SeenPage
from phoihop.documents.checking.word_styles import Properties, Styles, W, is_on, number, read_styles, value
from phoihop.documents.packages import MAIN_PART, not_word, read_package

_MM_PER_TWIP: Final = 25.4 / 1440
_MM_PER_EMU: Final = 1 / 36_000
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_SKIPPED: Final = {f"{W}del", f"{W}moveFrom", f"{W}txbxContent"}
_DRAWN: Final = {f"{W}drawing", f"{W}pict"}
_BREAKS: Final = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def read_word(data: bytes) -> Seen:
    """What a DOCX shows. Raises Invalid for a file that is none (``packages``)."""
    parts = read_package(data)
    trees = {name: _parsed(xml) for name, xml in parts.items() if name.startswith("word/") and name.endswith(".xml")}
    theme = next((tree for name, tree in trees.items() if name.startswith("word/theme/")), None)
    reader = _Reader(read_styles(trees.get("word/styles.xml"), theme))
    body = trees[MAIN_PART].find(f"{W}body")
    if body is None:
        raise not_word()
    sections = list(body.iter(f"{W}sectPr"))
    pages = tuple(page for section in sections if (page := _page(section)) is not None)
    reader.width = _text_width(pages)
    lines = tuple(reader.lines(body))
    headers = [tree for name, tree in trees.items() if name.startswith(("word/header", "word/footer"))]
    return Seen(
        pages=pages,
        lines=lines,
        numbers=tuple(line for tree in headers for line in reader.numbers(tree)),
        hides_first=bool(sections) and sections[0].find(f"{W}titlePg") is not None,
        drawn=reader.drawn,
    )


def _parsed(xml: bytes) -> etree._Element:
    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as broken:
        raise not_word() from broken


def _page(section: etree._Element) -> SeenPage | None:
    size, margin = section.find(f"{W}pgSz"), section.find(f"{W}pgMar")
    if size is None:
        return None
    lengths = {key: number(size.get(f"{W}{key}")) for key in ("w", "h")}
    sides = {key: number(margin.get(f"{W}{key}")) if margin is not None else None for key in _SIDES}
    millimetres = {key: None if one is None else abs(one) * _MM_PER_TWIP for key, one in sides.items()}
    return SeenPage((lengths["w"] or 0) * _MM_PER_TWIP, (lengths["h"] or 0) * _MM_PER_TWIP, **millimetres)


_SIDES: Final = ("top", "bottom", "left", "right")


def _text_width(pages: tuple[SeenPage, ...]) -> float:
    if not pages:
        return 160.0
    return pages[0].width - (pages[0].left or 0) - (pages[0].right or 0)


@dataclass(slots=True)
class _Reader:
    """Walks a body; ``drawn`` becomes True at a drawing that is no plain line of its paragraph."""

    styles: Styles
    width: float = 160.0
    drawn: bool = False
    tables: int = field(default=0)

    def lines(self, parent: etree._Element, width: float | None = None) -> Iterator[Line]:
        """Every paragraph below an element, in reading order."""
        for child in parent:
            if child.tag == f"{W}p":
                yield from self._paragraph(child, width or self.width).pieces()
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"}:
                yield from self.lines(child, width)

    def numbers(self, part: etree._Element) -> Iterator[Line]:
        """The paragraphs of a header or footer that count pages."""
        for paragraph in part.iter(f"{W}p"):
            fields = [text.text or "" for text in paragraph.iter(f"{W}instrText")]
            fields += [simple.get(f"{W}instr", "") for simple in paragraph.iter(f"{W}fldSimple")]
            if any("PAGE" in field.split() for field in fields):
                line = self._paragraph(paragraph, self.width)
                yield replace(line, cell=(0, 0, 0) if str(part.tag) == f"{W}ftr" else None)

    def _table(self, table: etree._Element) -> Iterator[Line]:
        self.tables += 1
        own = self.tables
        for row_number, row in enumerate(table.iter(f"{W}tr")):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            cells = row.findall(f"{W}tc")
            for column, cell in enumerate(cells):
                size = cell.find(f"{W}tcPr/{W}tcW")
                wide = number(size.get(f"{W}w")) if size is not None and size.get(f"{W}type") == "dxa" else None
                for line in self.lines(cell, wide * _MM_PER_TWIP if wide else self.width / len(cells)):
                    yield line if line.cell else replace(line, cell=(own, row_number, column), columns=len(cells))

    def _paragraph(self, paragraph: etree._Element, width: float) -> Line:
        style, shape = self.styles.paragraph(paragraph.find(f"{W}pPr"))
        letters = tuple(one for run in _runs(paragraph) for one in self._run(run, style))
        left, right = _length(shape, "left", "start"), _length(shape, "right", "end")
        return Line(
            letters=letters,
            align=_ALIGNED.get(value(shape, "jc") or "left"),
            first=_length(shape, "firstLine") - _length(shape, "hanging"),
            after=_after(shape),
            pitch=_pitch(shape),
            rules=(*_borders(shape, width - left - right), *self._drawn_lines(paragraph)),
        )

    def _run(self, run: etree._Element, style: str) -> Iterator[Letters]:
        properties = self.styles.run(style, run.find(f"{W}rPr"))
        if is_on(properties, "vanish"):
            return
        text = "".join(_words(run))
        if not text:
            return
        half_points = number(value(properties, "sz"))
        yield Letters(
            text=text.upper() if is_on(properties, "caps") else text,
            size=half_points / 2 if half_points is not None else 10.0,
            bold=is_on(properties, "b"),
            italic=is_on(properties, "i"),
            underlined=(value(properties, "u") or "none") != "none",
            font=self.styles.font(properties.get(f"{W}rFonts")),
            colour=_colour(properties),
        )

    def _drawn_lines(self, paragraph: etree._Element) -> tuple[float, ...]:
        lengths = []
        for drawing in (element for element in paragraph.iter() if element.tag in _DRAWN):
            extent = next(drawing.iter(f"{_WP}extent"), None)
            wide = number(extent.get("cx")) if extent is not None else None
            high = number(extent.get("cy")) if extent is not None else None
            if wide and (high or 0) * _MM_PER_EMU < 1:
                lengths.append(wide * _MM_PER_EMU)
            self.drawn = True
        return tuple(lengths)


def _runs(paragraph: etree._Element) -> Iterator[etree._Element]:
    """The runs that are shown: not deleted ones, not those of text boxes."""
    for child in paragraph:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{W}r":
            yield child
        elif isinstance(child.tag, str):
            yield from _runs(child)


def _words(run: etree._Element) -> Iterator[str]:
    for child in run:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            yield _BREAKS[child.tag]


_ALIGNED: Final = {
    "left": "left",
    "start": "left",
    "center": "center",
    "right": "right",
    "end": "right",
    "both": "justify",
    "distribute": "justify",
}


def _length(shape: Properties, *names: str) -> float:
    found = (number(value(shape, "ind", name)) for name in names)
    return next((one for one in found if one is not None), 0.0) * _MM_PER_TWIP


def _after(shape: Properties) -> float | None:
    if value(shape, "spacing", "afterAutospacing") in {"1", "true"}:
        return None
    twentieths = number(value(shape, "spacing", "after"))
    return (twentieths or 0.0) / 20


def _pitch(shape: Properties) -> float | None:
    if value(shape, "spacing", "lineRule") not in {None, "auto"}:
        return None
    return (number(value(shape, "spacing", "line")) or 240.0) / 240


def _borders(shape: Properties, width: float) -> tuple[float, ...]:
    borders = shape.get(f"{W}pBdr")
    if borders is None:
        return ()
    kinds = (side.get(f"{W}val") for side in borders if side.tag in {f"{W}top", f"{W}bottom"})
    return (width,) if any(kind not in {None, "nil", "none"} for kind in kinds) else ()


def _colour(properties: Properties) -> str | None:
    named = (value(properties, "color") or "auto").lower()
    return None if named in {"auto", "000000"} else named
