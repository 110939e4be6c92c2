"""The head of a paper: number, day, place, issuer, type, abstract, urgency. Plain Python, no Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from phoihop.documents.reading.lexicon import (
    OFFICIAL_LETTER,
    TYPES,
    URGENCIES,
    begins_agency,
    is_motto,
    letters,
    likeness,
    plain,
    type_named,
    upper_share,
)
from phoihop.documents.reading.lines import Line
from phoihop.documents.reading.papers import Box, Proposal, Why

_DIGIT: Final = r"[\doOlI|SB]"
_CODE: Final = re.compile(
    r"(?:^|\s)(?P<word>[s5][o0ó6]\s{0,3}[:.;]?\s{0,3})?(?P<number>[\doli|]{1,5}[a-d]?)?\s{0,6}(?P<sign>[/\-–—])\s?"
    r"(?P<notation>[a-z]{1,6}(?:\s?[-–—/&.]\s?[a-z0-9đ()]{1,14}){0,4})"
)
_DATE: Final = re.compile(
    r"(?P<place>[^,.;:\d]{2,40}?)?\s?[,.]?\s?\bng[aà]y\s{0,4}(?P<day>[\doli|]{1,2})\s{0,3}th[aá]ng\s{0,3}(?P<month>[\doli|]{1,2})"
    r"\s{0,3}n[aă]m\s{0,3}(?P<year>[12]\s?[\doli|]\s?[\doli|]\s?[\doli|])"
)
_VV: Final = re.compile(r"^v\s?[/.|l]?\s?v\b[:.]?\s*|^ve viec\b")
_BODY: Final = re.compile(
    r"^(can cu|kinh gui|xet de nghi|xet|theo de nghi|dieu \d|chuong [ivx]|"
    r"phan (thu|[ivx])|[ivx]{1,4}\s?[.\-]|\d{1,2}\s?[.)]|noi nhan)"
)
_RULE: Final = re.compile(r"^[\s\-–—_*.=~•·]+$")
_FIXED_DIGITS: Final = str.maketrans({"o": "0", "O": "0", "l": "1", "I": "1", "i": "1", "|": "1", "L": "1"})
_PARTS: Final = {
    "hdnd": "HĐND", "ubnd": "UBND", "qd": "QĐ", "cd": "CĐ", "ddbqh": "ĐĐBQH", "bch": "BCH", "vptu": "VPTU",
    "tu": "TU", "du": "ĐU", "vpubnd": "VPUBND", "bchqs": "BCHQS", "da": "", "hd": "",
}  # fmt: skip


def box_of(lines: Sequence[Line]) -> Box | None:
    """The place of lines that stand together, of the page of the first."""
    here = [one for one in lines if one.page == lines[0].page] if lines else []
    if not here:
        return None
    return Box(
        here[0].page,
        min(one.left for one in here),
        min(one.top for one in here),
        max(one.right for one in here),
        max(one.bottom for one in here),
    )


class Heading:
    """What the first page says of the paper. ``lines`` are its lines in reading order, mottoes among them."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = [one for one in lines if one.page == 1 and not _RULE.match(one.text)]
        self.rules = [one for one in lines if one.page == 1 and _RULE.match(one.text)]
        self.code_line: Line | None = None
        self.date_line: Line | None = None
        self.type_line: Line | None = None
        self.notation = ""
        self.start = self._body_start()

    def _body_start(self) -> int:
        """Where the body begins at the latest: at the addressee or the first ground."""
        for index, line in enumerate(self.lines):
            if re.match(r"^(kinh gui|can cu)\b", letters(line.text)):
                return index
        return min(len(self.lines), 40)

    @property
    def head(self) -> list[Line]:
        return self.lines[: self.start]

    def regime(self) -> str:
        """GOV or PARTY by what heads the paper; the army's papers are headed as those of the State."""
        for line in self.head:
            given = letters(line.text)
            if likeness(given, "dang cong san viet nam") > 0.85:
                return "PARTY"
        return "GOV" if any(is_motto(one.text) for one in self.head) else ""

    def code(self) -> Proposal | None:
        """The number and notation, as ``12/QĐ-UBND``."""
        best: tuple[float, str, Line] | None = None
        for line in self.head or self.lines[:20]:
            for found in _CODE.finditer(plain(line.text)):
                rated = self._rated_code(line, found)
                if rated and (best is None or rated[0] > best[0]):
                    best = (*rated, line)
        if best is None:
            return None
        sure, value, self.code_line = best
        self.notation = re.split(r"[/\-]", value, maxsplit=1)[-1]
        why: Why = "label" if sure > 0.8 else "form"
        return Proposal(value, sure, why, box_of([self.code_line]))

    def _rated_code(self, line: Line, found: re.Match[str]) -> tuple[float, str] | None:
        text = line.text
        notation = text[found.start("notation") : found.end("notation")]
        labelled = found["word"] is not None
        if not labelled and (found["number"] is None or line.left > 0.5 or upper_share(notation) < 0.6):
            return None
        if upper_share(notation) < 0.5:
            return None
        number = text[found.start("number") : found.end("number")].translate(_FIXED_DIGITS) if found["number"] else ""
        sign = "/" if found["sign"] == "/" else "-"
        value = f"{number}{sign}{_notation(notation)}"
        return (0.95 if labelled and number else 0.6 if labelled else 0.7), value

    def day_and_place(self) -> tuple[Proposal, Proposal | None] | None:
        """The day and the place of the paper."""
        for line in self.head or self.lines[:20]:
            found = _DATE.search(plain(line.text))
            if found is None:
                continue
            day = _day(*(line.text[found.start(part) : found.end(part)] for part in ("day", "month", "year")))
            if day is None:
                continue
            self.date_line = line
            box = box_of([line])
            place = _place(line.text[found.start("place") : found.end("place")])
            return (
                Proposal(day.isoformat(), 0.95, "form", box),
                Proposal(place, 0.9, "form", box) if place else None,
            )
        return None

    def urgency(self) -> Proposal:
        """What is stamped on the head; nothing stamped is the usual."""
        for line in self.head:
            given = letters(line.text)
            for word, level in sorted(URGENCIES.items(), key=lambda one: -len(one[0])):
                alike = given == word or (len(word) > 5 and likeness(given, word) >= 0.85)
                if alike and upper_share(line.text) > 0.6:
                    return Proposal(level, 0.9, "form", box_of([line]))
        return Proposal("normal", 0.7, "absent")

    def type_name(self) -> Proposal | None:
        """The type: a line of its own in capitals, a letter by its “V/v”, or what the notation says."""
        for line in self.lines[:30]:
            name = type_named(line.text) if upper_share(line.text) > 0.7 else ""
            if name and line is not self.code_line and not (line.middle < 0.36 and line.right < 0.5):
                self.type_line = line
                return Proposal(name, 0.95, "layout", box_of([line]))
        if self._regarding() is not None:
            return Proposal(OFFICIAL_LETTER, 0.9, "form")
        abbreviation = re.split(r"[-/]", self.notation, maxsplit=1)[0]
        known = next((name for short, name in TYPES.items() if plain(short) == plain(abbreviation)), "")
        if known:
            return Proposal(known, 0.7, "notation", box_of([self.code_line] if self.code_line else []))
        return Proposal(OFFICIAL_LETTER, 0.6, "notation") if self.notation else None

    def _regarding(self) -> Line | None:
        return next((one for one in self.head if _VV.match(plain(one.text))), None)

    def abstract(self) -> Proposal | None:
        """What the paper is about: below its type, or behind “V/v” under the number."""
        if self.type_line is not None:
            found = self._below_type(self.type_line)
        elif (line := self._regarding()) is not None:
            found = self._letter_abstract(self.lines.index(line))
        elif self.code_line is not None:
            found = self._letter_abstract(self._next_left(self.code_line))
        else:
            found = []
        if not found:
            return None
        text = " ".join(one.text.strip() for one in found)
        head = re.match(r"^v\s?[/.|l]?\s?v\b[:.]?\s*", plain(text))
        text = text[head.end() :] if head else text
        text = re.sub(r"\s+", " ", text).strip(" .-–—_*:")
        return Proposal(text, 0.85 if text else 0.0, "layout", box_of(found)) if text else None

    def _next_left(self, line: Line) -> int:
        after = self.lines.index(line) + 1
        for index in range(after, self.start):
            if self.lines[index].left < 0.42 and self.lines[index] is not self.date_line:
                return index
        return self.start

    def _letter_abstract(self, index: int) -> list[Line]:
        found: list[Line] = []
        for line in self.lines[index : self.start]:
            if (
                line is self.date_line
                or is_motto(line.text)
                or (found and line.middle > 0.55 and found[0].middle < 0.5)
            ):
                continue
            if letters(line.text) in URGENCIES:
                continue
            if found and (_gap(found[-1], line) > 1.0 or _BODY.match(plain(line.text))):
                break
            found.append(line)
            if len(found) >= 8:
                break
        return found

    def _below_type(self, line: Line) -> list[Line]:
        found: list[Line] = []
        previous = line
        for one in self.lines[self.lines.index(line) + 1 :]:
            if self._ends_abstract(previous, one, found) or len(found) >= 7:
                break
            found.append(one)
            previous = one
        return found

    def _ends_abstract(self, previous: Line, line: Line, found: list[Line]) -> bool:
        if _BODY.match(plain(line.text)) or (upper_share(line.text) > 0.85 and found):
            return True
        if any(previous.top < rule.top <= line.top for rule in self.rules) and found:
            return True
        if found and (found[0].heavy and not line.heavy):
            return True
        if found and _gap(previous, line) > 0.9:
            return True
        return bool(found and line.right - line.left > 0.7 and abs(line.middle - found[0].middle) > 0.02)

    def issuer(self) -> Proposal | None:
        """Who issues: what stands last above the number on the left, without its superior."""
        lines = self._agency_lines()
        if not lines:
            return None
        names = _names(lines)
        own = names[-1]
        value = re.sub(r"\s+", " ", " ".join(one.text.strip() for one in own)).strip(" *-–—_.")
        return Proposal(value, 0.85 if begins_agency(value) else 0.55, "layout", box_of(own))

    def _agency_lines(self) -> list[Line]:
        end = self.code_line.top if self.code_line else (self.date_line.top if self.date_line else 0.25)
        found = []
        for line in self.head:
            if line.top >= end or line is self.date_line or is_motto(line.text) or line.left > 0.45:
                continue
            if letters(line.text) in URGENCIES or upper_share(line.text) < 0.7 or len(letters(line.text)) < 2:
                continue
            found.append(line)
        return found


def _names(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines gathered into names of agencies: a change of weight or the beginning of another name divides."""
    names: list[list[Line]] = []
    for line in lines:
        last = names[-1][-1] if names else None
        new = last is None or (line.heavy and not last.heavy)
        if not new and last is not None and last.heavy == line.heavy:
            new = begins_agency(line.text) and not _is_open(last.text)
        if new:
            names.append([line])
        else:
            names[-1].append(line)
    return names


def _is_open(text: str) -> bool:
    """Whether a name cannot end here."""
    return letters(text).split()[-1:] in (["va"], ["cua"], ["moi"], ["uy"])


def _gap(upper: Line, lower: Line) -> float:
    """The free space between two lines in heights of the upper one's letters."""
    return (lower.top - upper.bottom) / max(upper.size, 0.004)


def _notation(text: str) -> str:
    parts = re.split(r"([-–—/&.])", re.sub(r"\s+", "", text))
    fixed = [
        _PARTS.get(plain(one)) or one if one not in "-–—/&." else one.replace("–", "-").replace("—", "-")
        for one in parts
    ]
    return "".join(fixed).strip("-/.&")


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(*(int(re.sub(r"\s", "", one).translate(_FIXED_DIGITS)) for one in (year, month, day)))
    except ValueError:
        return None


def _place(text: str) -> str:
    """The end of what stands before the day: names of places begin with capitals."""
    words = text.strip(" ,.-–*").split()
    kept: list[str] = []
    for word in reversed(words):
        if not word[:1].isupper() or (len(word) > 3 and word.isupper()):
            break
        kept.insert(0, word)
    return " ".join(kept)
