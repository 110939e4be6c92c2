"""Writing to the journal, inside the transaction of the act itself."""

from __future__ import annotations

import json
from typing import Protocol
from uuid import UUID

from django.db import connection

from phoihop.core.clock import now
from phoihop.core.ids import new_id


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
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_journalentry"
            " (id, at, office_id, person_id, person_name, position_title, event, subject_id, detail)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                new_id(), now(), by.office_id, by.person_id, by.person_name, by.position_title, event, subject_id,
                json.dumps(detail),
            ],
        )  # fmt: skip
