"""Making a list, changing it, copying it, reading its members from a workbook; retiring and publishing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from phoihop.core.errors import Conflict, Forbidden, Invalid, PhoiHopError
from phoihop.distribution.actions import check_publish, publish_list, retire_list, save_list
from phoihop.distribution.forms import ListForm, PublishForm, RetireForm, SheetForm
from phoihop.distribution.rules import OFFICE, Members
from phoihop.distribution.selectors.facts import standing_now
from phoihop.distribution.selectors.lists import ListEntry, list_for
from phoihop.distribution.sheet import read_members
from phoihop.distribution.wording import choices, office_groups, province_names
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISTRIBUTION_EDIT)
def new(request: HttpRequest, by: Acting) -> HttpResponse:
    """A new list, empty or beginning as a copy of another."""
    copied = _copied(request.GET.get("copy", ""), by)
    initial = _initial(copied) if copied is not None else {}
    if copied is not None:
        initial |= {"name": _("%(name)s (bản sao)") % {"name": copied.name}, "number": None}
    kept = copied.members if copied is not None else Members()
    return _form_page(request, by, None, kept, initial)


def _copied(said: str, by: Acting) -> ListEntry | None:
    try:
        return list_for(UUID(said), by=by) if said else None
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISTRIBUTION_EDIT)
def edit(request: HttpRequest, by: Acting, list_id: UUID) -> HttpResponse:
    """A new version of a list."""
    entry = _own(list_id, by)
    return _form_page(request, by, entry, entry.members, _initial(entry))


def _own(list_id: UUID, by: Acting) -> ListEntry:
    entry = list_for(list_id, by=by)
    if not entry.is_own:
        remedy = _("Sao chép thành danh sách của văn phòng mình rồi sửa.")
        raise Forbidden("list_foreign", _("Chỉ nơi lập danh sách sửa được."), remedy=remedy)
    if entry.is_retired:
        raise Conflict("list_retired", _("Danh sách đã ngừng dùng."), remedy=_("Sao chép thành danh sách mới."))
    return entry


def _initial(entry: ListEntry) -> dict[str, Any]:
    members = entry.members
    return {
        "number": entry.number,
        "name": entry.name,
        "purpose": entry.purpose,
        "members": [token for token in members.tokens() if not token.startswith("without:")],
        "without": [f"{OFFICE}:{one}" for one in members.without],
    }


def _form_page(
    request: HttpRequest, by: Acting, entry: ListEntry | None, kept: Members, initial: dict[str, Any]
) -> HttpResponse:
    groups = choices(by, kept=kept, without=entry.id if entry else None)
    offices = office_groups(list(standing_now().rows.values()), province_names(), prefix=f"{OFFICE}:")
    more: dict[str, Any] = {"groups": groups, "offices": offices, "is_new": entry is None, "initial": initial}
    sheet = SheetForm(request.POST, request.FILES) if "read" in request.POST else SheetForm()
    if request.method != "POST":
        return _render(request, entry, ListForm(**more), sheet)
    if "read" in request.POST:
        return _render(request, entry, ListForm(_with_members(request, sheet), **more), sheet)
    form = ListForm(request.POST, **more)
    if form.is_valid():
        try:
            with transaction.atomic():
                saved = save_list(
                    form.stated(), by=by, list_id=entry.id if entry else None, number=form.cleaned_data["number"]
                )
        except (Invalid, Conflict) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Đã ghi danh sách, phiên bản %(number)d.") % {"number": saved.number})
            return redirect("distribution:list", saved.id)
    return _render(request, entry, form, sheet, status=422)


def _render(
    request: HttpRequest, entry: ListEntry | None, form: ListForm, sheet: SheetForm, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "sheet": sheet, "entry": entry}
    return render(request, "distribution/edit.html", context, status=status)


def _with_members(request: HttpRequest, sheet: SheetForm) -> QueryDict:
    """What was typed, with the workbook's offices added; what could not be read is said at the file."""
    data = request.POST.copy()
    if not sheet.is_valid():
        return data
    try:
        found = read_members(sheet.cleaned_data["file"].read())
    except Invalid as error:
        show_errors(sheet, error)
        return data
    for fault in found.faults[:20]:
        sheet.add_error("file", fault)
    if len(found.faults) > 20:
        sheet.add_error("file", _("Và %(count)d dòng khác.") % {"count": len(found.faults) - 20})
    data.setlist("members", list({*data.getlist("members"), *(f"{OFFICE}:{one}" for one in found.offices)}))
    messages.success(request, _("Đã đọc %(count)d văn phòng; xem lại rồi lưu.") % {"count": len(found.offices)})
    return data


def show_errors(form: Form, error: PhoiHopError) -> None:
    """Put what was refused at the fields it is about; the rest at the top."""
    for name, said in error.fields.items():
        for one in said:
            form.add_error(name if name in form.fields else None, one)
    if not error.fields:
        form.add_error(None, str(error))


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISTRIBUTION_EDIT)
def retire(request: HttpRequest, by: Acting, list_id: UUID) -> HttpResponse:
    """Ngừng dùng: why; versions and uses stay."""
    entry = _own(list_id, by)
    form = RetireForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                retire_list(list_id, reason=form.cleaned_data["reason"], by=by)
        except (Invalid, Conflict) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Đã ngừng dùng danh sách. Các phiên bản và lần dùng vẫn được giữ."))
            return redirect("distribution:list", list_id)
    status = 422 if form.errors else 200
    return render(request, "distribution/retire.html", {"form": form, "entry": entry}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_DISCLOSE)
def publish(request: HttpRequest, by: Acting, list_id: UUID) -> HttpResponse:
    """Công bố: which offices may use the list, and why."""
    check_publish(by)
    entry = _own(list_id, by)
    others = [office for office in standing_now().rows.values() if office.id != by.office_id]
    groups = office_groups(others, province_names())
    form = PublishForm(request.POST if request.method == "POST" else None, groups=groups)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                publish_list(list_id, offices=[UUID(one) for one in said["offices"]], reason=said["reason"], by=by)
        except (Invalid, Conflict) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Đã công bố cho %(count)d văn phòng.") % {"count": len(said["offices"])})
            return redirect("distribution:list", list_id)
    status = 422 if form.errors else 200
    return render(request, "distribution/publish.html", {"form": form, "entry": entry}, status=status)
