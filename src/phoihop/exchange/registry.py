"""The kinds of record this installation understands; filled by each room in ``AppConfig.ready``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from phoihop.exchange.envelope import Body, Envelope

B = TypeVar("B", bound=Body)


@dataclass(frozen=True)
class Stated(Generic[B]):
    """A verified record as projections receive it: envelope, body, and the audience it belongs to."""

    envelope: Envelope
    body: B
    audience_id: UUID


def _nobody(_stated: Stated[Any]) -> Sequence[UUID]:
    return ()


NO_SUBJECT = "unknown"
"""The sort of a subject whose first record this installation is too old to read; and of kinds that open none."""


@dataclass(frozen=True)
class Kind(Generic[B]):
    """One kind and version of record.

    ``subject`` names the sort of subject it opens. ``project`` derives a room's rows from a set of records of this
    kind; it is pure, set-based and repeatable.
    ``recipients`` names the offices for which the record opens a delivery, from the record alone. ``place`` gives the
    subject of kinds whose subject derives from envelope and audience: an office cannot take the place of another's.
    ``by_owner`` kinds are said by the owner of the subject alone. ``reaches_all`` kinds also go to offices from which
    the subject was withdrawn: those who hold a thing must hear that it is no longer good.
    """

    name: str
    version: int
    room: str
    subject: str
    body: type[B]
    project: Callable[[Sequence[Stated[B]]], None]
    recipients: Callable[[Stated[B]], Sequence[UUID]] = field(default=_nobody)
    place: Callable[[Envelope, frozenset[UUID]], UUID] | None = None
    by_owner: bool = False
    reaches_all: bool = False

    def is_in_place(self, envelope: Envelope, offices: frozenset[UUID]) -> bool:
        """Whether a record stands on the subject its kind derives; true for kinds whose subjects are made freely."""
        return self.place is None or self.place(envelope, offices) == envelope.subject

    @property
    def delivers(self) -> bool:
        """Whether records of this kind may open deliveries, which only the owner of the subject may do."""
        return self.recipients is not _nobody

    @property
    def opens(self) -> bool:
        """Whether a subject may begin with a record of this kind."""
        return self.subject != NO_SUBJECT


class Logged(NamedTuple):
    """A record that has just got its place in the log."""

    kind: str
    subject_id: UUID
    audience_id: UUID
    office_id: UUID
    record_id: UUID


Follower = Callable[[Sequence[Logged]], None]

_kinds: dict[tuple[str, int], Kind[Any]] = {}
_tables: dict[str, tuple[str, ...]] = {}
_followers: list[Follower] = []


def register_kind(kind: Kind[Any]) -> None:
    """Make a kind known. Registering another under the same name and version is a defect."""
    known = _kinds.setdefault((kind.name, kind.version), kind)
    if known is not kind:
        raise ValueError(f"record kind {kind.name} version {kind.version} is registered twice")


def kind_of(name: str, version: int) -> Kind[Any] | None:
    """The kind, or None when this installation is too old to know it."""
    return _kinds.get((name, version))


def kinds() -> Sequence[Kind[Any]]:
    """All kinds, by name and version."""
    return [_kinds[key] for key in sorted(_kinds)]


def register_projections(room: str, tables: Sequence[str]) -> None:
    """Name the tables a room derives from records, so that ``phoihop rebuild`` can prove them."""
    _tables[room] = tuple(tables)


def projected_tables(room: str) -> Sequence[str]:
    """The tables of a room that derive from records."""
    return _tables.get(room, ())


def projecting_rooms() -> Sequence[str]:
    """The rooms that derive tables from records."""
    return sorted(_tables)


def register_follower(follower: Follower) -> None:
    """Have ``follower`` called with each batch of newly logged records, in the sequencer's transaction as the worker.

    It is meant to queue at most one job for the batch; what it raises is logged and undone, and stops nothing.
    """
    if follower not in _followers:
        _followers.append(follower)


def followers() -> Sequence[Follower]:
    """All followers of the log."""
    return tuple(_followers)
