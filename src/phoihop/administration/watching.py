"""Looking through an office's journal for unusual access: for its page, and once a day for its administrators."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet

from phoihop.administration.unusual import Mark, Seen, marks, rules
from phoihop.administration.unusual_spans import spans
from phoihop.audit.models import JournalEntry
from phoihop.audit.selectors import entries
from phoihop.core.clock import REGION_ZONE, now, today
from phoihop.core.ids import derived_id
from phoihop.core.isolation import scope
from phoihop.core.machine import N_
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence, register_sentences
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Office, Position
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import positions_with, valid_on

UNUSUAL = "administration:unusual"
DAYS_SHOWN = 30
_MOST_READ = 200_000
_MOST_SPANS = 200  # more in one question cost more than reading everything
_SIGN_IN = "offices:account:sign_in"


def unusual_access(by: Acting, *, days: int = DAYS_SHOWN) -> Sequence[Mark]:
    """What the rules mark in the journal of the acting office of the last days, latest first."""
    check_may(by, Permission.JOURNAL_VIEW)
    return _marked(by.office_id, now() - timedelta(days=days), now())


def _marked(office_id: UUID, since: datetime, until: datetime) -> Sequence[Mark]:
    held = Position.objects.filter(valid_on(today()), office_id=office_id).values_list("person_id", "roles")
    roles: dict[UUID, set[str]] = defaultdict(set)
    for person, names in held:
        roles[person].update(names)
    frozen = {person: frozenset(names) for person, names in roles.items()}
    return marks(_looked_at(office_id, since, until), roles=frozen, known=_known_devices(office_id, since))


def _looked_at(office_id: UUID, since: datetime, until: datetime) -> Sequence[Seen]:
    """Sign-ins, and what else lies where a rule may mark something, at most so many of the latest: one read."""
    wanted = Q(event__startswith=_SIGN_IN)
    for rule in rules():
        places = spans(rule, _entries(office_id, rule.events, since, until)) if rule.events else None
        if places:
            of_rule = reduce(or_, (Q(event__startswith=one) for one in rule.events))
            inside = reduce(or_, (place.chosen for place in places)) if len(places) <= _MOST_SPANS else Q()
            wanted |= of_rule & inside
    rows = _entries(office_id, (), since, until).filter(wanted).order_by("-at")
    latest = rows.values_list("at", "person_id", "person_name", "event", "detail__device")[:_MOST_READ]
    return [_seen(*one) for one in latest]


def _entries(office_id: UUID, events: Sequence[str], since: datetime, until: datetime) -> QuerySet[JournalEntry]:
    rows = entries(office_id=office_id, events=events, since=since, until=until)
    return rows.filter(person_id__isnull=False)


def _seen(at: datetime, person_id: UUID | None, person_name: str, event: str, device: object) -> Seen:
    assert person_id is not None
    return Seen(at, person_id, person_name, event, str(device or ""))


def _known_devices(office_id: UUID, until: datetime) -> Mapping[UUID, frozenset[str]]:
    days = max(rule.days for rule in rules())
    rows = entries(office_id=office_id, events=[_SIGN_IN], since=until - timedelta(days=days), until=until)
    found: dict[UUID, set[str]] = defaultdict(set)
    for person, device in rows.values_list("person_id", "detail__device").distinct():
        if person is not None and device:
            found[person].add(device)
    return {person: frozenset(names) for person, names in found.items()}


def tell_of_unusual(day: date) -> int:
    """Tell the administrators of each office how much was marked on a day; once, however often this runs."""
    since = datetime.combine(day, time.min, REGION_ZONE)
    told = 0
    with scope("worker"):
        offices = list(Office.objects.filter(valid_on(today()), node__is_self=True).values_list("id", flat=True))
        for office in offices:
            count = len(_marked(office, since, since + timedelta(days=1)))
            if count:
                values = {"count": count, "day": f"{day:%d/%m/%Y}"}
                positions = positions_with(Permission.OFFICE_ADMINISTER, [office])
                subject = derived_id("unusual", office, day.isoformat())
                tell([Telling(office, one, UNUSUAL, f"{UNUSUAL}:{day}", subject, values) for _office, one in positions])
                told += len(positions)
    return told


def register() -> None:
    """State the sentence."""
    said = N_("Ngày %(day)s nhật ký có %(count)d dấu hiệu truy cập bất thường.")
    register_sentences({UNUSUAL: Sentence(said, "history", "administration:unusual_of")})
