"""What the operator of an installation sets besides the package's time limits: announced days, agreed limits.

Pure: no Django, no clock.  The file is TOML::

    [[days]]                    # a day off that the package does not know, or one that is worked all the same
    day = 2027-02-11
    worked = false
    source = "Thông báo nghỉ Tết 2027"

    [[steps]]                   # a limit of one's own; office and regime may be left out
    key = "direct"
    from = 2027-01-01
    office = "NA-VPUBND"
    regime = "PARTY"
    expected = 1
    latest = 3
    minutes = { urgent = 120, very_urgent = 60, express = 30 }
    source = "Quy chế làm việc của Văn phòng"
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from phoihop.dispatches.deadlines import Limits, Step, StepLimit, WorkCalendar, read_step_limit
from phoihop.dispatches.types import Regime

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class AgreedDay:
    """A day that is off, or worked, whatever the package says."""

    day: date
    worked: bool
    source: str


@dataclass(frozen=True, slots=True)
class AgreedLimit:
    """The limit of a step from a day on: for one office (its code) and one regime, or for all where they are empty."""

    step: Step
    limit: StepLimit
    since: date
    office: str = ""
    regime: str = ""

    def holds(self, day: date, office: str, regime: str) -> bool:
        """Whether it is in force that day for that office and regime."""
        return self.since <= day and self.office in ("", office) and self.regime in ("", regime)


@dataclass(frozen=True, slots=True)
class Agreement:
    """All that the operator set."""

    days: Sequence[AgreedDay] = ()
    limits: Sequence[AgreedLimit] = ()


def limits_under(standard: Limits, agreement: Agreement, day: date, *, office: str = "", regime: str = "") -> Limits:
    """The limits in force that day.  What is set for the office goes before what is set for the regime, and that
    before what is set for all; of two such, the one with the later first day."""
    own = [one for one in agreement.limits if one.holds(day, office, regime)]
    own.sort(key=lambda one: (bool(one.office), bool(one.regime), one.since))
    steps = {**standard.steps, **{one.step: one.limit for one in own}}
    return replace(standard, steps=steps, calendar=_with_days(standard.calendar, agreement.days))


def read_agreement(raw: Mapping[str, Any]) -> Agreement:
    """What parsed TOML says.  Raises ValueError, which names the entry and what is wrong with it."""
    if strange := set(raw) - {"days", "steps"}:
        raise ValueError(f"{sorted(strange)[0]}: only [[days]] and [[steps]] are known")
    days = [_entry(f"[[days]] {place}", one, _read_day) for place, one in enumerate(raw.get("days", ()), 1)]
    limits = [_entry(f"[[steps]] {place}", one, _read_limit) for place, one in enumerate(raw.get("steps", ()), 1)]
    twice = {one.day for one in days if sum(one.day == other.day for other in days) > 1}
    if twice:
        raise ValueError(f"[[days]]: {min(twice)} is there twice")
    return Agreement(days, limits)


def _entry(place: str, raw: Any, read: Callable[[Mapping[str, Any]], Found]) -> Found:
    try:
        return read(raw)
    except KeyError as problem:
        raise ValueError(f"{place}: {problem} is missing") from problem
    except (ValueError, TypeError, AttributeError) as problem:
        raise ValueError(f"{place}: {problem}") from problem


def _read_day(raw: Mapping[str, Any]) -> AgreedDay:
    if not _is_day(raw["day"]) or not isinstance(raw["worked"], bool):
        raise ValueError("day = 2027-02-11 and worked = true or false are wanted")
    return AgreedDay(raw["day"], raw["worked"], str(raw["source"]))


def _read_limit(raw: Mapping[str, Any]) -> AgreedLimit:
    if not _is_day(raw["from"]):
        raise ValueError("from = 2027-01-01 is wanted")
    regime = Regime(raw["regime"]).value if "regime" in raw else ""
    return AgreedLimit(Step(raw["key"]), read_step_limit(raw), raw["from"], str(raw.get("office", "")), regime)


def _is_day(value: object) -> bool:
    return type(value) is date


def _with_days(calendar: WorkCalendar, days: Sequence[AgreedDay]) -> WorkCalendar:
    off = frozenset(one.day for one in days if not one.worked)
    worked = frozenset(one.day for one in days if one.worked)
    return replace(calendar, holidays=calendar.holidays - worked | off, makeup_days=calendar.makeup_days - off | worked)
