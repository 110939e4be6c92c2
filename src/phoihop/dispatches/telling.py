"""What notices of documents share: the words they carry, who holds a permission where, and a thing that is late."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from phoihop.core.clock import local
from phoihop.dispatches.limits import calendar_in_force
from phoihop.dispatches.models import Dispatch
from phoihop.notify.actions import Telling
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import positions_with


@dataclass(frozen=True)
class Late:
    """One thing that is late, and who is told.  ``what`` and ``thing_id`` name it, ``subject_id`` is what to open."""

    what: str
    thing_id: UUID
    key: str
    office_id: UUID
    due_at: datetime
    people: Sequence[UUID]
    subject_id: UUID
    values: Mapping[str, object]

    def telling(self, person: UUID, day: date) -> Telling:
        """The notice of this thing alone, once that day."""
        once = f"{self.what}:{self.thing_id}:{day.isoformat()}"
        return Telling(self.office_id, person, self.key, once, self.subject_id, self.values)


def is_chief_told(due_at: datetime, at: datetime) -> bool:
    """Whether a working day has gone by since, so that the holder is no longer the only one who should know."""
    return calendar_in_force().working_days_between(local(due_at).date(), local(at).date()) > 1


def values_of(document: Dispatch, **more: object) -> dict[str, object]:
    """Number and abstract of a document, as sentences name them."""
    return {"code": document.code or document.type_name, "abstract": document.abstract[:160], **more}


def holders(permission: Permission, offices: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The positions that hold a permission, by office; none for an office without."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for office, position in positions_with(permission, offices):
        found[office].append(position)
    return found
