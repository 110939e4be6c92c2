"""People and positions as data: what somebody wants them to be, and what that would change. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

Signs = tuple[tuple[str, str], ...]
"""Body codes a position signs for, each with its form of authority (TM., KT., TL., TUQ., or none as head)."""


@dataclass(frozen=True)
class StaffLine:
    """One position of one person as it is wanted. ``place`` and ``cells`` say where it was written.

    ``position`` names the position that is meant; without it, that is known by title and time.
    """

    username: str
    full_name: str
    title: str
    roles: tuple[str, ...]
    valid_from: date
    valid_to: date | None = None
    signs: Signs = ()
    order: int = 0
    email: str = ""
    place: int = 0
    position: UUID | None = None
    cells: Mapping[str, str] = field(default_factory=dict, compare=False)

    def covers(self, day: date) -> bool:
        """Whether the position is held on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class HeldPosition:
    """A position as it stands."""

    id: UUID
    title: str
    roles: tuple[str, ...]
    signs: Signs
    order: int
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class StaffMember:
    """A person of the office with its account and all positions, ended ones too."""

    id: UUID
    account_id: UUID
    username: str
    full_name: str
    email: str
    positions: tuple[HeldPosition, ...]
    is_shared: bool = False


class Effect(StrEnum):
    """What a line does."""

    NEW = "new"
    CHANGED = "changed"
    ENDED = "ended"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Difference:
    """One thing that changes, in words: what, from, to."""

    what: str
    old: str
    new: str


@dataclass(frozen=True)
class Step:
    """What one line does to one position. ``member`` and ``position`` are None for those that are made."""

    effect: Effect
    line: StaffLine
    member: StaffMember | None = None
    position: HeldPosition | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def is_new_person(self) -> bool:
        """Whether an account is made."""
        return self.member is None


@dataclass(frozen=True)
class StaffFault:
    """Why a line cannot be. ``key`` names the field, ``place`` the line; 0 is the whole."""

    place: int
    key: str
    message: str
    remedy: str = ""
    address: str = ""


@dataclass(frozen=True)
class StaffPlan:
    """What would change, line by line, with the faults that stand in the way and remarks that do not."""

    steps: tuple[Step, ...]
    faults: tuple[StaffFault, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Equal for two plans that do the same to the same state."""
        told = hashlib.sha256()
        for step in self.steps:
            told.update(repr((step.effect.value, step.line, step.member, step.position)).encode())
        return told.hexdigest()

    @property
    def changing(self) -> Sequence[Step]:
        """The lines that do something."""
        return [step for step in self.steps if step.effect is not Effect.UNCHANGED]

    def count(self, effect: Effect) -> int:
        """How many lines have this effect."""
        return sum(step.effect is effect for step in self.steps)

    @property
    def new_people(self) -> int:
        """How many accounts would be made."""
        return len({step.line.username for step in self.steps if step.is_new_person})
