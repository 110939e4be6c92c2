"""Text as it is found in a file: what it says, and in which sort of place it stands. Plain Python, no Django."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

Place = Literal["page", "header", "cell", "property", "name", "scan"]
"""``header`` is where stamps stand: headers, footers, text boxes, watermarks, annotations. ``name`` is a name inside
the file: of a sheet, of a packed file. ``scan`` is what was read off a picture."""

MOST_CHARACTERS: Final = 4_000_000


@dataclass(frozen=True)
class Passage:
    """A run of text. ``page`` counts pages, sheets or slides from 1; 0 is the whole file. ``key`` names a property."""

    place: Place
    text: str
    page: int = 0
    key: str = ""


class CannotRead(Exception):
    """The file cannot be read. ``code``: encrypted, damaged, too_large, too_many_pages, polyglot, embedded,
    too_slow."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Found:
    """What a reader found: the passages, the number of pages, and whether text was left out."""

    passages: tuple[Passage, ...]
    pages: int = 0
    truncated: bool = False


def gathered(passages: Iterable[Passage], *, pages: int = 0, truncated: bool = False) -> Found:
    """Passages up to the most that is kept; empty ones are dropped."""
    kept: list[Passage] = []
    left = MOST_CHARACTERS
    for one in passages:
        if not one.text.strip():
            continue
        if len(one.text) > left:
            kept.append(Passage(one.place, one.text[:left], one.page, one.key))
            return Found(tuple(kept), pages, truncated=True)
        left -= len(one.text)
        kept.append(one)
    return Found(tuple(kept), pages, truncated)


def numbered(texts: Iterable[str], place: Place, page: int = 0) -> Iterator[Passage]:
    """Passages of one place."""
    for text in texts:
        yield Passage(place, text, page)
