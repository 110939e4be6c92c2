"""Reading the journal of one office. Who may is for the rooms above to say, which know positions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from phoihop.audit.models import JournalEntry


def entries(
    *,
    office_id: UUID,
    person_id: UUID | None = None,
    events: Sequence[str] = (),
    subject_ids: Collection[UUID] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> QuerySet[JournalEntry]:
    """Entries of an office, in no order. ``events`` are beginnings of event names, any of which will do."""
    rows = JournalEntry.objects.filter(office_id=office_id)
    if person_id is not None:
        rows = rows.filter(person_id=person_id)
    if subject_ids is not None:
        rows = rows.filter(subject_id__in=subject_ids)
    if since is not None:
        rows = rows.filter(at__gte=since)
    if until is not None:
        rows = rows.filter(at__lt=until)
    wanted = Q()
    for beginning in events:
        wanted |= Q(event__startswith=beginning)
    return rows.filter(wanted)


def entries_by_id(ids: Sequence[UUID], *, office_id: UUID) -> Mapping[UUID, JournalEntry]:
    """Entries of an office by id."""
    return JournalEntry.objects.filter(office_id=office_id).in_bulk(list(ids))
