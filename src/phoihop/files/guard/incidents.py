"""Incidents: that something was stopped. Written apart from the work that is undone, and never what it said."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import DatabaseError, connections
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Invalid, NotFound
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.core.text import clean_text
from phoihop.files.guard.marks import Level
from phoihop.files.models import Incident
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

_log = logging.getLogger(__name__)
_APART: Final = "apart"
_SAME: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Sighting:
    """A mark that was seen: which one, and in which field or part of a file (a code of ``notice.SPOTS``)."""

    level: Level
    spot: str


@contextmanager
def _apart() -> Iterator[str]:
    """A connection of its own: what was stopped is rolled back, that it was stopped is not."""
    connections[_APART] = connections["default"].copy(alias=_APART)
    try:
        yield _APART
    finally:
        connections[_APART].close()
        del connections[_APART]


def keep_incident(seen: Sighting, *, place: str, by: Acting) -> None:
    """Write that ``by`` was stopped, at once and for good. A fault of the database is logged: the stop stands."""
    try:
        with _apart() as alias, scope("web", by.office_id, using=alias):
            if not _count_again(seen, place, by, alias):
                Incident.objects.using(alias).create(
                    office_id=by.office_id, person_id=by.person_id, person_name=by.person_name,
                    position_title=by.position_title, place=place, spot=seen.spot, level=seen.level,
                )  # fmt: skip
    except DatabaseError:
        _log.exception("an incident of office %s could not be written", by.office_code)


def _count_again(seen: Sighting, place: str, by: Acting, alias: str) -> bool:
    """An editor that saves itself would be stopped every few seconds: that is one incident."""
    moment = now()
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "UPDATE files_incident SET times = times + 1, last_at = %s WHERE office_id = %s AND place = %s"
            " AND spot = %s AND level = %s AND person_name = %s AND settled_at IS NULL AND last_at > %s",
            [moment, by.office_id, place, seen.spot, seen.level, by.person_name, moment - _SAME],
        )
        return bool(cursor.rowcount)


def note_received(seen: Sighting, *, offices: Sequence[UUID], subject_id: UUID, sender: str) -> None:
    """Write for each office that something bearing a mark came from elsewhere. In a writer scope, once a subject."""
    known = set(Incident.objects.filter(subject_id=subject_id).values_list("office_id", flat=True))
    moment = now()
    for office in offices:
        if office not in known:
            Incident.objects.create(
                id=new_id(), office_id=office, at=moment, last_at=moment, person_name=sender,
                position_title=_("Nơi gửi"), place="exchange", spot=seen.spot, level=seen.level, subject_id=subject_id,
            )  # fmt: skip


def settle_incident(incident_id: UUID, *, settlement: str, by: Acting) -> None:
    """Note what was done about an incident. Raises Invalid without words, NotFound for another office's."""
    check_may(by, Permission.FILES_PURGE)
    words = clean_text(settlement)
    if not words:
        message = _("Ghi cách đã xử lý.")
        raise Invalid("settlement_missing", message, fields={"settlement": [message]})
    open_one = Incident.objects.filter(id=incident_id, office_id=by.office_id, settled_at__isnull=True)
    if not open_one.update(settled_at=now(), settled_by=by.person_name, settlement=words[:2000]):
        raise NotFound("incident_unknown", _("Không tìm thấy sự cố này, hoặc đã xử lý xong."))
    note(by=by, event="files:incident:settle", subject_id=incident_id)


def incidents(*, by: Acting, most: int = 200) -> Sequence[Incident]:
    """Incidents of the acting office, open ones first, newest first."""
    check_may(by, Permission.FILES_PURGE)
    rows = Incident.objects.filter(office_id=by.office_id)
    return list(rows.extra(select={"is_settled": "settled_at IS NOT NULL"}).order_by("is_settled", "-at")[:most])


def open_incidents(by: Acting) -> int:
    """How many incidents of the acting office nobody has settled yet, at most 100."""
    return len(Incident.objects.filter(office_id=by.office_id, settled_at__isnull=True).values_list("id")[:100])
