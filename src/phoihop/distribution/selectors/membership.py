"""Who is in a list: now, and on another day; and what that changes against a moment before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, partial
from uuid import UUID

from phoihop.core.clock import REGION_ZONE
from phoihop.distribution.rules import Known, Members, Resolved, digest_of, resolve, without_lists
from phoihop.distribution.selectors.facts import Standing, offices_ever, standing_now, standing_on
from phoihop.distribution.selectors.lists import ListEntry, VersionEntry, all_lists, list_for, versions_of
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office


@dataclass(frozen=True)
class Ended:
    """An office that a list names and that is no more; ``heir`` goes on with its work, if anybody does."""

    office: Office
    heir: Office | None


@dataclass(frozen=True)
class Membership:
    """Who is in a list on a day, in Vietnamese order, and through which of its members each."""

    number: int
    offices: Sequence[Office]
    brought_by: Mapping[UUID, tuple[str, ...]]
    ended: Sequence[Ended]
    silent: frozenset[str]

    @property
    def ids(self) -> frozenset[UUID]:
        """The offices."""
        return frozenset(self.brought_by)

    @property
    def digest(self) -> str:
        """What an act says to show whom it saw."""
        return digest_of(self.number, self.brought_by)


@dataclass(frozen=True)
class Difference:
    """What came and what went between two moments; of what went, who goes on with it."""

    joined: Sequence[Office]
    left: Sequence[Ended]
    removed: Sequence[Office]

    def __bool__(self) -> bool:
        return bool(self.joined or self.left or self.removed)


def members_now(list_id: UUID, *, by: Acting) -> Membership:
    """Who is in a list now. A retired list has nobody. Raises NotFound."""
    return memberships([list_for(list_id, by=by)], by=by)[list_id]


def memberships(entries: Iterable[ListEntry], *, by: Acting) -> Mapping[UUID, Membership]:
    """Who is in each of these lists now; a retired one has nobody. The same few queries for any number of lists."""
    standing = standing_now()
    known = _known(standing, by)
    return {entry.id: _membership(entry, known, standing) for entry in entries}


def resolved(members: Members, *, by: Acting) -> Membership:
    """Who would be in a list with these members."""
    standing = standing_now()
    return _as_membership(0, resolve(members, _known(standing, by)), standing)


def for_others(members: Members, *, by: Acting) -> Members:
    """The members as they are published: without other lists, whose readers might not see them."""
    return without_lists(members, _known(standing_now(), by))


def members_on(entry: ListEntry, day: date, *, by: Acting) -> Membership | None:
    """Who was in a list at the end of a day; None before it was made. Lists within it are taken as of that day too."""
    until = datetime.combine(day + timedelta(days=1), time(), REGION_ZONE)
    standing = standing_on(day)
    lists = all_lists(by)

    def as_of(one: UUID) -> VersionEntry | None:
        found = lists.get(one)
        versions = versions_of(found, by=by) if found is not None else ()
        return next((version for version in versions if version.made_at < until), None)

    def held(one: UUID) -> Members | None:
        version = as_of(one)
        return None if version is None or version.is_retired else version.members

    version = as_of(entry.id)
    if version is None:
        return None
    members = Members() if version.is_retired else version.members
    known = Known(standing.facts, standing.successors, held)
    return _as_membership(version.number, resolve(members, known, inside=frozenset({entry.id})), standing)


def difference(before: Iterable[UUID], after: Iterable[UUID]) -> Difference:
    """What came and went between two sets of offices: who joined, who ended or was merged, who is merely not in it."""
    was, now_in = frozenset(before), frozenset(after)
    standing = standing_now()
    known = Known(standing.facts, standing.successors, lambda _one: None)
    rows = offices_ever(was ^ now_in)
    gone = _in_order(rows[one] for one in was - now_in if one in rows)
    ended = [Ended(one, _row(standing, known.heir_of(one.id))) for one in gone if one.id not in standing.rows]
    return Difference(
        joined=_in_order(rows[one] for one in now_in - was if one in rows),
        left=ended,
        removed=[one for one in gone if one.id in standing.rows],
    )


def heirs_of(offices: Iterable[UUID]) -> Sequence[Ended]:
    """Those of these offices that are no more, and who goes on with their work."""
    return difference(offices, ()).left


def _known(standing: Standing, by: Acting) -> Known:
    """Lists are read when the first one within another is met: most hold none."""
    lists = cache(partial(all_lists, by))

    def held(one: UUID) -> Members | None:
        entry = lists().get(one)
        return None if entry is None or entry.is_retired else entry.members

    return Known(standing.facts, standing.successors, held)


def _membership(entry: ListEntry, known: Known, standing: Standing) -> Membership:
    members = Members() if entry.is_retired else entry.members
    return _as_membership(entry.number, resolve(members, known, inside=frozenset({entry.id})), standing)


def _as_membership(number: int, found: Resolved, standing: Standing) -> Membership:
    former = offices_ever(found.ended)
    ended = [Ended(former[one], _row(standing, heir)) for one, heir in found.ended.items() if one in former]
    return Membership(
        number=number,
        offices=_in_order(standing.rows[one] for one in found.offices),
        brought_by=found.offices,
        ended=sorted(ended, key=lambda one: one.office.sort_key),
        silent=found.silent,
    )


def _row(standing: Standing, office: UUID | None) -> Office | None:
    return standing.rows.get(office) if office is not None else None


def _in_order(offices: Iterable[Office]) -> list[Office]:
    return sorted(offices, key=lambda office: office.sort_key)
