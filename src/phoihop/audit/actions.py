"""Writing to the journal, inside the transaction of the act itself."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from phoihop.audit.models import JournalEntry


class Actor(Protocol):
    """The part of an acting position the journal keeps."""

    @property
    def office_id(self) -> UUID: ...
    @property
    def person_id(self) -> UUID | None: ...
    @property
    def person_name(self) -> str: ...
    @property
    def position_title(self) -> str: ...


def note(*, by: Actor, event: str, subject_id: UUID | None = None, **detail: object) -> None:
    """Add one entry. ``event`` reads ``room:subject:verb``; ``detail`` holds ids and codes, never content."""
    JournalEntry.objects.create(
        office_id=by.office_id,
        person_id=by.person_id,
        person_name=by.person_name,
        position_title=by.position_title,
        event=event,
        subject_id=subject_id,
        detail=detail,
    )
