"""The books of the office, and opening those again that a restore has shut."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from phoihop.core.errors import Invalid
from phoihop.dispatches.actions.numbering import reopen_register
from phoihop.dispatches.forms.registers import LastNumbersForm
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.selectors.registers import books, shut_book
from phoihop.dispatches.views.acting_on import attempt
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.DISPATCH_NUMBER)
def registers(request: HttpRequest, by: Acting) -> HttpResponse:
    """All books, with the last number of each series."""
    return _page(request, by)


@require_POST
@for_office(Permission.DISPATCH_NUMBER)
def reopen(request: HttpRequest, by: Acting, register_id: UUID) -> HttpResponse:
    """Open a shut book again from the numbers the clerk has seen."""
    book = shut_book(register_id, by=by)
    form = LastNumbersForm(book, request.POST)
    if not form.is_valid():
        return _page(request, by, refused=form, register_id=register_id)
    try:
        attempt(lambda: reopen_register(register_id, last_numbers=form.last_numbers(), by=by))
    except Invalid as error:
        show_errors(form, error)
        return _page(request, by, refused=form, register_id=register_id)
    messages.success(request, _("Đã mở lại sổ “%(name)s”.") % {"name": book.register.name})
    return redirect("dispatches:registers")


def _page(
    request: HttpRequest, by: Acting, *, refused: LastNumbersForm | None = None, register_id: UUID | None = None
) -> HttpResponse:
    rows = [
        (book, (refused if book.register.id == register_id else LastNumbersForm(book)) if book.register.shut else None)
        for book in books(by=by)
    ]
    return render(request, "dispatches/registers.html", {"rows": rows}, status=422 if refused else 200)
