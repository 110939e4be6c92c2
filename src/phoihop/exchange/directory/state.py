"""The directory as a value: what the records up to a version add up to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from phoihop.exchange.directory.chain import NOTHING_BEFORE

BodyKey = tuple[str, str]
"""The office a body was opened in, and its code: what its id derives from."""


@dataclass(frozen=True)
class KeyState:
    """A signing key of a node; ``key`` is hex."""

    node: UUID
    incarnation: UUID
    key: str
    valid_from: datetime
    valid_to: datetime | None = None

    def is_valid_at(self, at: datetime) -> bool:
        """Whether a record made at ``at`` may be signed with it."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True)
class OfficeState:
    """An office as it stands; ``past`` are earlier hosts, each with the moment it ended."""

    code: str
    name: str
    short_name: str
    node: UUID
    valid_from: date
    parent: str = ""
    region_code: str = ""
    province_code: str = ""
    commune_code: str = ""
    hotline: str = ""
    valid_to: date | None = None
    successor: str = ""
    past: tuple[tuple[datetime, UUID], ...] = ()


@dataclass(frozen=True)
class BodyState:
    """An issuing body as it stands; ``office`` is the one that issues for it now, ``home`` the one it was opened in."""

    home: str
    office: str
    code: str
    name: str
    regime: str
    notation: str
    place: str
    superior_name: str
    edxml_id: str
    order: int
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class DirectoryState:
    """Everything the directory says at one version. ``key`` signs the next record; ``head`` is what it must name.

    ``bodies`` stand under their homes; ``moved`` leads there from where a body that went to a successor is now.
    """

    directory: UUID | None = None
    name: str = ""
    number: int = 0
    head: str = NOTHING_BEFORE
    founding_key: str = ""
    key: str = ""
    successor: str = ""
    used_keys: frozenset[str] = frozenset()
    nodes: dict[UUID, str] = field(default_factory=dict)
    keys: dict[str, KeyState] = field(default_factory=dict)
    offices: dict[str, OfficeState] = field(default_factory=dict)
    bodies: dict[BodyKey, BodyState] = field(default_factory=dict)
    moved: dict[BodyKey, BodyKey] = field(default_factory=dict)

    @property
    def is_founded(self) -> bool:
        """Whether there is a directory at all."""
        return self.number > 0

    def keys_of(self, node: UUID) -> list[KeyState]:
        """The keys of a node, oldest first."""
        return sorted((key for key in self.keys.values() if key.node == node), key=lambda key: key.valid_from)
