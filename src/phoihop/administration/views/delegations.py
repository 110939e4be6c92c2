"""Ủy quyền: what people of the office lend one another, for the administrator and for the two it concerns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.administration.delegations import lend_and_tell, revoke_and_tell
from phoihop.administration.forms import LendingForm, show_refusal
from phoihop.core.clock import today
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.offices.acting import Acting
from phoihop.offices.delegating import LENDABLE, delegations_about, delegations_of, lent_bodies
from phoihop.offices.models import Delegation
from phoihop.offices.permissions import Permission
from phoihop.offices.security_views import confirmed
from phoihop.offices.selectors import colleagues
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def delegations(request: HttpRequest, by: Acting) -> HttpResponse:
    """All of the office, today's and later; past ones on demand."""
    shows_past = request.GET.get("past") == "1"
    context = {"rows": _rows(delegations_of(by, shows_past=shows_past), by), "shows_past": shows_past, "is_own": False}
    return render(request, "administration/delegations.html", context)


@require_safe
@for_office()
def own(request: HttpRequest, by: Acting) -> HttpResponse:
    """What the acting person lends and was lent."""
    context = {"rows": _rows(delegations_about(by), by), "is_own": True}
    return render(request, "administration/delegations.html", context)


@require_safe
@for_office()
def show(request: HttpRequest, by: Acting, delegation_id: UUID) -> HttpResponse:
    """From a notice to the row it is about, where the reader has it."""
    return redirect(f"{reverse('administration:own_delegations')}#row-{delegation_id}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def add(request: HttpRequest, by: Acting) -> HttpResponse:
    """Lend something."""
    form = LendingForm(request.POST or None, people=colleagues(by), signings=lent_bodies(by))
    if request.method == "POST" and form.is_valid():
        try:
            lend_and_tell(form.lending(), by=by)
        except Invalid as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Đã ghi ủy quyền; hai người liên quan được báo."))
            return redirect("administration:delegations")
    return render(request, "administration/delegation_add.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@for_office()
@confirmed
def take_back(request: HttpRequest, by: Acting, delegation_id: UUID) -> HttpResponse:
    """End one at once."""
    try:
        revoke_and_tell(delegation_id, by=by)
    except (NotFound, Conflict) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã thu hồi ủy quyền; hết hiệu lực ngay."))
    administers = by.may(Permission.OFFICE_ADMINISTER)
    return redirect("administration:delegations" if administers else "administration:own_delegations")


def _rows(found: Sequence[Delegation], by: Acting) -> list[dict[str, Any]]:
    administers = by.may(Permission.OFFICE_ADMINISTER)
    words = {key.value: str(label) for key, label in LENDABLE.items()}
    return [
        {
            "one": one,
            "work": [words.get(permission, permission) for permission in one.permissions],
            "state": _state(one),
            "may_revoke": _is_open(one) and (administers or one.giver.person_id == by.person_id),
        }
        for one in found
    ]


def _is_open(one: Delegation) -> bool:
    return one.revoked_at is None and one.valid_to >= today()


def _state(one: Delegation) -> tuple[str, str]:
    if one.revoked_at is not None:
        return _("Đã thu hồi"), "neutral"
    if one.valid_to < today():
        return _("Hết hạn"), "neutral"
    return (_("Chưa đến ngày"), "blue") if one.valid_from > today() else (_("Đang hiệu lực"), "green")
