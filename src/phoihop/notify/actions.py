"""Telling positions something, once; and marking it read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.rows import insert_rows
from phoihop.notify.models import Notice
from phoihop.offices.acting import Acting


@dataclass(frozen=True)
class Telling:
    """One notice to be. ``once`` makes it unique for the position: telling again changes nothing."""

    office_id: UUID
    position_id: UUID
    key: str
    once: str
    subject_id: UUID | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def tell(tellings: Sequence[Telling]) -> None:
    """Add notices in one statement, within the caller's scope."""
    moment = now()
    unique = {(one.position_id, one.once): one for one in tellings}
    insert_rows(
        Notice,
        [
            {
                "id": new_id(),
                "office_id": one.office_id,
                "position_id": one.position_id,
                "key": one.key,
                "values": dict(one.values),
                "subject_id": one.subject_id,
                "once": one.once,
                "at": moment,
            }
            for one in unique.values()
        ],
    )


def read_notices(*, by: Acting, notice_id: UUID | None = None) -> int:
    """Mark one notice, or all, of the acting position as read. Returns how many were unread."""
    unread = Notice.objects.filter(office_id=by.office_id, position_id=by.position_id, read_at__isnull=True)
    return (unread.filter(id=notice_id) if notice_id else unread).update(read_at=now())


def read_about(subject_id: UUID, *, by: Acting) -> int:
    """Mark the acting position's notices about a subject as read, because it was opened."""
    return Notice.objects.filter(
        office_id=by.office_id, position_id=by.position_id, subject_id=subject_id, read_at__isnull=True
    ).update(read_at=now())


def forget_notices(subjects: Collection[UUID]) -> None:
    """Remove every notice about subjects whose content was removed. As the worker."""
    Notice.objects.filter(subject_id__in=subjects).delete()
