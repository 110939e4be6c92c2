"""A body from plain text: what a person typed line by line becomes grounds, headings, articles, clauses and points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from phoihop.core.text import nfc
from phoihop.documents.components import Article, Basis, Block, Clause, Heading, Paragraph, Point, Table

_ARTICLE: Final = re.compile(r"Điều\s+(\d+[a-zđ]?)\.\s*(.*)")
_CLAUSE: Final = re.compile(r"(\d{1,2})\.\s+(.*)")
_POINT: Final = re.compile(r"([a-zđ])\)\s+(.*)")
_HEADING: Final = re.compile(r"(Phần|Chương|Mục|Tiểu mục)\s+([IVXLC]+|\d+|thứ\s+\w+)\.?\s*(.*)")
_ROMAN: Final = re.compile(r"[IVXLC]+[.\-]\s+\S.*")
_LEVELS: Final[dict[str, Literal["part", "chapter", "section", "subsection"]]] = {
    "Phần": "part",
    "Chương": "chapter",
    "Mục": "section",
    "Tiểu mục": "subsection",
}
_GROUNDS: Final = ("Căn cứ ", "- Căn cứ ", "Theo đề nghị ", "- Theo đề nghị ", "Xét đề nghị ", "- Xét đề nghị ")


def read_body(text: str) -> tuple[Block, ...]:
    """Blocks of a text; what is not recognised is a paragraph, so nothing is lost."""
    return read_lines([line.strip() for line in nfc(text).splitlines() if line.strip()])


def read_lines(lines: Sequence[str]) -> tuple[Block, ...]:
    """Blocks of lines. A line in capitals below a heading is its title; grounds stand before the first article."""
    blocks: list[Block] = []
    for line in lines:
        last = blocks[-1] if blocks else None
        if isinstance(last, Heading) and not last.title and line == line.upper() and any(map(str.isalpha, line)):
            blocks[-1] = replace(last, title=line)
            continue
        may_be_ground = not any(isinstance(block, Article | Clause | Heading) for block in blocks)
        blocks.append(_block(line, may_be_ground=may_be_ground))
    return tuple(blocks)


def _block(line: str, *, may_be_ground: bool) -> Block:
    marked = _marked(line)
    if marked is not None:
        return marked
    if may_be_ground and line.startswith(_GROUNDS):
        return Basis(line.removeprefix("- "))
    if found := _HEADING.fullmatch(line):
        word, number, title = found.groups()
        return Heading(_LEVELS[word], f"{word} {number}", title)
    if found := _ARTICLE.fullmatch(line):
        return Article(found[1], "", found[2])
    if found := _CLAUSE.fullmatch(line):
        return Clause(found[1], found[2])
    if found := _POINT.fullmatch(line):
        return Point(found[1], found[2])
    if line.endswith(":") and line == line.upper() and len(line) < 60:
        return Paragraph(line, bold=True, centred=True)
    return Paragraph(line, bold=bool(_ROMAN.fullmatch(line)) and line == line.upper())


def _marked(line: str) -> Block | None:
    if line.startswith("@căn cứ "):
        return Basis(line.removeprefix("@căn cứ "))
    if line.startswith("@giữa "):
        return Paragraph(line.removeprefix("@giữa "), bold=True, centred=True)
    if line.startswith("@bảng "):
        return Table(tuple(cell.strip() for cell in line.removeprefix("@bảng ").split("|")), ())
    return None


def close(blocks: Sequence[Block], sign: str) -> tuple[Block, ...]:
    """The blocks with the closing sign of the regime (``./.`` or ``.``) after the last words."""
    if not blocks or isinstance(blocks[-1], Table | Heading):
        return tuple(blocks)
    last = blocks[-1]
    bare = last.text.rstrip().removesuffix("./.").rstrip(".;, ")
    if isinstance(last, Article) and not bare:
        return tuple(blocks)
    return (*blocks[:-1], replace(last, text=f"{bare}{sign}"))
