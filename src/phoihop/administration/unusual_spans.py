"""Where in a journal a rule may mark something: the spans in which one person reaches the number a rule begins at.

Counted in the database, so that of a journal of hundreds of thousands of entries only those few spans are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, DateTimeField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.functions import Extract, Floor, TruncDate, TruncTime

from phoihop.administration.unusual import Rule, is_day_off
from phoihop.core.clock import REGION_ZONE


@dataclass(frozen=True)
class Span:
    """Entries of one person from ``begins`` up to, and without, ``ends``."""

    person_id: UUID
    begins: datetime
    ends: datetime

    @property
    def chosen(self) -> Q:
        """The entries in it."""
        return Q(person_id=self.person_id, at__gte=self.begins, at__lt=self.ends)


def spans(rule: Rule, rows: QuerySet[Any]) -> Sequence[Span] | None:
    """The spans of ``rows``, the entries a rule looks at, outside which it marks nothing; None where it counts none."""
    counted = _COUNTED.get(rule.kind)
    return counted(rule, rows) if counted else None


def _windows(rule: Rule, rows: QuerySet[Any]) -> Sequence[Span]:
    """A window lies in two neighbouring stretches of its own length, one of which holds half of its entries or more."""
    seconds = rule.minutes * 60
    stretches = rows.annotate(stretch=Floor(Extract("at", "epoch", tzinfo=UTC) / float(seconds)))
    found = _reached(stretches, "stretch", (rule.at_least + 1) // 2)
    return [Span(person, _moment((number - 1) * seconds), _moment((number + 2) * seconds)) for person, number in found]


def _nights(rule: Rule, rows: QuerySet[Any]) -> Sequence[Span]:
    morning = timedelta(hours=rule.ends.hour, minutes=rule.ends.minute)
    began = ExpressionWrapper(F("at") - morning, output_field=DateTimeField())
    dark = rows.annotate(hour=TruncTime("at", tzinfo=REGION_ZONE), night=TruncDate(began, tzinfo=REGION_ZONE))
    dark = dark.filter(Q(hour__gte=rule.begins) | Q(hour__lt=rule.ends))
    return [
        Span(
            person,
            datetime.combine(night, rule.begins, REGION_ZONE),
            datetime.combine(night + timedelta(days=1), rule.ends, REGION_ZONE),
        )
        for person, night in _reached(dark, "night", rule.at_least)
    ]


def _days_off(rule: Rule, rows: QuerySet[Any]) -> Sequence[Span]:
    days = rows.annotate(day=TruncDate("at", tzinfo=REGION_ZONE))
    return [
        Span(person, _midnight(day), _midnight(day + timedelta(days=1)))
        for person, day in _reached(days, "day", rule.at_least)
        if is_day_off(day, rule)
    ]


def _reached(rows: QuerySet[Any], stretch: str, least: int) -> Sequence[tuple[UUID, Any]]:
    counted = rows.order_by().values("person_id", stretch).annotate(number=Count("id")).filter(number__gte=least)
    return list(counted.values_list("person_id", stretch))


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(float(seconds), UTC)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), REGION_ZONE)


_COUNTED: Mapping[str, Callable[[Rule, QuerySet[Any]], Sequence[Span]]] = {
    "window": _windows,
    "hours": _nights,
    "days_off": _days_off,
}
