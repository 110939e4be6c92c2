"""Records that came from elsewhere and bear a mark of secrecy: stored and logged like any other, but shown to nobody.

They cannot be refused, for their chain would break; they are set aside, and each office of their audience hosted here
has an incident. Rooms above say which texts of their kinds people read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from phoihop.exchange.envelope import Rejected
from phoihop.exchange.store import Signed
from phoihop.files.guard.checking import see_text
from phoihop.files.guard.incidents import Sighting, note_received
from phoihop.files.guard.marks import find_mark_in_name
from phoihop.offices.models import Office

SECRECY: Final = "secrecy"
"""Why a record is set aside."""


@dataclass(frozen=True)
class Readable:
    """What people would read of a record: texts by field, and names of files."""

    fields: Mapping[str, str]
    file_names: Sequence[str] = ()


_readers: dict[str, Callable[[Any], Readable]] = {}


def register_readable(kind: str, read: Callable[[Any], Readable]) -> None:
    """Have records of a kind looked at. Filled in ``AppConfig.ready``."""
    _readers[kind] = read


def sighting_in(record: Signed) -> Sighting | None:
    """The mark a record bears, if it does; what cannot be read is judged by the projections."""
    read = _readers.get(record.envelope.kind)
    if read is None or not record.content:
        return None
    try:
        said = read(record.body)
    except Rejected:
        return None
    if found := see_text(said.fields):
        field, level = found
        return Sighting(level, field)
    for name in said.file_names:
        if level_of_name := find_mark_in_name(name):
            return Sighting(level_of_name, "file_name")
    return None


def screened(records: Sequence[Signed], *, hosted: Collection[UUID]) -> dict[UUID, Sighting]:
    """The records to be set aside, with what was seen; keeps an incident for each office that would have had them."""
    seen = {record.envelope.id: found for record in records if (found := sighting_in(record))}
    marked = [record for record in records if record.envelope.id in seen]
    names = dict(
        Office.objects.filter(id__in={record.envelope.office for record in marked}).values_list("id", "short_name")
    )
    for record in marked:
        note_received(
            seen[record.envelope.id],
            offices=sorted(record.audience.offices & set(hosted)),
            subject_id=record.envelope.subject,
            sender=names.get(record.envelope.office, ""),
        )
    return seen
