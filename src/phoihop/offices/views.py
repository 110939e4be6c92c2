"""The directory of offices, and the choice of the acting position."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from phoihop.core.errors import Invalid
from phoihop.core.text import fold
from phoihop.offices.acting import Acting
from phoihop.offices.selectors import directory_entries
from phoihop.offices.sessions import choose_position
from phoihop.offices.web import for_office


@require_safe
@for_office()
def directory(request: HttpRequest, by: Acting) -> HttpResponse:
    """Every office of today with its bodies and hotline; filtered by words without diacritics."""
    words = request.GET.get("q", "").strip()
    wanted = fold(words)
    entries = [entry for entry in directory_entries() if wanted in fold(f"{entry.name} {entry.code}")]
    return render(request, "offices/directory.html", {"entries": entries, "words": words})


@require_POST
@for_office()
def switch_position(request: HttpRequest, by: Acting) -> HttpResponse:
    """Act in another of one's positions from now on."""
    chosen = request.POST.get("position", "")
    if chosen not in {str(choice.id) for choice in by.positions}:
        raise Invalid("position_unknown", _("Chức vụ này không còn hiệu lực hoặc không phải của bạn."))
    choose_position(request.session, UUID(chosen))
    messages.success(request, _("Đã chuyển chức vụ."))
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return redirect(wanted if safe else "/")
