"""Writing to the journal, inside the transaction of the act itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Protocol
from uuid import UUID

from django.db import connection

from phoihop.core.clock import now, today
from phoihop.core.ids import derived_id, new_id


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
    _add(new_id(), by, event, subject_id, detail)


def note_once_a_day(*, by: Actor, event: str, subject_id: UUID, **detail: object) -> None:
    """Add an entry unless this person has one for the same event, subject and detail on this day of the region.

    For what is done again and again and says nothing new each time, such as opening a document.
    """
    who = by.person_id or f"{by.person_name}/{by.position_title}"
    said = json.dumps(detail, sort_keys=True)
    same = derived_id("journal", by.office_id, who, event, subject_id, today().isoformat(), said)
    _add(same, by, event, subject_id, detail)


def _add(entry_id: UUID, by: Actor, event: str, subject_id: UUID | None, detail: Mapping[str, object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_journalentry"
            " (id, at, office_id, person_id, person_name, position_title, event, subject_id, detail)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [
                entry_id, now(), by.office_id, by.person_id, by.person_name, by.position_title, event, subject_id,
                json.dumps(detail),
            ],
        )  # fmt: skip
