"""The body of a document set out: grounds, headings, articles, clauses, points, tables."""

from __future__ import annotations

from phoihop.documents.components import (
    Article,
    Basis,
    Block,
    Clause,
    Heading,
    Paragraph,
    Point,
)
from phoihop.documents.components import Table as TableBlock
from phoihop.documents.items import Item, Run, Table, Text
from phoihop.documents.layouts import Layout


def set_body(blocks: tuple[Block, ...], layout: Layout) -> tuple[Item, ...]:
    """The blocks, one after the other."""
    return tuple(item for block in blocks for item in _set(block, layout))


def _set(block: Block, layout: Layout) -> tuple[Item, ...]:
    if isinstance(block, TableBlock):
        return (_table(block, layout),)
    if isinstance(block, Heading):
        return _heading(block)
    if isinstance(block, Paragraph):
        return (_paragraph(block, layout),)
    if isinstance(block, Basis):
        italic = layout.words.grounds_italic
        return (_body(layout, "grounds", Run(f"{layout.words.grounds_dash}{block.text}", italic=italic)),)
    if isinstance(block, Article):
        lead = f"Điều {block.number}." + (f" {block.title}" if block.title else "")
        return (_body(layout, "body", *_led(lead, block.text), with_next=not block.text),)
    if isinstance(block, Clause):
        lead = f"{block.number}. {block.title}" if block.title else ""
        text = block.text if block.title else f"{block.number}. {block.text}"
        return (_body(layout, "body", *_led(lead, text)),)
    if isinstance(block, Point):
        return (_body(layout, "body", Run(f"{block.letter}) {block.text}")),)
    raise TypeError(type(block).__name__)


def _led(lead: str, text: str) -> tuple[Run, ...]:
    if not lead:
        return (Run(text),)
    return (Run(lead, bold=True), Run(f" {text}")) if text else (Run(lead, bold=True),)


def _body(layout: Layout, part: str, *runs: Run, with_next: bool = False) -> Text:
    return Text(
        part,
        tuple(run for run in runs if run.text),
        align="justify",
        after=layout.spacing_after.use,
        first=layout.indent.use,
        line=layout.line.use,
        with_next=with_next,
    )


def _paragraph(block: Paragraph, layout: Layout) -> Text:
    runs = (*_led(block.lead, ""), Run(f" {block.text}")) if block.lead else (Run(block.text),)
    shaped = tuple(
        Run(run.text, bold=run.bold or block.bold or None, italic=block.italic or None) for run in runs if run.text
    )
    if block.centred:
        return Text("body", shaped, align="center", before=6, after=6, line=layout.line.use, with_next=True)
    return _body(layout, "body", *shaped)


def _heading(block: Heading) -> tuple[Item, ...]:
    title = block.title if block.level == "subsection" else block.title.upper()
    lines = [text for text in (block.label, title) if text]
    last = len(lines) - 1
    return tuple(
        Text(
            "heading",
            (Run(text),),
            align="center",
            before=6 if number == 0 else 0,
            after=6 if number == last else 0,
            with_next=True,
        )
        for number, text in enumerate(lines)
    )


def _table(block: TableBlock, layout: Layout) -> Table:
    columns = max([len(block.header), *(len(row) for row in block.rows)], default=1) or 1
    shares = block.shares if len(block.shares) == columns else (1,) * columns
    widths = tuple(layout.page.text_width * share / sum(shares) for share in shares)
    filled = tuple(row + ("",) * (columns - len(row)) for row in block.rows)
    header = block.header + ("",) * (columns - len(block.header)) if block.header else ()
    return Table(header, filled, widths)
