"""What the directory says of offices, in the form the rules ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from phoihop.distribution.rules import Level, OfficeFacts
from phoihop.exchange.models import Succession
from phoihop.offices.models import IssuingBody, Office
from phoihop.offices.selectors import valid_on
from phoihop.offices.snapshot import Snapshot, directory


@dataclass(frozen=True)
class Standing:
    """The offices of one day: rows, what rules ask of them, and who went on with the work of those that ended."""

    rows: Mapping[UUID, Office]
    facts: Mapping[UUID, OfficeFacts]
    successors: Mapping[UUID, UUID]


_last: tuple[Snapshot, Standing] | None = None


def standing_now() -> Standing:
    """The offices of today; worked out once for each version of the directory."""
    global _last
    snapshot, kept = directory(), _last
    if kept is None or kept[0] is not snapshot:
        facts = _facts(snapshot.offices.values(), snapshot.bodies.values())
        kept = _last = (snapshot, Standing(snapshot.offices, facts, _successors(snapshot.day)))
    return kept[1]


def standing_on(day: date) -> Standing:
    """The offices of another day."""
    offices = {office.id: office for office in Office.objects.filter(valid_on(day))}
    bodies = IssuingBody.objects.filter(valid_on(day))
    return Standing(offices, _facts(offices.values(), bodies), _successors(day))


def _facts(offices: Iterable[Office], bodies: Iterable[IssuingBody]) -> Mapping[UUID, OfficeFacts]:
    regimes: dict[UUID, set[str]] = defaultdict(set)
    for body in bodies:
        regimes[body.office_id].add(body.regime)
    return {
        office.id: OfficeFacts(level_of(office), office.province_code, frozenset(regimes[office.id]))
        for office in offices
    }


def level_of(office: Office) -> Level:
    """Where an office stands."""
    if office.commune_code:
        return Level.COMMUNE
    return Level.PROVINCE if office.province_code else Level.REGION


def _successors(day: date) -> Mapping[UUID, UUID]:
    rows = Succession.objects.filter(since__lte=day)
    return dict(rows.values_list("office_id", "successor_id"))


def offices_ever(ids: Iterable[UUID]) -> Mapping[UUID, Office]:
    """Offices by id, those of the past too."""
    wanted = set(ids)
    known = directory().offices
    found = {one: known[one] for one in wanted if one in known}
    if missing := wanted - found.keys():
        found |= {office.id: office for office in Office.objects.filter(id__in=missing)}
    return found
