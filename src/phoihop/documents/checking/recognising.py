"""Which line is which component: by its words first, by where it stands second. What is not recognised is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from phoihop.documents.checking.seen import Line, Seen
from phoihop.documents.kinds import printed_names

_CODE: Final = re.compile(r"số\b\s*:?.*[/-]\s*[^\W\d]", re.IGNORECASE)
_DATED: Final = re.compile(r"\bngày\b.{0,12}\btháng\b.{0,12}\bnăm\b", re.IGNORECASE)
_ARTICLE: Final = re.compile(r"Điều\s+\d+")
_HEADING: Final = re.compile(r"(Phần|Chương|Mục|PHẦN|CHƯƠNG|MỤC)\s+([IVXLC]+|\d+|thứ\s+\w+)\b.{0,3}$")
_HEAD_LINES: Final = 30
_FOOT_LINES: Final = 25


@dataclass(slots=True)
class Parts:
    """The lines of each component, in reading order; ``taken`` are their places among all lines."""

    lines: dict[str, list[Line]] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)

    def take(self, part: str, place: int, line: Line) -> None:
        """Note that a line is a component."""
        self.lines.setdefault(part, []).append(line)
        self.places.setdefault(part, []).append(place)
        self.taken.add(place)

    def first(self, part: str) -> Line | None:
        """The first line of a component."""
        return next(iter(self.lines.get(part, ())), None)


def recognise(seen: Seen) -> Parts:
    """The components of a document."""
    parts, lines = Parts(), seen.lines
    _read_head(lines, parts)
    head_end = max(parts.taken, default=-1)
    _read_issuer(lines, parts)
    end = _read_foot(lines, parts, head_end)
    _read_title(lines, parts, head_end, end)
    _read_body(lines, parts, max(parts.taken & set(range(end)), default=-1), end)
    return parts


def _filled(lines: Sequence[Line], start: int, stop: int) -> Iterable[tuple[int, Line]]:
    return ((place, lines[place]) for place in range(max(0, start), min(stop, len(lines))) if lines[place].text)


def _read_head(lines: Sequence[Line], parts: Parts) -> None:
    """National title, motto, number, place and day: each the first that looks so, near the top."""
    for place, line in list(_filled(lines, 0, len(lines)))[:_HEAD_LINES]:
        words = line.folded
        if words in {"cong hoa xa hoi chu nghia viet nam", "dang cong san viet nam"}:
            part = "national_title"
        elif words.replace(" ", "").replace("–", "-") == "doclap-tudo-hanhphuc":
            part = "motto"
        elif len(line.text) < 60 and _CODE.match(line.text):
            part = "code"
        elif len(line.text) < 90 and _DATED.search(line.text) and not words.startswith(("can cu", "(")):
            part = "dated"
        else:
            continue
        if parts.first(part) is None:
            parts.take(part, place, line)


def _read_issuer(lines: Sequence[Line], parts: Parts) -> None:
    """Names of bodies: in the cell to the left of the national title, or before it where there is no table."""
    title = parts.first("national_title")
    if title is None:
        return
    code = parts.places.get("code", [len(lines)])[0]
    names = []
    for place, line in _filled(lines, 0, code):
        beside = title.cell is None or (line.cell is not None and line.cell[0] == title.cell[0])
        left = title.cell is None or (line.cell is not None and line.cell[2] < title.cell[2])
        if place not in parts.taken and beside and left and line.text.upper() == line.text and len(line.text) > 1:
            names.append((place, line))
    bold = [name for name in names if name[1].main("bold") is not False]
    for place, line in names:
        own = (place, line) in bold or (not bold and (place, line) == names[-1])
        parts.take("issuer" if own else "superior", place, line)


def _read_foot(lines: Sequence[Line], parts: Parts, start: int) -> int:
    """Recipients and signature; answers where the body ends."""
    label = next((place for place, line in _filled(lines, start + 1, len(lines)) if _is_label(line)), None)
    if label is None:
        return len(lines)
    parts.take("recipients_label", label, lines[label])
    cell = lines[label].cell
    for place, line in _filled(lines, label + 1, len(lines)):
        if cell is not None and line.cell is not None and line.cell[0] == cell[0]:
            _read_beside(place, line, cell, parts)
        elif cell is None and place < label + _FOOT_LINES:
            _read_loose(place, line, parts)
        else:
            break
    titles = parts.lines.get("signing_title", [])
    if len(titles) > 1 and titles[-1].text != titles[-1].text.upper():
        place = parts.places["signing_title"].pop()
        parts.take("signing_name", place, titles.pop())
    return label


def _read_loose(place: int, line: Line, parts: Parts) -> None:
    """A line of the foot where no table tells the columns."""
    if line.text.startswith(("-", "–")):
        parts.take("recipients", place, line)
    elif line.text == line.text.upper() and "signing_name" not in parts.lines and any(map(str.isalpha, line.text)):
        parts.take("signing_title", place, line)
    elif "signing_title" in parts.lines and "signing_name" not in parts.lines and len(line.text) < 50:
        parts.take("signing_name", place, line)


def _is_label(line: Line) -> bool:
    return line.folded.rstrip(" :") == "noi nhan"


def _read_beside(place: int, line: Line, cell: tuple[int, int, int], parts: Parts) -> None:
    if line.cell is not None and line.cell[2] == cell[2]:
        if line.text.startswith(("-", "–")):
            parts.take("recipients", place, line)
    elif line.text.strip(". …"):
        parts.take("signing_title", place, line)


def _read_title(lines: Sequence[Line], parts: Parts, start: int, end: int) -> None:
    """Type and abstract below the head; the abstract of a letter in the cell of its number; the addressees."""
    code = parts.first("code")
    for place, line in _filled(lines, 0, end):
        if place in parts.taken:
            continue
        if _is_letter_abstract(line, code):
            parts.take("letter_abstract", place, line)
        elif line.folded.startswith(("kinh gui", "kinh moi")):
            parts.take("addressees", place, line)
            end = place
            break
    for place, line in _filled(lines, start + 1, end):
        if line.folded in printed_names() and line.text == line.text.upper():
            parts.take("type_name", place, line)
            _read_abstract(lines, parts, place, end)
            return


def _is_letter_abstract(line: Line, code: Line | None) -> bool:
    """Under the number, in its cell; without a table only its first letters tell."""
    if line.cell is None or code is None or code.cell is None:
        return line.folded.startswith("v/v")
    below = line.cell[0] == code.cell[0] and line.cell[2] == code.cell[2] and line.cell[1] >= code.cell[1]
    return below and line.text != line.text.upper()


def _read_abstract(lines: Sequence[Line], parts: Parts, after: int, end: int) -> None:
    for place, line in _filled(lines, after + 1, end):
        if line.align not in {"center", None} or line.folded.startswith(("can cu", "- can cu")) or line.cell:
            return
        if line.text == line.text.upper() or len(parts.lines.get("abstract", ())) == 3:
            return
        known = parts.first("abstract")
        if known is not None and known.main("bold") != line.main("bold"):
            return
        parts.take("abstract", place, line)


def _read_body(lines: Sequence[Line], parts: Parts, start: int, end: int) -> None:
    before_articles = True
    for place, line in _filled(lines, start + 1, end):
        if place in parts.taken or line.columns > 1:
            continue
        if _ARTICLE.match(line.text):
            before_articles = False
            parts.take("article", place, line)
        elif _HEADING.match(line.text):
            parts.take("heading", place, line)
        elif before_articles and line.folded.lstrip("- ").startswith(("can cu ", "theo de nghi ", "xet de nghi ")):
            parts.take("grounds", place, line)
        elif len(line.text) >= 60 and line.align != "center":
            parts.take("body", place, line)
