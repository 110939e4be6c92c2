"""Which documents a text cites: their numbers, and the days written behind them. Plain Python, no Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

MOST: Final = 100
"""Citations read of one text; a longer list would be a table, not grounds."""

_CODE: Final = re.compile(r"(?<![\w/.-])\d{1,5}[a-z]?(?:/\d{4})?[/-][A-ZĐ]\w*(?:[-/&]\w+)*")
_DAY: Final = re.compile(
    r"[\s,;(]{0,4}ngày\s{1,3}(\d{1,2})(?:\s?[/.-]\s?|\s{1,3}tháng\s{1,3})(\d{1,2})(?:\s?[/.-]\s?|\s{1,3}năm\s{1,3})(\d{4})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Citation:
    """A number as it is written, and the day behind it if there is one."""

    code: str
    dated: date | None


def citations(text: str) -> Sequence[Citation]:
    """The documents a text names by number, each once, in order; at most ``MOST``."""
    found: dict[Citation, None] = {}
    for match in _CODE.finditer(text):
        found[Citation(match[0], _day_behind(text, match.end()))] = None
        if len(found) == MOST:
            break
    return list(found)


def _day_behind(text: str, end: int) -> date | None:
    match = _DAY.match(text, end)
    if match is None:
        return None
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None
