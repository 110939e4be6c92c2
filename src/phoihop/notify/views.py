"""The page behind the bell."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from phoihop.notify import actions, selectors
from phoihop.offices.acting import Acting
from phoihop.offices.web import for_office


@require_safe
@for_office()
def show_notices(request: HttpRequest, by: Acting) -> HttpResponse:
    """The latest notices of the acting position."""
    return render(request, "notify/notices.html", {"notices": selectors.notices(by=by)})


@require_POST
@for_office()
def read_all(request: HttpRequest, by: Acting) -> HttpResponse:
    """Mark everything as read."""
    actions.read_notices(by=by)
    return redirect("notify:list")


@require_POST
@for_office()
def read_one(request: HttpRequest, by: Acting, notice_id: UUID) -> HttpResponse:
    """Mark one notice as read and go where it leads."""
    found = next((one for one in selectors.notices(by=by) if one.notice.id == notice_id), None)
    actions.read_notices(by=by, notice_id=notice_id)
    return redirect(found.url if found and found.url else "notify:list")
