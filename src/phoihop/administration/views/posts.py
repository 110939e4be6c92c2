"""Adding one person, and opening or changing one position, without a workbook."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from phoihop.administration.forms import PersonForm, PositionForm, show_refusal
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.text import fold
from phoihop.offices.account_actions import issue_passwords
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.security_views import confirmed
from phoihop.offices.selectors import bodies_of
from phoihop.offices.staff import HeldPosition, StaffMember
from phoihop.offices.staff_actions import change_one
from phoihop.offices.staff_selectors import member_of, staff_of, suggested_username
from phoihop.offices.web import for_office

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@never_cache
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def add(request: HttpRequest, by: Acting) -> HttpResponse:
    """A new person with the first position; the first password is shown this once."""
    form = PersonForm(request.POST or None, bodies=bodies_of(by))
    namesakes: list[StaffMember] = []
    if request.method == "POST" and form.is_valid():
        namesakes = _check_new(form, by)
        if not form.errors and _saved(form, _username(form), form.cleaned_data["full_name"], by):
            made = next(one for one in staff_of(by) if one.username == _username(form, made=True))
            slips = issue_passwords([made.account_id], by=by)
            return render(request, "offices/slips.html", {"handovers": slips, "office": by.office_name})
    context = {"form": form, "namesakes": namesakes}
    return render(request, "administration/person_add.html", context, status=422 if form.errors else 200)


def _username(form: PersonForm, *, made: bool = False) -> str:
    """The name that was typed, or one made of the person's; decided once for a form."""
    said = form.cleaned_data
    if not said["username"] and not made:
        said["username"] = suggested_username(said["full_name"])
    return str(said["username"]).lower()


def _check_new(form: PersonForm, by: Acting) -> list[StaffMember]:
    """Refuse whoever is here already. Returns those of the same name while nobody said that this is another."""
    said = form.cleaned_data
    members = staff_of(by)
    if any(one.username.lower() == said["username"].lower() for one in members if said["username"]):
        form.add_error("username", _("Văn phòng đã có người mang tên đăng nhập này. Mở trang của người đó để thêm."))
    wanted = fold(said["full_name"])
    alike = [one for one in members if fold(one.full_name) == wanted]
    if alike and not said["is_other"]:
        form.add_error("full_name", _("Văn phòng đã có người mang họ tên này; xem có phải cùng một người."))
        return alike
    return []


def _saved(form: PositionForm, username: str, full_name: str, by: Acting) -> bool:
    """Whether the position was kept; if not, the form says why."""
    try:
        email = form.cleaned_data.get("email", "")
        change_one(form.line(username=username, full_name=full_name, email=email), by=by)
    except (Invalid, Conflict) as error:
        show_refusal(form, error if isinstance(error, Invalid) else Invalid(error.code, str(error)))
        return False
    return True


@require_http_methods(_METHODS)
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def open_post(request: HttpRequest, by: Acting, person_id: UUID) -> HttpResponse:
    """A further position of somebody who is here."""
    return _post(request, by, member_of(person_id, by), None)


@require_http_methods(_METHODS)
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def change_post(request: HttpRequest, by: Acting, position_id: UUID) -> HttpResponse:
    """Another title, other roles, other days for a position that is there."""
    for member in staff_of(by):
        for held in member.positions:
            if held.id == position_id:
                return _post(request, by, member, held)
    raise NotFound("position_unknown", _("Không có chức vụ này trong văn phòng."))


def _post(request: HttpRequest, by: Acting, member: StaffMember, held: HeldPosition | None) -> HttpResponse:
    form = PositionForm(request.POST or None, bodies=bodies_of(by), held=held)
    name = member.username.lower()
    if request.method == "POST" and form.is_valid() and _saved(form, name, member.full_name, by):
        messages.success(request, _("Đã ghi chức vụ."))
        return redirect("administration:person", person_id=member.id)
    context = {"form": form, "member": member, "held": held}
    return render(request, "administration/post.html", context, status=422 if form.errors else 200)
