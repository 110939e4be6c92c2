"""What the slip of an arrived document says: the document, its arrival, and what was said of it in this office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.dispatches.models import Dispatch, Handling
from phoihop.dispatches.selectors import access
from phoihop.documents.slips import PrintedSlip, SlipPart
from phoihop.offices.acting import Acting
from phoihop.ui.templatetags.ui import day, moment


def handling_slip(dispatch_id: UUID, *, by: Acting, paper: str) -> PrintedSlip:
    """The slip as things stand; what is not yet said stays as dotted lines.

    Raises NotFound when the acting office has not registered the document, or may not see it.
    """
    document = access.dispatch(dispatch_id, by=by)
    handling = access.own_handling(document.id, by=by)
    if handling is None or handling.arrival_number is None:
        raise NotFound("slip_unknown", _("Văn bản chưa vào sổ đến của văn phòng, nên chưa có phiếu giải quyết."))
    return PrintedSlip(
        office=by.office_name,
        title=_("Phiếu giải quyết văn bản đến"),
        facts=_facts(document, handling),
        parts=(
            _part(_("Ý kiến phân phối"), _forwarded(handling), blank=1),
            _part(_("Ý kiến chỉ đạo của lãnh đạo"), _directed(handling), blank=4),
            _part(_("Đơn vị, cá nhân giải quyết"), _people(handling), blank=2),
            _part(_("Ý kiến đề xuất, kết quả giải quyết"), handling.result.splitlines(), blank=4),
        ),
        paper=paper,
    )


def _facts(document: Dispatch, handling: Handling) -> tuple[tuple[str, str], ...]:
    number = f"{handling.arrival_number} ({handling.book})" if handling.book else str(handling.arrival_number)
    return (
        (_("Tên loại, số, ký hiệu"), f"{document.type_name} {document.code}".strip()),
        (_("Ngày văn bản"), str(day(document.dated)) if document.dated else ""),
        (_("Cơ quan ban hành"), document.issuer_name),
        (_("Trích yếu"), document.abstract),
        (_("Số đến"), number),
        (_("Ngày đến"), str(moment(handling.registered_at)) if handling.registered_at else ""),
        (_("Hạn xử lý"), str(moment(handling.due_at)) if handling.due_at else ""),
    )


def _part(heading: str, lines: list[str], *, blank: int) -> SlipPart:
    return SlipPart(heading, tuple(lines), 0 if lines else blank)


def _forwarded(handling: Handling) -> list[str]:
    if not handling.forwarded_to:
        return []
    to = handling.forwarded_to
    return [": ".join(filter(None, [f"{to['name']} ({to['title']})", to.get("remark", "")]))]


def _directed(handling: Handling) -> list[str]:
    if not handling.direction:
        return []
    return [*handling.direction.splitlines(), f"{handling.directed_by}, {moment(handling.directed_at)}"]


def _people(handling: Handling) -> list[str]:
    lead = f"{handling.lead_name} ({handling.lead_title})" if handling.lead_name else ""
    said = [
        (_("Chủ trì"), lead),
        (_("Phối hợp"), _names(handling.coordinators)),
        (_("Để biết"), _names(handling.informed)),
    ]
    return [f"{label}: {names}" for label, names in said if names]


def _names(people: Iterable[Mapping[str, str]]) -> str:
    return "; ".join(f"{one['name']} ({one['title']})" for one in people)
