"""What must hold between the demonstration's data files. Each finding is a sentence that names the entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from phoihop.core.clock import today
from phoihop.demo.content import Content
from phoihop.demo.directory import BodyEntry, Directory, OfficeEntry, PersonEntry, PositionEntry
from phoihop.demo.letter_integrity import letter_problems, paper_problems
from phoihop.demo.play import Play, Script
from phoihop.dispatches.types import rules_for
from phoihop.offices.permissions import RoleKey

# A committee decides as a body: nobody signs in place of it (05-HD/VPTW); TUQ is not a Party form.
_PARTY_FORMS: Final = frozenset({"DIRECT", "TM", "KT", "TL"})
_NEEDED_ROLES: Final = (RoleKey.RECORDS_CLERK, RoleKey.CHIEF_OF_OFFICE, RoleKey.LEADER)


def check(content: Content) -> tuple[str, ...]:
    """Everything wrong with the content; empty when it may be loaded."""
    return (
        *_repeated(content),
        *_offices(content.directory),
        *_people(content.directory),
        *(found for one in content.correspondence.letters for found in letter_problems(content, one)),
        *(found for one in content.correspondence.papers for found in paper_problems(content, one)),
        *_numbers(content),
        *_play(content.directory, content.play),
    )


def _repeated(content: Content) -> Iterator[str]:
    directory, written = content.directory, content.correspondence
    bodies = [body for office in directory.offices for body in office.bodies]
    former = [one.code for one in directory.former]
    yield from _twice("office code", [*(one.code for one in directory.offices), *former])
    yield from _twice("body code", (one.code for one in bodies))
    outside = [one.edxml_id for one in directory.outside if one.edxml_id]
    yield from _twice("edXML identifier", [*(one.edxml_id for one in bodies), *outside])
    yield from _twice("username", (one.username for one in directory.people))
    yield from _twice("name", (one.name for one in directory.people))
    yield from _twice("document key", [*(one.key for one in written.letters), *(one.key for one in written.papers)])


def _twice(what: str, values: Iterable[str]) -> Iterator[str]:
    yield from (f"{what} {value!r} stands {count} times" for value, count in Counter(values).items() if count > 1)


def _offices(directory: Directory) -> Iterator[str]:
    codes = {one.code for one in directory.offices}
    provinces = {one.code for one in directory.provinces}
    for office in directory.offices:
        if office.parent and office.parent not in codes:
            yield f"office {office.code}: no parent {office.parent!r}"
        if office.kind != "regional" and office.province not in provinces:
            yield f"office {office.code}: no province {office.province!r}"
        if (office.kind == "commune") != bool(office.commune):
            yield f"office {office.code}: only a commune's office names a commune"
        for body in office.bodies:
            yield from _registers(body)
    for former in directory.former:
        if former.successor not in codes or former.valid_to <= former.valid_from:
            yield f"former office {former.code}: successor or dates are wrong"
    for group in directory.groups:
        try:
            directory.expand(group.bodies)
        except LookupError as error:
            yield f"group {group.code}: {error}"


def _registers(body: BodyEntry) -> Iterator[str]:
    if sorted(one.direction for one in body.registers) != ["in", "out"]:
        yield f"body {body.code}: keeps one incoming and one outgoing register"
        return
    try:
        rules = rules_for(body.regime, today())
    except ValueError as error:
        yield f"body {body.code}: {error}"
        return
    out = body.register("out")
    if (out.period, out.per_type) != (rules.numbering.period.value, rules.numbering.per_type):
        yield f"body {body.code}: its numbers do not run as {body.regime} has it"


def _people(directory: Directory) -> Iterator[str]:
    codes = {one.code for one in directory.offices}
    for person in directory.people:
        if person.office not in codes or person.username != f"{person.handle}.{person.office.lower()}":
            yield f"person {person.username}: office {person.office!r} does not fit"
            continue
        for position in person.positions:
            yield from _position(directory, person, position)
    for office in directory.offices:
        yield from _staffing(directory, office)
    yield from _delegations(directory)


def _position(directory: Directory, person: PersonEntry, position: PositionEntry) -> Iterator[str]:
    known = {role.value for role in RoleKey}
    yield from (f"person {person.username}: no role {role!r}" for role in position.roles if role not in known)
    own = {body.code: body for body in directory.office(person.office).bodies}
    yield from _twice(f"person {person.username}: signing for", (one.body for one in position.signs))
    for signing in position.signs:
        body = own.get(signing.body)
        if body is None:
            yield f"person {person.username}: signs for {signing.body!r}, which the office does not serve"
        elif body.regime == "PARTY" and signing.form not in _PARTY_FORMS:
            yield f"person {person.username}: {signing.form} is no Party form"


def _staffing(directory: Directory, office: OfficeEntry) -> Iterator[str]:
    people = [one for one in directory.people if one.office == office.code]
    held = {role for one in people for position in one.positions if position.is_held() for role in position.roles}
    yield from (f"office {office.code}: nobody is {role.value}" for role in _NEEDED_ROLES if role.value not in held)
    signed = {signing.body for one in people for position in one.positions for signing in position.signs}
    yield from (f"body {body.code}: nobody signs for it" for body in office.bodies if body.code not in signed)


def _delegations(directory: Directory) -> Iterator[str]:
    offices = {one.username: one.office for one in directory.people}
    for lent in directory.delegations:
        label = f"delegation {lent.giver} to {lent.taker}"
        if offices.get(lent.giver) != lent.office or offices.get(lent.taker) != lent.office:
            yield f"{label}: not two people of {lent.office}"
        if lent.until_day < lent.from_day:
            yield f"{label}: ends before it begins"
        if lent.body not in {body.code for body in directory.office(lent.office).bodies}:
            yield f"{label}: {lent.office} does not serve {lent.body!r}"


def _numbers(content: Content) -> Iterator[str]:
    """Typed numbers stand once in their series."""
    series = (
        f"{one.number} of {one.body} {one.type if content.directory.body(one.body).register('out').per_type else ''}"
        for one in content.correspondence.letters
        if one.number is not None
    )
    yield from _twice("number", series)


def _play(directory: Directory, play: Play) -> Iterator[str]:
    communes = {one.code for one in directory.offices if one.kind == "commune"}
    if {one.office for one in play.communes} != communes:
        yield "play: its communes are not those of the directory"
    if set(play.places) != {one.prefix for one in directory.provinces}:
        yield "play: its places are not those of the provinces"
    yield from _twice("script", (one.key for one in play.scripts))
    for script in play.scripts:
        yield from _script(script)
        if script.communes[1] and not any(set(place.terrain) & set(script.terrain) for place in play.communes):
            yield f"script {script.key}: no commune has {script.terrain}"


def _script(script: Script) -> Iterator[str]:
    before: set[str] = set()
    for step in script.steps:
        if step.reply_to and step.reply_to not in before:
            yield f"script {script.key}, step {step.key}: answers {step.reply_to!r}, which does not come before"
        if step.return_share > 0 and not step.reasons:
            yield f"script {script.key}, step {step.key}: returned without a reason"
        if not step.abstracts or not step.openings or not step.closings or not step.instructions:
            yield f"script {script.key}, step {step.key}: a list of words is empty"
        before.add(step.key)
