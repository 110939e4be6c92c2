"""The people of the office: the list, one person's positions through time, ending one, and the list as a workbook."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from phoihop.administration.people_sheet import MEDIA_TYPE, people_workbook
from phoihop.audit.actions import note
from phoihop.core.clock import today
from phoihop.core.isolation import scope
from phoihop.core.text import fold
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.security_views import confirmed
from phoihop.offices.selectors import bodies_of
from phoihop.offices.staff import HeldPosition, StaffMember
from phoihop.offices.staff_actions import end_position
from phoihop.offices.staff_selectors import member_of, role_words, staff_of
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def people(request: HttpRequest, by: Acting) -> HttpResponse:
    """Everybody of the office; those whose positions have all ended on demand."""
    words, shows_former = request.GET.get("q", "").strip(), request.GET.get("former") == "1"
    wanted = fold(words)
    rows = [_listed(member) for member in staff_of(by)]
    shown = [row for row in rows if (shows_former or row["now"]) and wanted in fold(str(row["words"]))]
    return render(request, "administration/people.html", {"rows": shown, "words": words, "shows_former": shows_former})


def _listed(member: StaffMember) -> dict[str, object]:
    now = [held for held in member.positions if _is_held(held)]
    titles = " ".join(held.title for held in member.positions)
    roles = list(dict.fromkeys(role for held in now for role in role_words(held.roles)))
    return {"member": member, "now": now, "roles": roles, "words": f"{member.full_name} {member.username} {titles}"}


def _is_held(held: HeldPosition) -> bool:
    return held.valid_from <= today() and (held.valid_to is None or today() <= held.valid_to)


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def person(request: HttpRequest, by: Acting, person_id: UUID) -> HttpResponse:
    """One person: positions through time with what each may do, and the way to the account."""
    member = member_of(person_id, by)
    positions = [
        {
            "held": held,
            "roles": role_words(held.roles),
            "is_held": _is_held(held),
            "may_end": held.id != by.position_id and (held.valid_to is None or held.valid_to > today()),
        }
        for held in sorted(member.positions, key=lambda one: one.valid_from, reverse=True)
    ]
    names = {body.code: body.name for body in bodies_of(by)}
    return render(request, "administration/person.html", {"member": member, "positions": positions, "bodies": names})


@require_POST
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def end(request: HttpRequest, by: Acting, position_id: UUID) -> HttpResponse:
    """End a position with today."""
    end_position(position_id, by=by)
    messages.success(request, _("Chức vụ kết thúc sau hôm nay. Những gì đã làm vẫn giữ nguyên."))
    return redirect("administration:people")


@require_safe
@for_office(Permission.OFFICE_ADMINISTER, scoped=False)
def export(request: HttpRequest, by: Acting) -> HttpResponse:
    """All people and positions, in the form that can be changed and uploaded again. Told to the journal."""
    with scope("web", by.office_id):
        members = staff_of(by)
        content = people_workbook(members, bodies_of(by))
        note(by=by, event="administration:people:export", people=len(members))
    return _workbook(content, f"nguoi-va-chuc-vu-{by.office_code.lower()}.xlsx")


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def template(request: HttpRequest, by: Acting) -> HttpResponse:
    """The empty form, with the roles and bodies that can be written into it."""
    return _workbook(people_workbook((), bodies_of(by)), "mau-nguoi-va-chuc-vu.xlsx")


def _workbook(content: bytes, name: str) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})
