"""Deciding on recipients that are no longer those that were seen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from phoihop.core.errors import Conflict, Invalid
from phoihop.dispatches.actions.listing import settle_recipients
from phoihop.dispatches.views.acting_on import attempt
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def settle(request: HttpRequest, by: Acting, draft_id: UUID) -> HttpResponse:
    """Take the lists as they are now, or keep to what was chosen; back to the draft, which says who will receive it."""
    choice, digest = request.POST.get("choice", ""), request.POST.get("digest", "")
    try:
        draft = attempt(lambda: settle_recipients(draft_id, choice=choice, digest=digest, by=by))
    except (Conflict, Invalid) as error:
        messages.error(request, str(error))
    else:
        said = _("Đã ghi nơi nhận: %(count)d nơi. Xem lại rồi làm tiếp.")
        messages.success(request, said % {"count": len(draft.recipients)})
    return redirect("dispatches:draft", draft_id)
