"""By when a step is to be done (NĐ 30 Đ4, Đ15, Đ22).  Pure: no Django, no clock; the caller gives the time."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from phoihop.core.clock import REGION_ZONE
from phoihop.dispatches.rules import DraftState, HandlingState, Urgency


class Step(StrEnum):
    """A step whose time limit is counted."""

    REGISTER = "register"
    DISTRIBUTE = "distribute"
    DIRECT = "direct"
    ACCEPT = "accept"
    NUMBER = "number"
    ISSUE = "issue"


# The step each state waits for; the holder of its permission is the one to be told when it is late.
WAITS_FOR: Final[dict[DraftState | HandlingState, Step]] = {
    DraftState.SIGNED: Step.NUMBER,
    DraftState.NUMBERED: Step.ISSUE,
    HandlingState.ARRIVED: Step.REGISTER,
    HandlingState.REGISTERED: Step.DISTRIBUTE,
    HandlingState.DISTRIBUTED: Step.DIRECT,
    HandlingState.DIRECTED: Step.ACCEPT,
}


@dataclass(frozen=True, slots=True)
class StepLimit:
    """Working days for ordinary documents (0 = the same day), minutes round the clock for urgent ones."""

    expected_days: int
    latest_days: int
    minutes: dict[Urgency, int]
    source: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked, on the region's wall clock.

    ``rest`` holds ISO weekdays (1 = Monday); ``holidays`` are free besides; ``makeup_days`` are worked all the same.
    """

    rest: frozenset[int] = frozenset({6, 7})
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    day_ends: time = time(17)

    def __post_init__(self) -> None:
        if self.rest >= frozenset(range(1, 8)):
            raise ValueError("a calendar without working days")

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day."""
        if day in self.makeup_days:
            return True
        return day.isoweekday() not in self.rest and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; for 0 the day itself, or the next working day when it is none."""
        found = day if count else day - timedelta(days=1)
        for _ in range(max(count, 1)):
            found += timedelta(days=1)
            while not self.is_working_day(found):
                found += timedelta(days=1)
        return found

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days come after ``first``, up to and with ``last``; 0 when ``last`` is not later."""
        days = (first + timedelta(days=past) for past in range(1, (last - first).days + 1))
        return sum(map(self.is_working_day, days))

    def end_of(self, day: date) -> datetime:
        """When the office closes that day, aware."""
        return datetime.combine(day, self.day_ends, REGION_ZONE)


@dataclass(frozen=True, slots=True)
class Limits:
    """The time limits in force, with the hours they are counted by."""

    version: str
    steps: dict[Step, StepLimit]
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


@dataclass(frozen=True, slots=True)
class Due:
    """When a step should be done, and when it is late.  ``expected`` is never after ``latest``; both are aware."""

    expected: datetime
    latest: datetime

    def is_late(self, *, now: datetime, done_at: datetime | None = None) -> bool:
        """Whether the step was, or is still, not done at ``latest``."""
        return is_overdue(self.latest, now=now, done_at=done_at)


def step_due(step: Step, since: datetime, urgency: Urgency, limits: Limits) -> Due:
    """By when a step that could begin at ``since`` (aware) is to be done.

    Ordinary documents: the same working day, at latest the next (NĐ 30 Đ4, Đ15, Đ22); what comes after closing time is
    expected the next working day.  Urgent ones: at once, meaning the agreed minutes, day and night.
    """
    limit, calendar = limits.steps[step], limits.calendar
    if urgency is not Urgency.NORMAL:
        at_once = since + timedelta(minutes=limit.minutes[urgency])
        return Due(at_once, at_once)
    here = since.astimezone(REGION_ZONE)
    missed_today = calendar.is_working_day(here.date()) and here >= calendar.end_of(here.date())
    first = calendar.add_working_days(here.date(), 1 if missed_today else 0)
    expected = calendar.end_of(_days_on(calendar, first, limit.expected_days))
    latest = calendar.end_of(_days_on(calendar, first if limit.latest_days == 0 else here.date(), limit.latest_days))
    return Due(expected, max(expected, latest))


def end_of_due_day(day: date) -> datetime:
    """The last moment of a due date (hạn) given as a day: whoever answers that evening is still in time."""
    return datetime.combine(day, time.max, REGION_ZONE)


def is_overdue(due_at: datetime | None, *, now: datetime, done_at: datetime | None = None) -> bool:
    """Whether a thing was, or is still, not done at its due time; without a due time nothing is overdue."""
    return due_at is not None and (now if done_at is None else done_at) > due_at


def lateness(due_at: datetime | None, *, now: datetime, done_at: datetime | None = None) -> timedelta:
    """By how much a due time was missed so far; zero when it was not."""
    if due_at is None or not is_overdue(due_at, now=now, done_at=done_at):
        return timedelta(0)
    return (now if done_at is None else done_at) - due_at


@cache
def standard_limits() -> Limits:
    """The limits of ``data/deadlines.toml`` with the days of ``data/days_off.toml``.

    Raises ValueError when a file contradicts itself.
    """
    limits = read_limits(_data("deadlines.toml"))
    return replace(limits, calendar=with_days_off(limits.calendar, _data("days_off.toml")))


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files("phoihop.dispatches").joinpath("data", name).read_text("utf-8"))


def with_days_off(calendar: WorkCalendar, raw: dict[str, Any]) -> WorkCalendar:
    """The calendar with public holidays and swapped days from parsed TOML.

    Raises ValueError for a day that is both, and for a swapped day that is worked anyway.
    """
    off = frozenset(day for year in raw["years"] for day in year["off"])
    worked = frozenset(day for year in raw["years"] for day in year["worked"])
    if both := off & worked:
        raise ValueError(f"days off: {sorted(both)} are both free and worked")
    if idle := sorted(day for day in worked if calendar.is_working_day(day)):
        raise ValueError(f"days off: {idle} are worked anyway")
    return replace(calendar, holidays=off, makeup_days=worked)


def read_limits(raw: dict[str, Any]) -> Limits:
    """Limits from parsed TOML; every step needs them, and every degree of urgency, none longer than a lesser one.

    Raises ValueError.
    """
    try:
        steps = {Step(entry["key"]): read_step_limit(entry) for entry in raw["steps"]}
        calendar = WorkCalendar(frozenset(raw["day"]["rest"]), day_ends=time.fromisoformat(raw["day"]["ends"]))
        version = raw["version"]
    except KeyError as problem:
        raise ValueError(f"time limits: {problem} is missing") from problem
    if missing := set(Step) - steps.keys():
        raise ValueError(f"time limits: nothing for {sorted(missing)}")
    return Limits(version, steps, calendar)


def read_step_limit(entry: Mapping[str, Any]) -> StepLimit:
    """One step's limit from parsed TOML.  Raises KeyError for what is missing, ValueError for a contradiction."""
    minutes = {Urgency(key): value for key, value in entry["minutes"].items()}
    rising = [minutes[urgency] for urgency in (Urgency.EXPRESS, Urgency.VERY_URGENT, Urgency.URGENT)]
    if rising != sorted(rising) or rising[0] <= 0 or not 0 <= entry["expected"] <= entry["latest"]:
        raise ValueError(f"time limits of {entry['key']} contradict themselves")
    return StepLimit(entry["expected"], entry["latest"], minutes, entry["source"])


def _days_on(calendar: WorkCalendar, first: date, count: int) -> date:
    return calendar.add_working_days(first, count) if count else first
