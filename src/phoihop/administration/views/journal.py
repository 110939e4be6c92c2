"""Nhật ký: who did, saw, exported or printed what at the acting office, and nowhere else."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from phoihop.administration.journal import JOURNAL, JournalQuery
from phoihop.administration.watching import DAYS_SHOWN, unusual_access
from phoihop.lists.pages import default_address, open_list
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.JOURNAL_VIEW)
def journal(request: HttpRequest, by: Acting) -> HttpResponse:
    """The journal of the acting office, newest first."""
    if default := default_address(JOURNAL, request.GET, by=by):
        return redirect(default)
    query = JournalQuery(request.GET)
    query.is_valid()
    people = {one.person_id: one.person.full_name for one in colleagues(by)}
    context = {
        "listed": open_list(JOURNAL, request.GET, by=by),
        "query": query,
        "people": people.items(),
        "person": query.cleaned_data.get("person"),
    }
    return render(request, "administration/journal.html", context)


@require_safe
@for_office(Permission.JOURNAL_VIEW)
def unusual(request: HttpRequest, by: Acting) -> HttpResponse:
    """What rules mark in the journal of the last days, each with its numbers and the way to its entries."""
    context = {"marks": unusual_access(by), "days": DAYS_SHOWN}
    return render(request, "administration/unusual.html", context)


@require_safe
@for_office(Permission.JOURNAL_VIEW)
def unusual_of(request: HttpRequest, by: Acting, notice_of: UUID) -> HttpResponse:
    """From a notice to the page."""
    return redirect("administration:unusual")
