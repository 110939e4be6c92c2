"""Times in the demonstration's data: days relative to the day of loading, and how they fall on a real calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from phoihop.core.clock import REGION_ZONE

_MOMENT: Final = re.compile(r"([+-]?\d{1,3}) (\d{2}):(\d{2})")
_DAY_MINUTES: Final = 24 * 60
_SATURDAY: Final = 5
_MONDAY_OPENING: Final = time(7, 0)
_REST: Final = timedelta(hours=56)  # Saturday 00:00 to Monday 08:00
_CATCHING_UP: Final = timedelta(hours=1)  # Monday 07:00 to 08:00


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A wall-clock minute of day ``day``; day 0 is the day the demonstration is loaded."""

    day: int
    minute: int

    @classmethod
    def parse(cls, written: str) -> Moment:
        """Read ``"-5 10:30"``.  Raises ValueError for anything else."""
        found = _MOMENT.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is not a moment such as '-5 10:30'")
        hour, minute = int(found.group(2)), int(found.group(3))
        time(hour, minute)
        return cls(int(found.group(1)), hour * 60 + minute)

    def earlier(self, minutes: int) -> Moment:
        """The moment that many minutes before."""
        days, minute = divmod(self.minute - minutes, _DAY_MINUTES)
        return Moment(self.day + days, minute)

    def at(self, anchor: date, *, duty: bool) -> datetime:
        """The moment on the calendar whose day 0 is ``anchor``, in the region's zone.

        What is not ``duty`` keeps office hours: a weekend's moments are squeezed, in their order, into the hour
        before work on Monday, so that a thread of letters never runs backwards.
        """
        day = anchor + timedelta(days=self.day)
        wall = datetime.combine(day, time(self.minute // 60, self.minute % 60), REGION_ZONE)
        return wall if duty else _in_office_hours(wall)

    def deadline(self, anchor: date, *, duty: bool) -> datetime:
        """The moment as a time limit: a weekend's becomes the same hour of Monday, unless ``duty``."""
        day = day_at(anchor, self.day, duty=duty)
        return datetime.combine(day, time(self.minute // 60, self.minute % 60), REGION_ZONE)


def day_at(anchor: date, offset: int, *, duty: bool) -> date:
    """The day ``offset`` days from ``anchor``; for what is not ``duty``, Monday in place of a weekend."""
    day = anchor + timedelta(days=offset)
    if duty or day.weekday() < _SATURDAY:
        return day
    return day + timedelta(days=7 - day.weekday())


def _in_office_hours(wall: datetime) -> datetime:
    since_monday = timedelta(days=wall.weekday(), hours=wall.hour, minutes=wall.minute)
    into_rest = (since_monday - timedelta(days=_SATURDAY)) % timedelta(days=7)
    if into_rest >= _REST:
        return wall
    monday = (wall - into_rest + timedelta(days=2)).date()
    opening = datetime.combine(monday, _MONDAY_OPENING, REGION_ZONE)
    return opening + into_rest / (_REST / _CATCHING_UP)
