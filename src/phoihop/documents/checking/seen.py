"""What can be seen of a document, wherever it was read from. None: the file does not say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from phoihop.core.text import fold, nfc


@dataclass(frozen=True, slots=True)
class Letters:
    """A stretch of text in one kind of letters; size in points."""

    text: str
    size: float | None = None
    bold: bool | None = None
    italic: bool | None = None
    underlined: bool | None = None
    font: str | None = None
    colour: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a line of a page. Lengths are millimetres, spacing points, ``pitch`` lines of text.

    ``cell`` is (table, row, column) and ``columns`` how many its row has; ``rules`` are lengths of lines drawn at it.
    """

    letters: tuple[Letters, ...]
    align: str | None = None
    first: float | None = None
    after: float | None = None
    pitch: float | None = None
    cell: tuple[int, int, int] | None = None
    columns: int = 0
    rules: tuple[float, ...] = ()
    shared: bool = False

    @property
    def text(self) -> str:
        """The words, with single spaces."""
        return nfc(" ".join("".join(one.text for one in self.letters).split()))

    @property
    def folded(self) -> str:
        """The words in small letters without marks, for recognising."""
        return fold(self.text)

    def main(self, name: str) -> object:
        """The value of ``size``, ``bold``, ``italic`` or ``font`` that most of its letters have."""
        counted: Counter[object] = Counter()
        for one in self.letters:
            counted[getattr(one, name)] += len(one.text.replace(" ", ""))
        counted = +counted
        return counted.most_common(1)[0][0] if counted else None

    def pieces(self) -> tuple[Line, ...]:
        """The line taken apart at line ends, and at tabs: people set two columns that way."""
        rows = self._apart("\n")
        return tuple(piece for row in rows for piece in row._columns())

    def _columns(self) -> tuple[Line, ...]:
        made = self._apart("\t")
        return tuple(replace(one, align=None, shared=True) for one in made) if len(made) > 1 else (self,)

    def _apart(self, sign: str) -> tuple[Line, ...]:
        parts: list[list[Letters]] = [[]]
        for one in self.letters:
            for number, text in enumerate(one.text.split(sign)):
                if number:
                    parts.append([])
                if text.strip():
                    parts[-1].append(replace(one, text=text))
        made = tuple(replace(self, letters=tuple(part)) for part in parts if part)
        return made if len(made) > 1 else (self,)


@dataclass(frozen=True, slots=True)
class SeenPage:
    """A section's or a page's sheet in millimetres; margins None when only a picture of the page is known."""

    width: float
    height: float
    top: float | None = None
    bottom: float | None = None
    left: float | None = None
    right: float | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A whole document. ``numbers`` are the lines that hold page numbers; ``hides_first`` whether page 1 shows none.

    ``drawn`` tells that there are drawn things whose place and length are not known.
    """

    pages: tuple[SeenPage, ...]
    lines: tuple[Line, ...]
    numbers: tuple[Line, ...] | None = None
    hides_first: bool | None = None
    drawn: bool = False
    source: str = "docx"
    tables: frozenset[int] = field(default_factory=frozenset)
