"""Phiếu giải quyết văn bản đến and dấu đến, to print."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from phoihop.dispatches.arrival_stamp import arrival_stamp
from phoihop.dispatches.handling_slip import handling_slip
from phoihop.documents.arrival_stamps import PLACES, write_stamp
from phoihop.documents.slips import PAPERS, write_slip
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_reading
from phoihop.offices.web import for_office


@noted_reading("dispatches:document:print", lambda _by, given: given["dispatch_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def pdf(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """The slip as PDF, on A4 or, with ``?paper=a5``, on A5; shown by the browser and journalled as printed."""
    wanted = request.GET.get("paper", "")
    slip = handling_slip(dispatch_id, by=by, paper=wanted if wanted in PAPERS else PAPERS[0])
    return _shown(write_slip(slip), f"phieu-giai-quyet-{dispatch_id}")


@noted_reading("dispatches:document:print", lambda _by, given: given["dispatch_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def stamp(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Dấu đến alone on A4, to print over the arrived paper; ``?place=right`` puts it below the day."""
    wanted = request.GET.get("place", "")
    said = arrival_stamp(dispatch_id, by=by, place=wanted if wanted in PLACES else "left")
    return _shown(write_stamp(said), f"dau-den-{dispatch_id}")


def _shown(written: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "private, no-store"}
    return HttpResponse(written, content_type="application/pdf", headers=headers)
