"""The end of a paper: who signs, as what, and who receives it. Plain Python, no Django."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from phoihop.documents.reading.heading import box_of
from phoihop.documents.reading.lexicon import (
    AUTHORITY,
    FAMILIES,
    RANKS,
    TITLES,
    is_motto,
    letters,
    likeness,
    plain,
    upper_share,
)
from phoihop.documents.reading.lines import Line
from phoihop.documents.reading.papers import Proposal

_RECEIVERS: Final = "noi nhan"
_ITEM: Final = re.compile(r"^\s*[-–—+•*~]\s*")
_LAST: Final = re.compile(r"^\W*luu\b")
_NOT_A_NAME: Final = frozenset(
    {"kinh", "gui", "noi", "nhan", "luu", "so", "ngay", "thang", "nam", "dieu", "phu", "bieu"}
)


class Ending:
    """What stands at the end. ``lines`` are those of the whole paper, in reading order."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        self.receivers = next(
            (index for index in range(len(self.lines) - 1, -1, -1) if _is_receivers_head(self.lines[index])),
            None,
        )

    def recipients(self) -> Proposal | None:
        """The lines under “Nơi nhận”, without their dashes."""
        if self.receivers is None:
            return None
        head = self.lines[self.receivers]
        found: list[list[Line]] = []
        for line in self.lines[self.receivers + 1 :]:
            if line.page != head.page or not self._is_in_column(head, line):
                continue
            if _ITEM.match(line.text) or not found:
                found.append([line])
            elif _is_title_line(line) or (line.top - found[-1][-1].bottom) > 3 * line.size:
                break
            else:
                found[-1].append(line)
            if _LAST.match(_ITEM.sub("", plain(line.text))):
                break
        texts = [_ITEM.sub("", " ".join(one.text.strip() for one in item)).strip(" ;.") for item in found]
        texts = [one for one in texts if one]
        if not texts:
            return None
        return Proposal("\n".join(texts), 0.85, "label", box_of([head, *(one for item in found for one in item)]))

    def _is_in_column(self, head: Line, line: Line) -> bool:
        return line.left < 0.5 and abs(line.left - head.left) < 0.12

    def signer(self) -> tuple[Proposal, Proposal | None] | None:
        """The signer's name and position."""
        best: tuple[float, int] | None = None
        for index, line in enumerate(self.lines):
            score = self._name_score(index, line)
            if score > 0 and (best is None or score >= best[0]):
                best = (score, index)
        if best is None:
            return None
        score, index = best
        line = self.lines[index]
        name = Proposal(_without_rank(line.text), min(0.95, 0.45 + score / 10), "layout", box_of([line]))
        return name, self._position(index)

    def _name_score(self, index: int, line: Line) -> float:
        name = _without_rank(line.text)
        words = name.split()
        if not 2 <= len(words) <= 5 or not all(_is_name_word(one) for one in words):
            return 0.0
        if plain(words[0]) in _NOT_A_NAME or (index < 10):
            return 0.0
        score = 0.5 + (2.0 if plain(words[0]) in FAMILIES else 0.0) + (0.5 if line.heavy else 0.0)
        score += 1.0 if line.middle > 0.5 else -1.0 if line.right < 0.5 else 0.0
        score += 2.0 if self._titles_over(index) else -1.5
        if self.receivers is not None:
            anchor = self.lines[self.receivers]
            near = (line.page == anchor.page and line.top > anchor.top - 0.12) or line.page == anchor.page + 1
            score += 1.0 if near else -1.0
        return score

    def _titles_over(self, index: int) -> list[Line]:
        """Lines in capitals over a name in its column, the nearest last."""
        name = self.lines[index]
        found: list[Line] = []
        for line in reversed(self.lines[max(0, index - 30) : index]):
            if line.page != name.page and not (found == [] and line.page == name.page - 1):
                break
            if line.page == name.page and line.bottom > name.top + 0.004:
                continue
            if not self._shares_column(name, line):
                continue
            if _is_title_line(line):
                if found and (found[0].top - line.bottom) > 3.2 * max(line.size, 0.005):
                    break
                found.insert(0, line)
            elif found:
                break
        return found

    def _shares_column(self, name: Line, line: Line) -> bool:
        return line.left - 0.04 <= name.middle <= line.right + 0.04

    def _position(self, index: int) -> Proposal | None:
        lines = self._titles_over(index)
        if not lines:
            return None
        own = _last_title(lines)
        value = " ".join(one.text.strip() for one in own)
        stripped = AUTHORITY.match(plain(value))
        value = value[stripped.end() :] if stripped else value
        return Proposal(_capitalised(value.strip(" .,:*-")), 0.85, "layout", box_of(own))


def _is_receivers_head(line: Line) -> bool:
    """Whether a line begins with “Nơi nhận”, as well as it can be read."""
    given = letters(line.text)
    return given.startswith(_RECEIVERS) or (len(given) <= 13 and likeness(given, _RECEIVERS) >= 0.8)


def _last_title(lines: Sequence[Line]) -> list[Line]:
    """The lines of the title the signer bears: those after the last authority, or the holder of it."""
    marks = [index for index, one in enumerate(lines) if AUTHORITY.match(plain(one.text.strip()))]
    if not marks:
        return list(lines)
    rest = list(lines[marks[-1] + 1 :])
    return rest or [lines[marks[-1]]]


def _is_title_line(line: Line) -> bool:
    text = line.text.strip()
    given = letters(text)
    if len(given) < 4 or is_motto(text) or upper_share(text) < 0.85:
        return False
    known = bool(AUTHORITY.match(plain(text))) or any(one in given for one in TITLES)
    return (
        known or any(likeness(given, one) > 0.85 for one in TITLES) or given.startswith(("pho ", "chanh ", "truong "))
    )


def _without_rank(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip(" .,:;*-–")
    rank = RANKS.match(plain(text))
    return text[rank.end() :] if rank else text


def _is_name_word(word: str) -> bool:
    return word.isalpha() and word[0].isupper() and (len(word) == 1 or word[1:].islower()) and len(word) <= 7


def _capitalised(title: str) -> str:
    """A title in capitals as it is written in a register."""
    title = re.sub(r"\s+", " ", title)
    return title[:1].upper() + title[1:].lower() if upper_share(title) > 0.8 else title
