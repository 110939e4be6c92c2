"""The lists an office may use: its own, and those that others published to it; each with its versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.core.text import fold
from phoihop.distribution.models import DistributionList, ListUse, ListVersion, PublishedVersion
from phoihop.distribution.rules import Members
from phoihop.distribution.selectors.facts import offices_ever
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class ListEntry:
    """A list as this office may use it: its newest version. ``offices`` are those who were in it when that was made."""

    id: UUID
    owner_id: UUID
    owner_name: str
    name: str
    sort_key: str
    purpose: str
    number: int
    members: Members
    offices: frozenset[UUID]
    changed_at: datetime
    is_own: bool
    is_retired: bool
    published_at: datetime | None = None

    @property
    def folded(self) -> str:
        """What search compares."""
        return fold(f"{self.name} {self.purpose} {'' if self.is_own else self.owner_name}")


@dataclass(frozen=True)
class VersionEntry:
    """One version of a list."""

    number: int
    name: str
    purpose: str
    members: Members
    offices: frozenset[UUID]
    reason: str
    made_by: str
    made_at: datetime
    is_retired: bool


def lists_for(by: Acting, *, words: str = "", retired: bool = False) -> Sequence[ListEntry]:
    """The lists the office may use, own ones first, in Vietnamese order; found by words with or without marks.

    ``retired`` adds those that are not to be used any more. Three queries.
    """
    check_may(by, Permission.DISPATCH_VIEW)
    wanted = fold(words).split()
    found = [
        entry
        for entry in _all(by)
        if (retired or not entry.is_retired) and all(word in entry.folded for word in wanted)
    ]
    return sorted(found, key=lambda entry: (not entry.is_own, entry.sort_key))


def list_for(list_id: UUID, *, by: Acting) -> ListEntry:
    """One list the office may see. Raises NotFound."""
    check_may(by, Permission.DISPATCH_VIEW)
    found = next((entry for entry in _all(by, [list_id]) if entry.id == list_id), None)
    if found is None:
        raise NotFound("list_unknown", _("Không tìm thấy danh sách nơi nhận."), remedy=_("Tải lại trang."))
    return found


def all_lists(by: Acting) -> Mapping[UUID, ListEntry]:
    """Every list the office may see, by id, retired ones too."""
    return {entry.id: entry for entry in _all(by)}


def _all(by: Acting, ids: Sequence[UUID] | None = None) -> list[ListEntry]:
    own = DistributionList.objects.filter(office_id=by.office_id)
    published = PublishedVersion.objects.exclude(owner_id=by.office_id)
    if ids is not None:
        own, published = own.filter(id__in=ids), published.filter(list_id__in=ids)
    newest = list(published.order_by("list_id", "-number", "-record_id").distinct("list_id"))
    names = offices_ever({row.owner_id for row in newest})
    entries = [_own_entry(row, by) for row in own]
    for row in newest:
        owner = names.get(row.owner_id)
        entries.append(_published_entry(row, owner.short_name if owner else ""))
    return entries


def _own_entry(row: DistributionList, by: Acting) -> ListEntry:
    return ListEntry(
        id=row.id, owner_id=row.office_id, owner_name=by.office_name, name=row.name, sort_key=row.sort_key,
        purpose=row.purpose, number=row.number, members=Members.of(row.members), offices=_ids(row.offices),
        changed_at=row.changed_at, is_own=True, is_retired=row.retired_at is not None, published_at=row.published_at,
    )  # fmt: skip


def _published_entry(row: PublishedVersion, owner: str) -> ListEntry:
    return ListEntry(
        id=row.list_id, owner_id=row.owner_id, owner_name=owner, name=row.name, sort_key=row.sort_key,
        purpose=row.purpose, number=row.number, members=Members.of(row.members), offices=_ids(row.offices),
        changed_at=row.made_at, is_own=False, is_retired=row.is_retired, published_at=row.made_at,
    )  # fmt: skip


def _ids(values: Iterable[str]) -> frozenset[UUID]:
    return frozenset(UUID(value) for value in values)


def versions_of(entry: ListEntry, *, by: Acting) -> Sequence[VersionEntry]:
    """All versions this office may see, the newest first."""
    if entry.is_own:
        rows: Iterable[ListVersion | PublishedVersion] = ListVersion.objects.filter(
            office_id=by.office_id, list_id=entry.id
        ).order_by("-number")
    else:
        rows = PublishedVersion.objects.filter(list_id=entry.id).order_by("-number", "-record_id")
    return [
        VersionEntry(
            number=row.number, name=row.name, purpose=row.purpose, members=Members.of(row.members),
            offices=_ids(row.offices), reason=row.reason, made_by=row.made_by, made_at=row.made_at,
            is_retired=row.is_retired,
        )
        for row in rows
    ]  # fmt: skip


def last_uses(list_ids: Iterable[UUID], *, by: Acting) -> Mapping[UUID, ListUse]:
    """The newest use of each list by this office."""
    rows = ListUse.objects.filter(office_id=by.office_id, list_id__in=list(list_ids))
    return {row.list_id: row for row in rows.order_by("list_id", "-used_at").distinct("list_id")}


def uses_of(list_id: UUID, *, by: Acting, most: int = 20) -> Sequence[ListUse]:
    """The newest uses of a list by this office."""
    return list(ListUse.objects.filter(office_id=by.office_id, list_id=list_id).order_by("-used_at")[:most])


def holders_of(list_id: UUID, *, by: Acting) -> Sequence[ListEntry]:
    """The office's own lists in use that hold this one directly."""
    return [entry for entry in lists_for(by) if entry.is_own and list_id in entry.members.lists]
