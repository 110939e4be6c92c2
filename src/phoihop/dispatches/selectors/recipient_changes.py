"""What became of a draft's recipients since they were chosen: lists changed, offices ended or were merged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.dispatches.models import Draft
from phoihop.distribution.selectors.lists import ListEntry, all_lists
from phoihop.distribution.selectors.membership import Ended, Membership, heirs_of, memberships
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office
from phoihop.offices.snapshot import directory


@dataclass(frozen=True)
class ListInUse:
    """A list by which a draft is addressed: who was seen in it, and who is in it now."""

    id: UUID
    name: str
    number: int
    role: str
    seen: frozenset[UUID]
    now_in: frozenset[UUID]
    now_number: int
    entry: ListEntry | None

    @property
    def is_empty(self) -> bool:
        """Whether nobody is left in it."""
        return not self.now_in


@dataclass(frozen=True)
class RecipientChanges:
    """What differs from what was chosen and seen. ``heirs`` go on with the work of recipients that ended.

    ``ended`` are recipients that are no more, ``removed`` those that a list no longer holds, ``joined`` offices that a
    list now holds and that were not seen; ``emptied`` are names of lists in which nobody is left.
    """

    joined: Sequence[Office]
    ended: Sequence[Ended]
    removed: Sequence[Office]
    heirs: Mapping[UUID, UUID]
    emptied: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.joined or self.ended or self.removed or self.emptied)

    @property
    def digest(self) -> str:
        """What a choice says to show that it was made knowing this."""
        parts = [
            *(f"+{one.id}" for one in self.joined),
            *(f"-{one.id}" for one in self.removed),
            *(f"!{one.office.id}{one.heir.id if one.heir else ''}" for one in self.ended),
            *(f"0{name}" for name in self.emptied),
        ]
        return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:32]

    def sentence(self) -> str:
        """What differs, in one sentence with the first names of each sort."""
        said = [
            _("thêm: %(names)s") % {"names": _names(self.joined)} if self.joined else "",
            _("không còn hoạt động: %(names)s") % {"names": _names([one.office for one in self.ended])}
            if self.ended
            else "",
            _("không còn trong danh sách: %(names)s") % {"names": _names(self.removed)} if self.removed else "",
            _("danh sách trống: %(names)s") % {"names": ", ".join(self.emptied)} if self.emptied else "",
        ]
        return "; ".join(one for one in said if one)


def _names(offices: Sequence[Office], most: int = 5) -> str:
    shown = ", ".join(office.short_name for office in offices[:most])
    more = len(offices) - most
    return shown if more <= 0 else _("%(names)s và %(count)d nơi khác") % {"names": shown, "count": more}


def lists_of(draft: Draft, *, by: Acting) -> Sequence[ListInUse]:
    """The lists a draft is addressed by. No query for a draft without."""
    if not draft.lists:
        return []
    known = all_lists(by)
    entries = [known[one] for row in draft.lists if (one := UUID(row["list"])) in known]
    found = memberships(entries, by=by)
    return [_in_use(row, known, found, by) for row in draft.lists]


def _in_use(
    row: Mapping[str, Any], known: Mapping[UUID, ListEntry], found: Mapping[UUID, Membership], by: Acting
) -> ListInUse:
    list_id = UUID(row["list"])
    entry, membership = known.get(list_id), found.get(list_id)
    return ListInUse(
        id=list_id,
        name=row["name"],
        number=row["number"],
        role=row["role"],
        seen=frozenset(UUID(one) for one in row["seen"]),
        now_in=membership.ids - {by.office_id} if membership else frozenset(),
        now_number=membership.number if membership else row["number"],
        entry=entry,
    )


def recipient_changes(draft: Draft, *, by: Acting) -> RecipientChanges:
    """What became of the recipients of a draft. No query while it uses no list and every recipient exists."""
    today = directory().offices
    chosen = {UUID(row["office"]) for row in draft.recipients}
    gone = chosen - today.keys()
    uses = lists_of(draft, by=by)
    held = frozenset[UUID]().union(*(use.now_in for use in uses))
    joined = {one for use in uses for one in use.now_in - use.seen} - chosen
    left = ({one for use in uses for one in use.seen} & chosen) - held - gone
    removed = {one for one in left if any(one in use.seen - use.now_in for use in uses)}
    ended = list(heirs_of(gone)) if gone else []
    heirs = {one.office.id: one.heir.id for one in ended if one.heir is not None and one.heir.id != by.office_id}
    return RecipientChanges(
        joined=_in_order(joined, today),
        ended=ended,
        removed=_in_order(removed, today),
        heirs=heirs,
        emptied=[use.name for use in uses if use.is_empty and use.seen],
    )


def _in_order(ids: set[UUID], rows: Mapping[UUID, Office]) -> list[Office]:
    return sorted((rows[one] for one in ids), key=lambda office: office.sort_key)
