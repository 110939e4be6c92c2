"""The books of the office: their pages, closing them, and opening those again that a restore has shut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from phoihop.core.errors import Conflict, Invalid
from phoihop.dispatches.actions.closing import close_series, remark_on_series
from phoihop.dispatches.actions.numbering import reopen_register
from phoihop.dispatches.declared_registers import REGISTER_IN, REGISTER_OUT
from phoihop.dispatches.forms.registers import LastNumbersForm, RegisterQuery
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.selectors.register_lines import RegisterLine, book_of
from phoihop.dispatches.selectors.registers import books, shut_book
from phoihop.dispatches.views.acting_on import attempt
from phoihop.lists.declaring import Column
from phoihop.lists.pages import open_list
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office
from phoihop.ui.templatetags.ui import day


@dataclass(frozen=True)
class Cell:
    """One cell of a register's page; ``url`` leads to the document."""

    key: str
    label: str | Promise
    value: object
    url: str


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def incoming(request: HttpRequest, by: Acting) -> HttpResponse:
    """Sổ đăng ký văn bản đến: a series of a book, number by number."""
    return _book_page(request, by, "in")


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def outgoing(request: HttpRequest, by: Acting) -> HttpResponse:
    """Sổ đăng ký văn bản đi: a series of a book, number by number."""
    return _book_page(request, by, "out")


@require_POST
@for_office(Permission.DISPATCH_NUMBER)
def close(request: HttpRequest, by: Acting, register_id: UUID) -> HttpResponse:
    """Khóa sổ."""
    series = request.POST.get("series", "")
    return _done(
        request,
        register_id,
        lambda: close_series(register_id, series, by=by),
        _("Đã khóa loạt số %(series)s.") % {"series": series},
    )


@require_POST
@for_office(Permission.DISPATCH_NUMBER)
def remark(request: HttpRequest, by: Acting, register_id: UUID) -> HttpResponse:
    """Ghi chú thích vào sổ đã khóa."""
    words, series = request.POST.get("remark", ""), request.POST.get("series", "")
    return _done(
        request,
        register_id,
        lambda: remark_on_series(register_id, series, text=words, by=by),
        _("Đã ghi chú thích vào sổ."),
    )


def _done(request: HttpRequest, register_id: UUID, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it, say how it went, and go back to the series."""
    try:
        attempt(act)
        messages.success(request, said)
    except (Conflict, Invalid) as error:
        messages.error(request, " ".join(filter(None, [str(error), error.remedy])))
    kind = REGISTER_IN if request.POST.get("direction") == "in" else REGISTER_OUT
    place = {"book": str(register_id), "series": request.POST.get("series", "")}
    return redirect(f"{reverse(kind.url_name)}?{urlencode(place)}")


def _book_page(request: HttpRequest, by: Acting, direction: str) -> HttpResponse:
    kind = REGISTER_IN if direction == "in" else REGISTER_OUT
    known = books(by=by)
    chosen = book_of(direction, request.GET.get("book", ""), request.GET.get("series", ""), by=by, among=known)
    said = {"book": str(chosen.register.id), "series": chosen.series}
    listed = open_list(kind, {**request.GET.dict(), **said}, by=by)
    context = {
        "listed": listed,
        "chosen": chosen,
        "books": [book for book in known if book.register.direction == direction],
        "direction": direction,
        "query": RegisterQuery(request.GET),
        "place": urlencode({**listed.said, **said}),
        "rows": [(line, [_cell(column, line) for column in kind.columns]) for _id, line in listed.rows],
    }
    return render(request, "dispatches/register.html", context)


def _cell(column: Column, line: RegisterLine) -> Cell:
    url = reverse("dispatches:document", args=[line.document.id]) if line.document and column.key == "subject" else ""
    value = column.cell(line)
    return Cell(column.key, column.label, day(value) if isinstance(value, date) else value, url)


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
