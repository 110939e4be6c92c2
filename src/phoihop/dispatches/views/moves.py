"""What is done with a document: the moves of a receiving office, a reply, passing on, opening it to further offices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from phoihop.core.errors import Conflict, Invalid
from phoihop.dispatches.actions import handling, starting
from phoihop.dispatches.actions.disclosing import check_disclosable, disclose_dispatch
from phoihop.dispatches.days_off import day_off_words
from phoihop.dispatches.forms.handling import DiscloseForm, WithdrawForm
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.rules import HANDLING
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.detail import dispatch_detail
from phoihop.dispatches.selectors.recipients import addressable
from phoihop.dispatches.views.acting_on import attempt, back_to, check_may_ever
from phoihop.dispatches.views.documents import NEEDS_COLLEAGUES, document_page, may_disclose, move_form
from phoihop.exchange.actions import withdraw as withdraw_subject
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues
from phoihop.offices.web import for_office

Said = Mapping[str, Any]


def _register(dispatch_id: UUID, said: Said, by: Acting) -> str:
    book = said.get("book")
    number = handling.register_dispatch(dispatch_id, by=by, book_id=UUID(book) if book else None)
    return _("Đã vào sổ, số đến %(number)d.") % {"number": number}


def _distribute(dispatch_id: UUID, said: Said, by: Acting) -> str:
    handling.distribute_dispatch(dispatch_id, to=UUID(said["to"]), remark=said["remark"], by=by)
    return _("Đã phân phối.")


def _direct(dispatch_id: UUID, said: Said, by: Acting) -> str:
    handling.direct_dispatch(
        dispatch_id,
        direction=said["direction"],
        lead=UUID(said["lead"]),
        coordinators=[UUID(one) for one in said["coordinators"]],
        informed=[UUID(one) for one in said["informed"]],
        due_at=said["due_at"],
        by=by,
    )
    return " ".join(filter(None, [_("Đã ghi ý kiến chỉ đạo."), day_off_words(said["due_at"])]))


def _accept(dispatch_id: UUID, said: Said, by: Acting) -> str:
    handling.accept_dispatch(dispatch_id, by=by)
    return _("Đã nhận xử lý. Nơi gửi đã được báo.")


def _return(dispatch_id: UUID, said: Said, by: Acting) -> str:
    handling.return_dispatch(dispatch_id, reason=said["reason"], by=by)
    return _("Đã trả lại nơi gửi kèm lý do.")


def _finish(dispatch_id: UUID, said: Said, by: Acting) -> str:
    handling.finish_dispatch(dispatch_id, result=said["result"], by=by)
    return _("Đã ghi xử lý xong.")


_MOVES: dict[str, Callable[[UUID, Said, Acting], str]] = {
    "register": _register,
    "distribute": _distribute,
    "direct": _direct,
    "accept": _accept,
    "return": _return,
    "finish": _finish,
}


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def move(request: HttpRequest, by: Acting, dispatch_id: UUID, verb: str) -> HttpResponse:
    """One move of the receiving office. What is refused comes back with everything typed."""
    act = _MOVES.get(verb)
    if act is None:
        raise Http404
    document = access.dispatch(dispatch_id, by=by)
    check_may_ever(HANDLING, verb, by=by)
    staff = colleagues(by) if verb in NEEDS_COLLEAGUES else ()
    form = move_form(verb, document, request.POST, staff=staff, by=by)
    if form.is_valid():
        try:
            messages.success(request, attempt(lambda: act(dispatch_id, form.cleaned_data, by)))
            return back_to(request, _page(dispatch_id))
        except Invalid as error:
            show_errors(form, error)
        except Conflict as error:
            return document_page(request, by, dispatch_id, refused=(verb, form), conflict=error)
    return document_page(request, by, dispatch_id, refused=(verb, form))


@require_POST
@for_office(Permission.DISPATCH_DRAFT)
def reply(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Phúc đáp: a draft to the sender, with the abstract begun."""
    draft = starting.start_reply(dispatch_id, by=by)
    return redirect("dispatches:draft", draft.id)


@require_POST
@for_office(Permission.DISPATCH_DRAFT)
def forward(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Chuyển tiếp: a draft with the same files, to be addressed."""
    draft = starting.start_forward(dispatch_id, by=by)
    return redirect("dispatches:draft", draft.id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_DISCLOSE)
def disclose(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Gửi thêm nơi nhận: which offices, why, and what they will then see."""
    detail = dispatch_detail(dispatch_id, by=by)
    if not may_disclose(detail, by):
        raise Http404
    check_disclosable(detail.dispatch)
    present = [row.office.id for row in detail.recipients if not row.is_withdrawn]
    data = request.POST if request.method == "POST" else None
    form = DiscloseForm(data, possible=addressable(by), present=present, auto_id="disclose_%s")
    if data is not None and form.is_valid():
        added = [UUID(one) for one in form.cleaned_data["offices"]]
        reason = form.cleaned_data["reason"]
        try:
            attempt(lambda: disclose_dispatch(dispatch_id, offices=added, reason=reason, by=by))
        except (Invalid, Conflict) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Đã gửi thêm %(count)d nơi nhận.") % {"count": len(added)})
            return redirect(_page(dispatch_id))
    context = {"form": form, "dispatch": detail.dispatch, "recipients": detail.recipients}
    return render(request, "dispatches/disclose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_DISCLOSE)
def withdraw(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Ngừng gửi: to whom, why, and that what they have stays with them."""
    detail = dispatch_detail(dispatch_id, by=by)
    receiving = [row.office for row in detail.recipients if not row.is_withdrawn]
    if not may_disclose(detail, by):
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = WithdrawForm(data, receiving=receiving, auto_id="withdraw_%s")
    if data is not None and form.is_valid():
        leaving = [UUID(one) for one in form.cleaned_data["offices"]]
        reason = form.cleaned_data["reason"]
        try:
            attempt(lambda: withdraw_subject(dispatch_id, offices=leaving, reason=reason, by=by))
        except (Invalid, Conflict) as error:
            show_errors(form, error)
        else:
            names = ", ".join(office.short_name for office in receiving if office.id in leaving)
            messages.success(request, _("Đã ngừng gửi cho %(offices)s.") % {"offices": names})
            return redirect(_page(dispatch_id))
    context = {"form": form, "dispatch": detail.dispatch, "receiving": receiving}
    return render(request, "dispatches/withdraw.html", context, status=422 if form.errors else 200)


def _page(dispatch_id: UUID) -> str:
    return reverse("dispatches:document", args=[dispatch_id])
