"""The weeks before the written ones: which script begins when, and the numbers that other systems gave meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from phoihop.core.clock import REGION_ZONE
from phoihop.demo.content import Content
from phoihop.demo.directory import ProvinceEntry
from phoihop.demo.drawing import PlayDocument, PlayRun, draw_script
from phoihop.demo.play import Play, Script, script_of
from phoihop.demo.tables import Table, build, read_table

_WEEK: Final = 7
_SATURDAY: Final = 5
_ROOM: Final = 80
"""So many numbers of a series are kept free below the lowest that the written documents use."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """That every province runs a script on a day."""

    script: str
    day: int


@dataclass(frozen=True, slots=True)
class Season:
    """How the earlier weeks go; see ``data/season.toml``."""

    seed: str
    first_day: int
    last_day: int
    pace: float
    each_week: int
    opening: tuple[int, int]
    closing: tuple[int, int]
    campaigns: tuple[Campaign, ...]
    scripts: tuple[Script, ...]


@dataclass(frozen=True, slots=True)
class Start:
    """A run to be drawn when its time has come; without ``province`` the draw chooses one."""

    at: datetime
    script: Script
    seed: str
    province: ProvinceEntry | None = None


def read_season(folder: str = "") -> Season:
    """The season of a data folder.  Raises ValueError for malformed data."""
    raw: Table = read_table(f"{folder}season.toml")
    return build(
        Season,
        raw,
        campaigns=tuple(build(Campaign, one) for one in raw["campaigns"]),
        scripts=tuple(script_of(one) for one in raw["scripts"]),
    )


def starts(season: Season, content: Content, *, anchor: date) -> Iterator[Start]:
    """Every run of the season on the calendar whose day 0 is ``anchor``, always the same for one anchor."""
    rng = random.Random(season.seed)  # noqa: S311  # made-up events, no secret
    scripts = {one.key: one for one in season.scripts}
    for campaign in season.campaigns:
        for province in content.directory.provinces:
            at = _office_hours(anchor + timedelta(days=campaign.day), season, rng)
            yield Start(at, scripts[campaign.script], f"{campaign}/{province.prefix}", province)
    for week in range(season.first_day, season.last_day + 1, _WEEK):
        for place in range(season.each_week):
            day = anchor + timedelta(days=min(week + rng.randrange(_WEEK), season.last_day))
            yield Start(_office_hours(day, season, rng), _script(content.play, rng), f"{season.seed}/{week}/{place}")


def draw(season: Season, content: Content, start: Start) -> PlayRun:
    """The run that begins at a start."""
    rng = random.Random(start.seed)  # noqa: S311  # made-up events, no secret
    return draw_script(
        content.directory,
        content.play,
        start.script,
        rng=rng,
        now=start.at,
        pace=season.pace,
        province=start.province,
    )


def _script(play: Play, rng: random.Random) -> Script:
    return rng.choices(play.scripts, weights=[one.weight for one in play.scripts])[0]


def _office_hours(day: date, season: Season, rng: random.Random) -> datetime:
    """A moment of a working day: a weekend's matters wait for Monday."""
    if day.weekday() >= _SATURDAY:
        day += timedelta(days=_WEEK - day.weekday())
    first, last = (hour * 60 + minute for hour, minute in (season.opening, season.closing))
    hour, minute = divmod(rng.randint(first, last), 60)
    return datetime.combine(day, time(hour, minute), REGION_ZONE)


class EarlierNumbers:
    """Numbers of registers that another system keeps, below those of the written documents and never one of them."""

    def __init__(self, content: Content) -> None:
        self._directory = content.directory
        self._last: dict[tuple[str, str], int] = {}
        self._taken: dict[str, set[int]] = {}
        self._lowest: dict[tuple[str, str], int] = {}
        for letter in content.correspondence.letters:
            if letter.number is not None:
                self._taken.setdefault(letter.body, set()).add(letter.number)
                key = (letter.body, letter.type)
                self._lowest[key] = min(letter.number, self._lowest.get(key, letter.number))

    def __call__(self, document: PlayDocument) -> str:
        """The next number for a document; empty where Phối Hợp numbers."""
        register = self._directory.body(document.body).register("out")
        if register.numbering == "phoihop":
            return ""
        key = (document.body, document.type)
        usual = self._lowest.get(key, register.first_number + _ROOM)
        taken = self._taken.setdefault(document.body, set())
        number = self._last.get(key, max(0, usual - _ROOM)) + 1
        while number in taken:
            number += 1
        self._last[key] = number
        taken.add(number)
        return str(number)
