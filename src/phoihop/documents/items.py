"""What a set-out page consists of. Lengths are millimetres, spaces and sizes of letters points."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from phoihop.documents.layouts import Align, Layout


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one kind of letters; None leaves what the part says. ``tag`` names a blank to be filled in later."""

    text: str
    bold: bool | None = None
    italic: bool | None = None
    underlined: bool = False
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph in the letters of a part. ``first`` is the indent of its first line, ``left`` of all lines."""

    part: str
    runs: tuple[Run, ...]
    align: Align
    before: float = 0
    after: float = 0
    first: float = 0
    left: float = 0
    line: float = 1
    with_next: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line, in the middle of the room it stands in."""

    length: float
    before: float = 0
    after: float = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A framed mark; ``width`` 0 is as wide as its words ask."""

    text: str
    part: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Table:
    """A table with lines; the first row is repeated on every page."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    before: float = 0
    after: float = 6


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows starts on a page of its own."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Columns without lines. ``row_gap`` points between rows; ``together`` keeps all of it on one page."""

    columns: tuple[float, ...]
    rows: tuple[tuple[tuple[Text | Rule | Box, ...], ...], ...]
    row_gap: float = 0
    before: float = 0
    together: bool = False


Flow = Text | Rule | Box
Item = Flow | Table | NewPage | Grid


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole document set out; ``footer`` stands at the foot of page 1, ``day`` is its own or its rules' day."""

    layout: Layout
    title: str
    author: str
    language: str
    day: date
    items: tuple[Item, ...]
    footer: str = ""
