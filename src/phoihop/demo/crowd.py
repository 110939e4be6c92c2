"""People of the communes in whose name the demonstration acts, but who do not sign in: put in by sets, as the owner."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from phoihop.core.ids import derived_id
from phoihop.core.text import name_sort_key
from phoihop.offices.actions import OWNER_ALIAS, body_id, office_id, position_id
from phoihop.offices.directory import PersonSpec, PositionSpec
from phoihop.offices.models import Person, Position, SigningAuthority

_AT_ONCE = 500


def load_crowd(people: Sequence[PersonSpec]) -> None:
    """Make persons, positions and signing authorities without accounts; what is there stays as it is."""
    held = [(spec, order, position) for spec in people for order, position in enumerate(spec.positions)]
    with transaction.atomic(using=OWNER_ALIAS):
        persons = [_person(spec, position) for spec, order, position in held if order == 0]
        Person.objects.using(OWNER_ALIAS).bulk_create(persons, batch_size=_AT_ONCE, ignore_conflicts=True)
        positions = [_position(spec, order, position) for spec, order, position in held]
        Position.objects.using(OWNER_ALIAS).bulk_create(positions, batch_size=_AT_ONCE, ignore_conflicts=True)
        signs = [one for spec, _order, position in held for one in _authorities(spec, position)]
        SigningAuthority.objects.using(OWNER_ALIAS).bulk_create(signs, batch_size=_AT_ONCE, ignore_conflicts=True)


def _person(spec: PersonSpec, position: PositionSpec) -> Person:
    return Person(
        id=derived_id("person", spec.username, position.office),
        office_id=office_id(position.office),
        full_name=spec.full_name,
        sort_key=name_sort_key(spec.full_name),
    )


def _position(spec: PersonSpec, order: int, position: PositionSpec) -> Position:
    return Position(
        id=position_id(spec.username, position.office, position.title),
        office_id=office_id(position.office),
        person_id=derived_id("person", spec.username, position.office),
        title=position.title,
        roles=list(position.roles),
        order=order,
        valid_from=position.valid_from,
        valid_to=position.valid_to,
    )


def _authorities(spec: PersonSpec, position: PositionSpec) -> list[SigningAuthority]:
    holder = position_id(spec.username, position.office, position.title)
    return [
        SigningAuthority(
            id=derived_id("signing", holder, code),
            office_id=office_id(position.office),
            position_id=holder,
            body_id=body_id(position.office, code),
            authority=authority,
        )
        for code, authority in position.signs
    ]
