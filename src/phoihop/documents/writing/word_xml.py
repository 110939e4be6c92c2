"""The paragraphs, rules, frames and tables of Word, as its XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape

from phoihop.documents.items import Box, Flow, Grid, Item, Rule, Run, Table, Text
from phoihop.documents.layouts import Layout
from phoihop.documents.measuring import MM_PER_POINT
from phoihop.documents.writing.word_styles import style_id

_NS: Final = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_JUSTIFIED: Final = {"justify": "both", "left": "left", "center": "center", "right": "right"}
_SIDES: Final = ("top", "left", "bottom", "right", "insideH", "insideV")
_TAGS: Final = {"so": "Số", "ngay": "Ngày", "thang": "Tháng", "nam": "Năm"}


def _twips(millimetres: float) -> int:
    return round(millimetres / MM_PER_POINT * 20)


def flow_xml(items: Sequence[Item], layout: Layout) -> Iterator[str]:
    """The block elements of a body. Word needs a paragraph between two tables, and after one at the end."""
    table_before = False
    for item in items:
        is_table = isinstance(item, Grid | Table)
        if is_table and table_before:
            yield _gap(1)
        if isinstance(item, Grid):
            if item.before:
                yield _gap(item.before)
            yield _grid(item, layout)
        elif isinstance(item, Table):
            yield _table(item, layout)
            yield _gap(item.after)
        elif isinstance(item, Text | Rule | Box):
            yield _flow(item, layout)
        else:
            yield f'<w:p {_NS}><w:r><w:br w:type="page"/></w:r></w:p>'
        table_before = isinstance(item, Grid)
    if table_before:
        yield _gap(1)


def run_xml(text: str, *, bold: bool | None = None, italic: bool | None = None, underlined: bool = False) -> str:
    """A run; None leaves what the style says."""
    marks = "".join(
        f"<w:{mark}/>" if value else f'<w:{mark} w:val="0"/>'
        for mark, value in (("b", bold), ("i", italic))
        if value is not None
    )
    line = '<w:u w:val="single"/>' if underlined else ""
    lines = (f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in text.split("\n"))
    return f"<w:r {_NS}><w:rPr>{marks}{line}</w:rPr>{'<w:br/>'.join(lines)}</w:r>"


def page_number_xml() -> Iterator[str]:
    """The runs of the field that Word counts pages with."""
    for inside in (
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>2</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    ):
        yield f"<w:r {_NS}>{inside}</w:r>"


def _gap(points: float) -> str:
    height = max(20, round(points * 20))
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{height}" w:lineRule="exact"/>'
    return f'<w:p {_NS}><w:pPr>{spacing}<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'


def _run(run: Run) -> str:
    written = run_xml(run.text, bold=run.bold, italic=run.italic, underlined=run.underlined)
    if not run.tag:
        return written
    about = f'<w:alias w:val="{_TAGS[run.tag]}"/><w:tag w:val="{run.tag}"/><w:text/>'
    return f"<w:sdt {_NS}><w:sdtPr>{about}</w:sdtPr><w:sdtContent>{written}</w:sdtContent></w:sdt>"


def _flow(item: Flow, layout: Layout, *, with_next: bool = False) -> str:
    if isinstance(item, Rule):
        return _rule(item, layout.page.text_width, with_next)
    if isinstance(item, Box):
        return _box(item, layout.page.text_width)
    return _text(item, with_next)


def _text(item: Text, with_next: bool = False) -> str:
    keep = "<w:keepNext/>" if item.with_next or with_next else ""
    spacing = (
        f'<w:spacing w:before="{round(item.before * 20)}" w:after="{round(item.after * 20)}" '
        f'w:line="{round(item.line * 240)}" w:lineRule="auto"/>'
    )
    indent = f'<w:ind w:left="{_twips(item.left)}" w:firstLine="{_twips(item.first)}"/>'
    style = f'<w:pStyle w:val="{style_id(item.part)}"/>'
    properties = f'{style}{keep}{spacing}{indent}<w:jc w:val="{_JUSTIFIED[item.align]}"/>'
    return f"<w:p {_NS}><w:pPr>{properties}</w:pPr>{''.join(_run(run) for run in item.runs)}</w:p>"


def _rule(item: Rule, width: float, with_next: bool = False) -> str:
    """A line as the upper border of a low, empty paragraph, indented from both sides to its length."""
    side = max(0, _twips((width - item.length) / 2))
    keep = "<w:keepNext/>" if with_next else ""
    border = '<w:pBdr><w:top w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>'
    spacing = f'<w:spacing w:before="{round(item.before * 20)}" w:after="{round(item.after * 20)}"'
    shape = f'{spacing} w:line="40" w:lineRule="exact"/><w:ind w:left="{side}" w:right="{side}"/>'
    return f'<w:p {_NS}><w:pPr>{keep}{border}{shape}<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'


def _box(item: Box, width: float) -> str:
    """A framed mark: a table of one cell, in the middle."""
    own = item.width or min(width, 4 + 3.2 * len(item.text))
    cell = f'<w:tcPr><w:tcW w:w="{_twips(own)}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
    style = f'<w:pPr><w:pStyle w:val="{style_id(item.part)}"/><w:jc w:val="center"/></w:pPr>'
    row = f'<w:trPr><w:trHeight w:val="{_twips(item.height)}" w:hRule="exact"/></w:trPr>'
    inside = f"<w:tr>{row}<w:tc>{cell}<w:p>{style}{run_xml(item.text)}</w:p></w:tc></w:tr>"
    lines = "".join(f'<w:{side} w:val="single" w:sz="6" w:color="000000"/>' for side in _SIDES[:4])
    return _table_xml((own,), inside, f'<w:jc w:val="center"/><w:tblBorders>{lines}</w:tblBorders>')


def _table_xml(widths: Sequence[float], rows: str, more: str, margin: float = 0) -> str:
    """Properties in the order Word asks for: width, place, lines, layout, room inside cells."""
    columns = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    inside = "".join(f'<w:{side} w:w="{_twips(margin)}" w:type="dxa"/>' for side in ("left", "right"))
    properties = (
        f'<w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/>{more}'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{inside}</w:tblCellMar>'
    )
    return f"<w:tbl {_NS}><w:tblPr>{properties}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{rows}</w:tbl>"


def _grid(item: Grid, layout: Layout) -> str:
    last = len(item.rows) - 1
    rows = []
    for number, row in enumerate(item.rows):
        gap = item.row_gap if number < last else 0
        cells = "".join(
            _cell(cell, width, gap, item.together, layout) for cell, width in zip(row, item.columns, strict=True)
        )
        rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    lines = "".join(f'<w:{side} w:val="nil"/>' for side in _SIDES)
    return _table_xml(item.columns, "".join(rows), f"<w:tblBorders>{lines}</w:tblBorders>")


def _cell(items: Sequence[Flow], width: float, gap: float, together: bool, layout: Layout) -> str:
    written = []
    for item in items:
        if isinstance(item, Rule):
            written.append(_rule(item, width, together))
        elif isinstance(item, Box):
            written.append(_box(item, width))
        else:
            written.append(_flow(item, layout, with_next=together))
    if gap or not items or isinstance(items[-1], Box):
        written.append(_gap(gap or 1))  # a cell ends with a paragraph
    own = f'<w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/></w:tcPr>'
    return f"<w:tc>{own}{''.join(written)}</w:tc>"


def _table(item: Table, layout: Layout) -> str:
    rows = [_table_row(item.header, item.widths, header=True)] if item.header else []
    rows += [_table_row(row, item.widths) for row in item.rows]
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>' for side in _SIDES)
    return _table_xml(item.widths, "".join(rows), f"<w:tblBorders>{lines}</w:tblBorders>", margin=1.9)


def _table_row(texts: Sequence[str], widths: Sequence[float], *, header: bool = False) -> str:
    align = "center" if header else "left"
    style = f'<w:pPr><w:pStyle w:val="{style_id("table")}"/><w:jc w:val="{align}"/></w:pPr>'
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/></w:tcPr>'
        f"<w:p>{style}{run_xml(text, bold=header or None)}</w:p></w:tc>"
        for text, width in zip(texts, widths, strict=True)
    )
    again = "<w:tblHeader/>" if header else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{again}</w:trPr>{cells}</w:tr>"
