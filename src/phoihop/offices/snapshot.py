"""The directory of today in memory, read again when its version, the day or the database changes.

The directory is the same for every office, so one copy per process gives nothing away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from phoihop.core.clock import today
from phoihop.offices.models import IssuingBody, Office
from phoihop.offices.selectors import directory_version, valid_on


@dataclass(frozen=True)
class Snapshot:
    """Offices that exist today, by id and by code, and the bodies of each, by (office id, code) and by id."""

    version: int
    day: date
    database: str
    offices: Mapping[UUID, Office]
    by_code: Mapping[str, Office]
    bodies: Mapping[UUID, IssuingBody]
    body_by_code: Mapping[tuple[UUID, str], IssuingBody]


_last: Snapshot | None = None


def directory() -> Snapshot:
    """The directory of today. One small query when it has not changed; its rows must not be changed by callers."""
    global _last
    version, day, database = directory_version(), today(), str(connection.settings_dict["NAME"])
    kept = _last
    if kept is None or (kept.version, kept.day, kept.database) != (version, day, database):
        kept = _last = _read(version, day, database)
    return kept


def forget_directory() -> None:
    """Read it afresh next time; for a process whose database was changed without a new version."""
    global _last
    _last = None


def _read(version: int, day: date, database: str) -> Snapshot:
    offices = list(Office.objects.filter(valid_on(day)))
    bodies = list(IssuingBody.objects.filter(valid_on(day)))
    return Snapshot(
        version=version,
        day=day,
        database=database,
        offices={office.id: office for office in offices},
        by_code={office.code: office for office in offices},
        bodies={body.id: body for body in bodies},
        body_by_code={(body.office_id, body.code): body for body in bodies},
    )
