"""Unusual access: entries of the journal that rules mark for a second look, each in words with its numbers. Pure.

A mark is about what happened, never about what somebody is: nothing is added up to a figure for a person.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.clock import REGION_ZONE
from phoihop.dispatches.limits import calendar_in_force


@dataclass(frozen=True)
class Seen:
    """One entry of the journal, as far as rules look at it; ``device`` is the browser and system of a sign-in."""

    at: datetime
    person_id: UUID
    person_name: str
    event: str
    device: str = ""


@dataclass(frozen=True)
class Mark:
    """One unusual access of one person: which rule, from when to when, how many, and the sentence that says so."""

    rule: str
    person_id: UUID
    person_name: str
    first: datetime
    last: datetime
    count: int
    words: str


@dataclass(frozen=True)
class Rule:
    """One rule as the file states it; which fields count depends on its kind."""

    key: str
    kind: str
    events: tuple[str, ...] = ()
    minutes: int = 0
    at_least: int = 1
    begins: time = time.min
    ends: time = time.min
    spares: frozenset[str] = frozenset()
    days: int = 0
    weekdays: frozenset[int] = frozenset()


@cache
def rules() -> Sequence[Rule]:
    """The rules, read once. Raises for a file that is not as it must be."""
    text = files("phoihop.administration").joinpath("data/unusual.toml").read_text()
    return tuple(_rule(key, said) for key, said in tomllib.loads(text).items())


def _rule(key: str, said: Mapping[str, Any]) -> Rule:
    given = dict(said)
    for name in ("begins", "ends"):
        if name in given:
            given[name] = time.fromisoformat(given[name])
    given["events"] = tuple(given.get("events", ()))
    for name in ("spares", "weekdays"):
        given[name] = frozenset(given.get(name, ()))
    return Rule(key, **given)


def marks(
    entries: Sequence[Seen], *, roles: Mapping[UUID, frozenset[str]], known: Mapping[UUID, frozenset[str]]
) -> Sequence[Mark]:
    """What the rules mark among the entries of a span, latest first.

    ``roles`` are those each person holds; ``known`` the devices each person signed in with before the span.
    """
    by_person: dict[UUID, list[Seen]] = defaultdict(list)
    for one in sorted(entries, key=lambda one: one.at):
        by_person[one.person_id].append(one)
    found = [
        mark
        for person, own in by_person.items()
        for rule in rules()
        if not rule.spares & roles.get(person, frozenset())
        for mark in _KINDS[rule.kind](rule, own, known.get(person, frozenset()))
    ]
    return sorted(found, key=lambda mark: mark.last, reverse=True)


def _of(rule: Rule, entries: Sequence[Seen]) -> list[Seen]:
    return [one for one in entries if one.event.startswith(rule.events)]


def _mark(rule: Rule, entries: Sequence[Seen], words: str) -> Mark:
    first, last = entries[0], entries[-1]
    return Mark(rule.key, first.person_id, first.person_name, first.at, last.at, len(entries), words)


def _windows(rule: Rule, entries: Sequence[Seen], _known: frozenset[str]) -> Iterator[Mark]:
    """Runs in which every entry belongs to some span of ``minutes`` with ``at_least`` entries."""
    own, span = _of(rule, entries), timedelta(minutes=rule.minutes)
    run: list[int] = []
    start = 0
    for end, one in enumerate(own):
        while one.at - own[start].at > span:
            start += 1
        if end - start + 1 < rule.at_least:
            continue
        if run and start > run[-1]:
            yield _mark(rule, [own[index] for index in run], _window_words(rule, len(run)))
            run = []
        run.extend(range(run[-1] + 1 if run else start, end + 1))
    if run:
        yield _mark(rule, [own[index] for index in run], _window_words(rule, len(run)))


def _window_words(rule: Rule, count: int) -> str:
    said = {"count": count, "least": rule.at_least, "minutes": rule.minutes}
    sentences = {
        "many_opened": _("Mở %(count)d văn bản dồn dập; mức đánh dấu: %(least)d văn bản trong %(minutes)d phút."),
        "many_exports": _("Xuất, tải về %(count)d lần; mức đánh dấu: %(least)d lần trong %(minutes)d phút."),
        "refusals": _("Bị từ chối %(count)d lần; mức đánh dấu: %(least)d lần trong %(minutes)d phút."),
    }
    return sentences[rule.key] % said


def _hours(rule: Rule, entries: Sequence[Seen], _known: frozenset[str]) -> Iterator[Mark]:
    nights: dict[object, list[Seen]] = defaultdict(list)
    for one in _of(rule, entries):
        local = one.at.astimezone(REGION_ZONE)
        if local.time() >= rule.begins:
            nights[local.date()].append(one)
        elif local.time() < rule.ends:
            nights[local.date() - timedelta(days=1)].append(one)
    for night in nights.values():
        if len(night) >= rule.at_least:
            said = {"count": len(night), "begins": f"{rule.begins:%H:%M}", "ends": f"{rule.ends:%H:%M}"}
            words = _("Xem, tải %(count)d lần ngoài giờ (%(begins)s–%(ends)s); mức đánh dấu: %(least)d lần một đêm.")
            yield _mark(rule, night, words % {**said, "least": rule.at_least})


def is_day_off(day: date, rule: Rule) -> bool:
    """Whether nobody works: one of the rule's days of the week or a public holiday, and not worked in exchange."""
    calendar = calendar_in_force()
    return day not in calendar.makeup_days and (day.weekday() in rule.weekdays or day in calendar.holidays)


def _days_off(rule: Rule, entries: Sequence[Seen], _known: frozenset[str]) -> Iterator[Mark]:
    days: dict[date, list[Seen]] = defaultdict(list)
    for one in _of(rule, entries):
        day = one.at.astimezone(REGION_ZONE).date()
        if is_day_off(day, rule):
            days[day].append(one)
    for day, own in days.items():
        if len(own) >= rule.at_least:
            words = _("Xem, tải %(count)d lần trong ngày nghỉ %(day)s; mức đánh dấu: %(least)d lần một ngày.")
            yield _mark(rule, own, words % {"count": len(own), "day": f"{day:%d/%m/%Y}", "least": rule.at_least})


def _failures(rule: Rule, entries: Sequence[Seen], _known: frozenset[str]) -> Iterator[Mark]:
    failed: list[Seen] = []
    for one in entries:
        if one.event == "offices:account:sign_in_failed":
            failed.append(one)
        elif one.event == "offices:account:sign_in":
            failed = [other for other in failed if one.at - other.at <= timedelta(minutes=rule.minutes)]
            if len(failed) >= rule.at_least:
                words = _(
                    "Đăng nhập sai %(count)d lần rồi vào được; mức đánh dấu: %(least)d lần trong %(minutes)d phút."
                )
                said = {"count": len(failed), "least": rule.at_least, "minutes": rule.minutes}
                yield _mark(rule, [*failed, one], words % said)
            failed = []


def _devices(rule: Rule, entries: Sequence[Seen], known: frozenset[str]) -> Iterator[Mark]:
    """Nothing is said of somebody whose devices are not known yet: the first of all is not a new one."""
    seen = set(known)
    for one in entries:
        if one.event != "offices:account:sign_in" or not one.device:
            continue
        if seen and one.device not in seen:
            words = _("Lần đầu trong %(days)d ngày đăng nhập bằng %(device)s.")
            yield _mark(rule, [one], words % {"days": rule.days, "device": one.device})
        seen.add(one.device)


_KINDS: Mapping[str, Callable[[Rule, Sequence[Seen], frozenset[str]], Iterator[Mark]]] = {
    "window": _windows,
    "hours": _hours,
    "days_off": _days_off,
    "failures": _failures,
    "device": _devices,
}
