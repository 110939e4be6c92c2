"""What must hold for each document of the demonstration: form, authority, order of events, language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from phoihop.core.clock import today
from phoihop.core.text import find_problems, nfc
from phoihop.demo.content import Content
from phoihop.demo.directory import BodyEntry, Directory
from phoihop.demo.letters import Letter, PaperLetter, Treatment
from phoihop.demo.moments import Moment
from phoihop.dispatches.rules import Circulation, DraftState, Urgency
from phoihop.dispatches.types import rules_for
from phoihop.offices.permissions import Permission, permissions_of

_URGENCIES: Final = tuple(one.value for one in Urgency)
_STATES: Final = tuple(one.value for one in DraftState)
_CIRCULATIONS: Final = tuple(one.value for one in Circulation)
# Spellings hoà, thuỷ, uỷ: the interface and its examples write hòa, thủy, ủy (domain: text).
_OLD_TONES: Final = re.compile(r"(?i)(?:o[àáảãạ]|o[èéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?![a-zà-ỹđ])")
_SECRECY_MARKS: Final = re.compile(r"(?i)tối mật|tuyệt mật|độ mật")
_REFERENCE: Final = re.compile(r"\{ref:([^{}]+)\}")


def letter_problems(content: Content, letter: Letter) -> Iterator[str]:
    """Everything wrong with one document of the region; with an unknown body or addressee, only that."""
    try:
        content.directory.expand((letter.body, *letter.to, *letter.copies))
    except LookupError as error:
        yield f"document {letter.key}: {error}"
        return
    found = [
        *form_problems(
            content.directory,
            body_code=letter.body,
            type_key=letter.type,
            unit=letter.unit,
            drafter=letter.drafter,
        ),
        *_signer(content.directory, letter),
        *_marks(letter),
        *_number(content.directory, letter),
        *_addressees(content.directory, letter),
        *_reply(content, letter),
        *_references(content, letter),
        *_language(letter.abstract, letter.text),
        *_handling(content.directory, letter),
    ]
    yield from (f"document {letter.key}: {one}" for one in found)


def paper_problems(content: Content, paper: PaperLetter) -> Iterator[str]:
    """Everything wrong with one paper from outside."""
    found = [*_language(paper.abstract, paper.text)]
    try:
        content.directory.sender(paper.sender)
        office = content.directory.office_of(paper.body).code
    except LookupError as error:
        found.append(str(error))
    else:
        if [one.office for one in paper.handling] != [office]:
            found.append(f"is handled by {office} alone")
    for treatment in paper.handling:
        found += _treatment(content.directory, treatment, paper.received)
    if paper.urgency not in _URGENCIES:
        found.append(f"no urgency {paper.urgency!r}")
    yield from (f"paper {paper.key}: {one}" for one in found)


def form_problems(directory: Directory, *, body_code: str, type_key: str, unit: str, drafter: str) -> tuple[str, ...]:
    """What the regime and the office do not allow: the type, the drafting unit, the drafter."""
    try:
        body = directory.body(body_code)
        person = directory.person(drafter, directory.office_of(body_code).code)
    except LookupError as error:
        return (str(error),)
    found = [*_type(body, type_key, unit)]
    if Permission.DISPATCH_DRAFT not in _permissions(directory, person.username):
        found.append(f"{person.username} may not draft")
    return tuple(found)


def signing_problems(directory: Directory, *, body_code: str, signer: str) -> tuple[str, ...]:
    """Why a person may not sign for a body in an own position; empty when he or she may."""
    try:
        person = directory.person(signer, directory.office_of(body_code).code)
    except LookupError as error:
        return (str(error),)
    for position in person.positions:
        may = Permission.DISPATCH_SIGN in permissions_of(list(position.roles))
        if may and position.is_held() and any(one.body == body_code for one in position.signs):
            return ()
    return (f"{person.username} does not sign for {body_code}",)


def _permissions(directory: Directory, username: str) -> frozenset[Permission]:
    handle, _dot, office = username.partition(".")
    person = directory.person(handle, office)
    roles = [role for position in person.positions if position.is_held() for role in position.roles]
    return permissions_of(roles)


def _type(body: BodyEntry, type_key: str, unit: str) -> Iterator[str]:
    rules = rules_for(body.regime, today())
    if type_key not in {one.key for one in rules.issuable_types()}:
        yield f"{body.regime} has no type {type_key!r} to issue"
    if type_key == "letter" and body.regime != "PARTY":
        if unit not in body.units:
            yield f"{body.code} has no drafting unit {unit!r}"
    elif unit:
        yield "only a công văn of the State or the army names a drafting unit"


def _signer(directory: Directory, letter: Letter) -> Iterator[str]:
    if not letter.delegated:
        yield from signing_problems(directory, body_code=letter.body, signer=letter.signer)
        return
    taker = f"{letter.signer}.{directory.office_of(letter.body).code.lower()}"
    day = letter.issued.day if letter.issued else 0
    if not any(
        one.taker == taker and one.body == letter.body and one.from_day <= day <= one.until_day
        for one in directory.delegations
    ):
        yield f"{taker} has no lent authority for {letter.body} on day {day}"


def _marks(letter: Letter) -> Iterator[str]:
    if letter.state not in _STATES:
        yield f"no state {letter.state!r}"
    if letter.urgency not in _URGENCIES:
        yield f"no urgency {letter.urgency!r}"
    if letter.circulation not in _CIRCULATIONS:
        yield f"no circulation {letter.circulation!r}"
    if (letter.state == "issued") != (letter.issued is not None):
        yield "is issued exactly when it has a time of issue"
    if letter.issued is None and letter.drafted is None:
        yield "has no time at all"
    if letter.due is not None and letter.issued is not None and letter.due <= letter.issued:
        yield "is due before it is issued"
    if (letter.returned_at is None) != (not letter.returned_reason):
        yield "is returned with a reason, and only then"
    steps = letter.preparation
    if letter.returned_at is not None and steps.submitted is not None and letter.returned_at <= steps.submitted:
        yield "is returned before it is submitted"


def _number(directory: Directory, letter: Letter) -> Iterator[str]:
    register = directory.body(letter.body).register("out")
    typed = register.numbering == "existing" and letter.state == "issued"
    if typed != (letter.number is not None):
        yield "has a typed number exactly when its register belongs to another system"


def _addressees(directory: Directory, letter: Letter) -> Iterator[str]:
    to, copies = directory.expand(letter.to), directory.expand(letter.copies)
    if not to:
        yield "is addressed to nobody"
    if set(to) & set(copies):
        yield "has an addressee that also gets a copy"
    if letter.body in {*to, *copies}:
        yield "is addressed to its own issuer"


def _offices(directory: Directory, letter: Letter) -> frozenset[str]:
    return frozenset(directory.office_of(code).code for code in directory.expand((*letter.to, *letter.copies)))


def _reply(content: Content, letter: Letter) -> Iterator[str]:
    if not letter.reply_to:
        return
    directory = content.directory
    try:
        asked = content.correspondence.letter(letter.reply_to)
        receivers = _offices(directory, asked)
    except LookupError as error:
        yield str(error)
        return
    if directory.office_of(letter.body).code not in receivers:
        yield f"answers {asked.key}, which its office did not receive"
    if letter.state == "issued" and asked.body not in directory.expand((*letter.to, *letter.copies)):
        yield f"answers {asked.key}, but not to its issuer"
    if asked.issued is None or letter.preparation.drafted < asked.issued:
        yield f"was drafted before {asked.key} was issued"
    if letter.duty and not asked.duty:
        yield f"keeps no office hours, but answers {asked.key}, which does"


def _references(content: Content, letter: Letter) -> Iterator[str]:
    letters = {one.key: (one.issued, one.duty) for one in content.correspondence.letters}
    papers = {one.key: (one.received, one.duty) for one in content.correspondence.papers}
    known: dict[str, tuple[Moment | None, bool]] = {**letters, **papers}
    for key in _REFERENCE.findall(f"{letter.abstract} {letter.text}"):
        since, duty = known.get(key, (None, True))
        if since is None or letter.preparation.drafted < since:
            yield f"cites {key!r}, which was not there when it was drafted"
        if letter.duty and not duty:
            yield f"keeps no office hours, but cites {key}, which does"


def _language(abstract: str, text: str) -> Iterator[str]:
    whole = f"{abstract}\n{text}"
    if nfc(whole) != whole or find_problems(whole):
        yield "holds characters that may not be stored"
    if old := _OLD_TONES.search(whole):
        yield f"writes {old.group()!r} in the old place"
    if mark := _SECRECY_MARKS.search(whole):
        yield f"speaks of {mark.group()!r}"
    if not text.endswith("."):
        yield "its text does not end with a full stop"
    if abstract.endswith("."):
        yield "its abstract ends with a full stop"


def _handling(directory: Directory, letter: Letter) -> Iterator[str]:
    receivers = _offices(directory, letter)
    for treatment in letter.handling:
        if letter.issued is None:
            yield "is handled before it is issued"
        elif treatment.office not in receivers:
            yield f"is handled by {treatment.office}, which did not receive it"
        else:
            yield from _treatment(directory, treatment, letter.issued)
    offices = [one.office for one in letter.handling]
    if len(offices) != len(set(offices)):
        yield "is handled twice by one office"


def _treatment(directory: Directory, treatment: Treatment, since: Moment) -> Iterator[str]:
    label = treatment.office
    steps = (treatment.registered, treatment.distributed, treatment.directed, treatment.accepted, treatment.finished)
    times = [since, *(step for step in steps if step is not None)]
    if any(later < earlier for earlier, later in pairwise(times)):
        yield f"{label}: its steps do not follow one another"
    gap = next((place for place, step in enumerate(steps) if step is None), len(steps))
    if any(step is not None for step in steps[gap:]):
        yield f"{label}: a step is missing"
    if treatment.viewed is not None and (treatment.distributed is None or treatment.viewed < treatment.distributed):
        yield f"{label}: seen before it was distributed"
    if treatment.returned is not None and (any(steps) or not treatment.reason or treatment.returned < since):
        yield f"{label}: returned without reason, or after being taken in"
    yield from _instruction(directory, treatment)


def _instruction(directory: Directory, treatment: Treatment) -> Iterator[str]:
    label = treatment.office
    if (treatment.directed is not None) != bool(treatment.instruction and treatment.lead):
        yield f"{label}: a direction has a time, words and a lead, or none of them"
    if treatment.due is not None and (treatment.directed is None or treatment.due <= treatment.directed):
        yield f"{label}: due before it is directed"
    handles = [one for one in (treatment.lead, *treatment.coordinating, *treatment.informed) if one]
    if len(handles) != len(set(handles)):
        yield f"{label}: one person has two parts"
    for handle in handles:
        try:
            person = directory.person(handle, treatment.office)
        except LookupError as error:
            yield f"{label}: {error}"
            continue
        if handle == treatment.lead and Permission.DISPATCH_HANDLE not in _permissions(directory, person.username):
            yield f"{label}: {person.username} may not handle documents"
