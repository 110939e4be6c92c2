"""Putting the demonstration region's directory into the database: offices, bodies, books, people, lent authority."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.contrib.auth.hashers import make_password

from phoihop.core.clock import REGION_ZONE
from phoihop.core.isolation import scope
from phoihop.demo.crowd import load_crowd
from phoihop.demo.directory import BodyEntry, Directory, OfficeEntry, PersonEntry, PositionEntry
from phoihop.dispatches.actions.numbering import RegisterSpec, open_registers
from phoihop.exchange.directory.actions import found_directory
from phoihop.exchange.directory.at_hand import key_at_hand, key_path
from phoihop.exchange.directory.keyfile import RegionKey, make_key
from phoihop.exchange.directory.loading import changes_for, load_offices
from phoihop.exchange.directory.selectors import load_state
from phoihop.exchange.keys import own_identity
from phoihop.offices.actions import body_id, load_people, office_id
from phoihop.offices.directory import BodySpec, DelegationSpec, OfficeSpec, PersonSpec, PositionSpec
from phoihop.offices.models import NodeKey
from phoihop.offices.permissions import Permission

PAST = timedelta(days=75)
"""More than the correspondence reaches back."""

OFFICES_PER_RECORD = 100
"""A record of the directory stays well below the size that a body may have."""


def load_region(directory: Directory, *, anchor: date) -> None:
    """Load everything; repeating it changes nothing. ``anchor`` is day 0 of the relative days in the data."""
    specs = [_office(office, directory) for office in directory.offices]
    key, state, node = _directory_key(), load_state(), own_identity().node_id
    first, *more = [specs[at : at + OFFICES_PER_RECORD] for at in range(0, len(specs), OFFICES_PER_RECORD)]
    if state.is_founded:
        more.insert(0, first)
    else:
        _backdate_key(anchor)
        found_directory(key, name="Quân khu 4", changes=list(changes_for(first, node_id=node, state=state)))
    for some in more:
        load_offices(some, node_id=node, key=key)
    people = [_person(person, directory, anchor) for person in directory.people if person.signs_in]
    load_people(people, password_hash=make_password(directory.password), is_demo=True)
    load_crowd([_person(person, directory, anchor) for person in directory.people if not person.signs_in])
    for office in directory.offices:
        with scope("web", office_id(office.code)):
            open_registers(_books(office, directory), office_id=office_id(office.code))


def _directory_key() -> RegionKey:
    """The demonstration keeps its directory key at hand, as no real region may: its data may change with a version."""
    return key_at_hand() or make_key(key_path())


def _backdate_key(anchor: date) -> None:
    """Let the node's key be good for the made-up weeks too, or the log of the demonstration would not verify."""
    since = datetime.combine(anchor - PAST, time(), REGION_ZONE)
    own = NodeKey.objects.using("owner").filter(node__is_self=True, valid_from__gt=since)
    own.update(valid_from=since)


def _office(office: OfficeEntry, directory: Directory) -> OfficeSpec:
    return OfficeSpec(
        code=office.code,
        name=office.name,
        short_name=office.short_name,
        bodies=tuple(_body(body, office) for body in office.bodies),
        parent=office.parent,
        region_code=directory.region_code,
        province_code=office.province,
        commune_code=office.commune,
        hotline=office.hotline,
        valid_from=office.valid_from,
    )


def _body(body: BodyEntry, office: OfficeEntry) -> BodySpec:
    return BodySpec(
        code=body.code,
        name=body.name,
        regime=body.regime,
        notation=body.notation,
        place=office.place,
        superior_name=body.superior_name,
        edxml_id=body.edxml_id,
        valid_from=office.valid_from,
    )


def _books(office: OfficeEntry, directory: Directory) -> list[RegisterSpec]:
    """An incoming and an outgoing book for each of the office's bodies."""
    books = []
    for body in office.bodies:
        own, book = body_id(office.code, body.code), body.register("out")
        books += [
            RegisterSpec(own, "in", arrivals.name, "phoihop", first_number=arrivals.first_number)
            for arrivals in body.registers
            if arrivals.direction == "in"
        ]
        books.append(
            RegisterSpec(
                own,
                "out",
                book.name,
                book.numbering,
                period=book.period,
                per_type=book.per_type,
                first_number=book.first_number,
                term_label=directory.party_term if book.period == "term" else "",
            )
        )
    return books


def _person(person: PersonEntry, directory: Directory, anchor: date) -> PersonSpec:
    since = directory.office(person.office).valid_from
    positions = tuple(_position(position, person, since, anchor) for position in person.positions)
    lent = tuple(
        DelegationSpec(
            taker=one.taker,
            permissions=(Permission.DISPATCH_SIGN.value,),
            body=one.body,
            authority="\n".join(one.lines),
            reason=one.reason,
            valid_from=anchor + timedelta(days=one.from_day),
            valid_to=anchor + timedelta(days=one.until_day),
        )
        for one in directory.delegations
        if one.office == person.office and one.giver == person.username
    )
    return PersonSpec(person.username, person.name, positions, lent)


def _position(position: PositionEntry, person: PersonEntry, since: date, anchor: date) -> PositionSpec:
    start = since if position.from_day is None else anchor + timedelta(days=position.from_day)
    end = None if position.until_day is None else anchor + timedelta(days=position.until_day)
    signs = tuple((one.body, "\n".join(one.lines)) for one in position.signs)
    return PositionSpec(person.office, position.title, position.roles, signs, start, end)
