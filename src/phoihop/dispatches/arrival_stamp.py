"""What the stamp of arrival says of a document the acting office has entered in its book."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.dispatches.models import Handling
from phoihop.dispatches.selectors import access
from phoihop.documents.arrival_stamps import ArrivalStamp
from phoihop.offices.acting import Acting
from phoihop.ui.templatetags.ui import day


def arrival_stamp(dispatch_id: UUID, *, by: Acting, place: str) -> ArrivalStamp:
    """Dấu đến as things stand. Raises NotFound when the acting office has not entered the document."""
    document = access.dispatch(dispatch_id, by=by)
    handling = access.own_handling(document.id, by=by)
    if handling is None or handling.arrival_number is None:
        raise NotFound("stamp_unknown", _("Văn bản chưa vào sổ đến của văn phòng, nên chưa có dấu đến."))
    return ArrivalStamp(
        office=by.office_name,
        number=str(handling.arrival_number),
        day=str(day(handling.registered_at)) if handling.registered_at else "",
        forwarded=_forwarded(handling),
        case_file="",
        place=place,
    )


def _forwarded(handling: Handling) -> str:
    if handling.lead_name:
        return handling.lead_name
    return str(handling.forwarded_to["name"]) if handling.forwarded_to else ""
