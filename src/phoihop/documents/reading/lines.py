"""Lines of a page with their places: what stands where, how large, how heavy. Plain Python, no Django.

Places are fractions of the page, from its top left corner, so that a scan, a PDF and a picture are read alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

_APART: Final = 1.15
"""A gap wider than this many letter heights separates columns."""
_SAME_ROW: Final = 0.55


@dataclass(frozen=True)
class Line:
    """A run of text on one base line. ``size`` is the height of its letters; ``heavy``: set in bold."""

    text: str
    page: int
    left: float
    top: float
    right: float
    bottom: float
    size: float
    heavy: bool = False
    slanted: bool = False

    @property
    def middle(self) -> float:
        """Where its middle stands across the page."""
        return (self.left + self.right) / 2

    @property
    def height(self) -> float:
        return self.bottom - self.top


def joined_rows(pieces: Iterable[Line], *, ratio: float) -> list[Line]:
    """Pieces of one page as lines in reading order. ``ratio`` is the page's height over its width."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda one: (one.top + one.bottom) / 2):
        row = next((row for row in reversed(rows[-4:]) if _on_one_row(row[-1], piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [line for row in rows for line in _joined(sorted(row, key=lambda one: one.left), ratio)]


def _on_one_row(one: Line, other: Line) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > _SAME_ROW * min(one.height, other.height)


def _joined(row: Sequence[Line], ratio: float) -> list[Line]:
    lines: list[Line] = []
    for piece in row:
        last = lines[-1] if lines else None
        if last is not None and (piece.left - last.right) < _APART * max(last.size, piece.size) * ratio:
            lines[-1] = _one(last, piece)
        else:
            lines.append(piece)
    return lines


def _one(first: Line, second: Line) -> Line:
    weighs = len(first.text) >= len(second.text)
    return replace(
        first if weighs else second,
        text=f"{first.text} {second.text}",
        left=min(first.left, second.left),
        right=max(first.right, second.right),
        top=min(first.top, second.top),
        bottom=max(first.bottom, second.bottom),
    )
