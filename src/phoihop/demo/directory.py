"""Who there is in the demonstration region: offices, the bodies they issue for, groups, people, lent authority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

from phoihop.demo.tables import Table, build, read_table

Direction = Literal["in", "out"]
Numbering = Literal["existing", "phoihop"]
SigningForm = Literal["DIRECT", "TM", "KT", "TL", "TUQ"]


@dataclass(frozen=True, slots=True)
class Register:
    """A book of a body. ``first_number`` continues what the office had reached before the demonstration began."""

    direction: Direction
    name: str
    numbering: Numbering
    period: Literal["year", "term"]
    per_type: bool
    first_number: int


@dataclass(frozen=True, slots=True)
class BodyEntry:
    """An issuing body. ``units`` are the drafting units that may stand in the notation of its letters."""

    code: str
    name: str
    superior_name: str
    notation: str
    regime: str
    edxml_id: str
    edxml_basis: str
    head: str
    units: tuple[str, ...]
    registers: tuple[Register, ...]

    def register(self, direction: Direction) -> Register:
        """The body's book in that direction.  Raises LookupError when it keeps none."""
        for register in self.registers:
            if register.direction == direction:
                return register
        raise LookupError(f"{self.code} keeps no {direction} register")


@dataclass(frozen=True, slots=True)
class OfficeEntry:
    """An office. ``place`` is the địa danh on its documents; ``province`` and ``commune`` are GSO codes or empty."""

    code: str
    name: str
    short_name: str
    kind: Literal["regional", "party", "assembly", "government", "commune"]
    province: str
    valid_from: date
    place: str
    seat: str
    hotline: str
    bodies: tuple[BodyEntry, ...]
    commune: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ProvinceEntry:
    """A province of the region; ``prefix`` begins the codes of its offices."""

    code: str
    prefix: str
    name: str
    place: str


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of bodies that documents are addressed to together."""

    code: str
    name: str
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormerOffice:
    """An office that a merger ended, and the office that took over."""

    code: str
    name: str
    valid_from: date
    valid_to: date
    successor: str


@dataclass(frozen=True, slots=True)
class OutsideOrganisation:
    """A sender outside the region's offices; with an ``edxml_id`` the importer knows it."""

    code: str
    name: str
    regime: str
    edxml_id: str = ""
    edxml_basis: str = ""


@dataclass(frozen=True, slots=True)
class Signing:
    """That a position signs for a body, in which form, and the lines printed above the signature."""

    body: str
    form: SigningForm
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PositionEntry:
    """A position; days are relative to the day of loading, None is open."""

    title: str
    roles: tuple[str, ...]
    signs: tuple[Signing, ...] = ()
    rank: str = ""
    from_day: int | None = None
    until_day: int | None = None

    def is_held(self, day: int = 0) -> bool:
        """Whether the position is held on a relative day."""
        return (self.from_day is None or self.from_day <= day) and (self.until_day is None or day <= self.until_day)


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """An invented person. ``username`` is ``handle.office`` in lower case.

    ``signs_in``: whether there is an account; in most communes people act, but nobody needs to look through their eyes.
    """

    username: str
    office: str
    name: str
    positions: tuple[PositionEntry, ...]
    signs_in: bool = True

    @property
    def handle(self) -> str:
        """What the person is called inside the office's data: ``vanthu``, ``cv1``, ``lanhdao``."""
        return self.username.partition(".")[0]


@dataclass(frozen=True, slots=True)
class DelegationEntry:
    """Authority to sign for ``body`` lent by one person's position to another's, between two relative days."""

    office: str
    giver: str
    taker: str
    body: str
    form: SigningForm
    lines: tuple[str, ...]
    from_day: int
    until_day: int
    reason: str


@dataclass(frozen=True)
class Directory:
    """Everything of the region that documents refer to.

    ``password`` opens every demonstration account; such accounts exist only while the server listens on loopback.
    ``day`` is day 0 of the data where that is a day of the past, else None: the day of loading.
    """

    region_code: str
    region_name: str
    party_term: str
    provinces: tuple[ProvinceEntry, ...]
    offices: tuple[OfficeEntry, ...]
    groups: tuple[Group, ...]
    former: tuple[FormerOffice, ...]
    outside: tuple[OutsideOrganisation, ...]
    people: tuple[PersonEntry, ...]
    delegations: tuple[DelegationEntry, ...]
    password: str
    day: date | None = None

    def office(self, code: str) -> OfficeEntry:
        """The office of that code.  Raises LookupError."""
        return _known(self._offices, code)

    def body(self, code: str) -> BodyEntry:
        """The body of that code.  Raises LookupError."""
        return _known(self._bodies, code)[0]

    def office_of(self, body_code: str) -> OfficeEntry:
        """The office that serves a body.  Raises LookupError."""
        return _known(self._bodies, body_code)[1]

    def staff_of(self, office: str) -> tuple[PersonEntry, ...]:
        """The people of an office, in the order of the data; empty for an office nobody works in."""
        return tuple(self._staff.get(office, ()))

    def province(self, prefix: str) -> ProvinceEntry:
        """The province whose office codes begin with ``prefix``.  Raises LookupError."""
        found = next((one for one in self.provinces if one.prefix == prefix), None)
        if found is None:
            raise LookupError(f"no province has the prefix {prefix!r}")
        return found

    def sender(self, code: str) -> OutsideOrganisation:
        """The outside organisation of that code.  Raises LookupError."""
        return _known({one.code: one for one in self.outside}, code)

    def person(self, handle: str, office: str) -> PersonEntry:
        """The person an office's data calls ``handle``.  Raises LookupError."""
        return _known(self._people, f"{handle}.{office.lower()}", "person ")

    def expand(self, addressees: tuple[str, ...]) -> tuple[str, ...]:
        """Body codes, groups replaced by their members, each once, in order.  Raises LookupError for unknown codes."""
        groups = {group.code: group.bodies for group in self.groups}
        codes = [code for one in addressees for code in groups.get(one, (one,))]
        return tuple(self.body(code).code for code in dict.fromkeys(codes))

    @cached_property
    def _offices(self) -> dict[str, OfficeEntry]:
        return {one.code: one for one in self.offices}

    @cached_property
    def _bodies(self) -> dict[str, tuple[BodyEntry, OfficeEntry]]:
        return {body.code: (body, office) for office in self.offices for body in office.bodies}

    @cached_property
    def _people(self) -> dict[str, PersonEntry]:
        return {one.username: one for one in self.people}

    @cached_property
    def _staff(self) -> dict[str, list[PersonEntry]]:
        staff: dict[str, list[PersonEntry]] = defaultdict(list)
        for one in self.people:
            staff[one.office].append(one)
        return staff


T = TypeVar("T")


def _known(among: Mapping[str, T], code: str, kind: str = "") -> T:
    if code not in among:
        raise LookupError(f"the demonstration region has no {kind}{code!r}")
    return among[code]


def read_directory(folder: str = "") -> Directory:
    """The directory from ``offices.toml`` and ``people.toml`` of a folder.  Raises ValueError for malformed data."""
    places, people = read_table(f"{folder}offices.toml"), read_table(f"{folder}people.toml")
    return Directory(
        region_code=places["region"]["code"],
        region_name=places["region"]["name"],
        party_term=places["region"]["party_term"],
        provinces=tuple(build(ProvinceEntry, one) for one in places["provinces"]),
        offices=tuple(_office(one) for one in places["offices"]),
        groups=tuple(build(Group, one) for one in places["groups"]),
        former=tuple(build(FormerOffice, one) for one in places["former"]),
        outside=tuple(build(OutsideOrganisation, one) for one in places["outside"]),
        people=tuple(_person(one) for one in people["people"]),
        delegations=tuple(build(DelegationEntry, one) for one in people["delegations"]),
        password=people["password"],
        day=places["region"].get("day"),
    )


def _office(table: Table) -> OfficeEntry:
    return build(OfficeEntry, table, bodies=tuple(_body(one) for one in table["bodies"]))


def _body(table: Table) -> BodyEntry:
    return build(BodyEntry, table, registers=tuple(build(Register, one) for one in table["registers"]))


def _person(table: Table) -> PersonEntry:
    return build(PersonEntry, table, positions=tuple(_position(one) for one in table["positions"]))


def _position(table: Table) -> PositionEntry:
    return build(PositionEntry, table, signs=tuple(build(Signing, one) for one in table.get("signs", ())))
