"""Pages of casefiles."""

from __future__ import annotations

from tempfile import TemporaryFile
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.casefiles import actions, selectors
from phoihop.casefiles.forms import CasefileForm, NoteForm, PlanForm
from phoihop.casefiles.models import Casefile
from phoihop.casefiles.packages import files_of, write_package
from phoihop.casefiles.plan_sheet import MEDIA_TYPE, plan_workbook, read_plan
from phoihop.casefiles.registry import source_of
from phoihop.casefiles.rules import CASEFILE, CasefileState, archive_due
from phoihop.casefiles.wording import retention_words, state_look
from phoihop.core.clock import today
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.core.text import slug
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_reading
from phoihop.offices.web import for_office

P = Permission


@require_safe
@for_office(P.DISPATCH_VIEW)
def show_list(request: HttpRequest, by: Acting) -> HttpResponse:
    """The office's casefiles; ``?year=``, ``?state=`` and ``?q=`` narrow them."""
    year, state, words = request.GET.get("year", ""), request.GET.get("state", ""), request.GET.get("q", "")[:200]
    chosen = int(year) if year.isdecimal() and len(year) == len("2026") else None
    state = state if state in list(CasefileState) else ""
    rows = selectors.casefiles(by=by, year=chosen, state=state, words=words)
    context = {
        "rows": [
            (one, state_look(CasefileState(one.state)), retention_words(one.retention), _due(one)) for one in rows
        ],
        "years": selectors.years(by=by),
        "states": [(one, state_look(one).label) for one in CasefileState],
        "year": chosen,
        "state": state,
        "words": words,
        "may_edit": by.may(P.DISPATCH_DRAFT),
        "today": today(),
    }
    return render(request, "casefiles/list.html", context)


def _due(one: Casefile) -> Any:
    return archive_due(one.closed_on) if one.closed_on and one.state == CasefileState.CLOSED else None


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(P.DISPATCH_DRAFT)
def new(request: HttpRequest, by: Acting) -> HttpResponse:
    """Set up a casefile, open at once or on the year's list."""
    if request.method != "POST":
        return _edit_page(request, CasefileForm(initial={"key": new_id()}, by=by))
    form = CasefileForm(request.POST, by=by)
    if form.is_valid():
        planned = "planned" in request.POST
        try:
            with transaction.atomic():
                made = actions.set_up(form.stated(), by=by, planned=planned, casefile_id=form.cleaned_data["key"])
        except Invalid as error:
            _show(form, error)
        else:
            messages.success(request, _("Đã ghi vào danh mục.") if planned else _("Đã mở hồ sơ."))
            return redirect("casefiles:casefile", made.id)
    return _edit_page(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(P.DISPATCH_DRAFT)
def edit(request: HttpRequest, by: Acting, casefile_id: UUID) -> HttpResponse:
    """Change what a casefile says of itself."""
    found = selectors.casefile(casefile_id, by=by)
    said = {"year": found.year, "code": found.code, "title": found.title, "retention": found.retention}
    if request.method != "POST":
        initial = {"key": found.id, "keeper": str(found.position_id), **said}
        return _edit_page(request, CasefileForm(initial=initial, by=by), found=found)
    form = CasefileForm(request.POST, by=by)
    if form.is_valid():
        try:
            with transaction.atomic():
                actions.change(found.id, form.stated(), by=by)
        except (Invalid, Conflict) as error:
            _show(form, error)
        else:
            messages.success(request, _("Đã lưu."))
            return redirect("casefiles:casefile", found.id)
    return _edit_page(request, form, found=found, status=422)


def _edit_page(
    request: HttpRequest, form: CasefileForm, *, found: Casefile | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "casefiles/edit.html", {"form": form, "found": found}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(P.DISPATCH_DRAFT)
def plan(request: HttpRequest, by: Acting) -> HttpResponse:
    """Put the year's list from a workbook: all of it, or nothing with a sentence for each row that is wrong."""
    form = PlanForm(request.POST or None, request.FILES or None)
    faults: list[str] = []
    if form.is_bound and form.is_valid():
        try:
            year = form.cleaned_data["year"]
            read = read_plan(form.cleaned_data["file"].read(), year=year, by=by)
            faults = read.faults
            if not faults:
                with transaction.atomic():
                    made = actions.set_up_all(read.rows, by=by)
                messages.success(request, _("Đã ghi %(n)d hồ sơ vào danh mục.") % {"n": made})
                return redirect(f"{reverse('casefiles:list')}?year={year}")
        except Invalid as error:
            _show(form, error)
    status = 422 if form.is_bound else 200
    return render(request, "casefiles/plan.html", {"form": form, "faults": faults}, status=status)


@require_safe
@for_office(P.DISPATCH_VIEW)
def plan_sheet(request: HttpRequest, by: Acting) -> HttpResponse:
    """The list of this year as a workbook, which can be changed and read again for another."""
    rows = selectors.casefiles(by=by, year=today().year)
    headers = {
        "Content-Disposition": 'attachment; filename="danh-muc-ho-so.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(plan_workbook(rows), content_type=MEDIA_TYPE, headers=headers)


@require_POST
@for_office(P.DISPATCH_DRAFT)
def drop(request: HttpRequest, by: Acting, casefile_id: UUID) -> HttpResponse:
    """Take a casefile that was never opened off the list."""
    try:
        with transaction.atomic():
            actions.drop(casefile_id, by=by)
    except Conflict as error:
        return _page(request, by, casefile_id, conflict=error)
    messages.success(request, _("Đã bỏ khỏi danh mục."))
    return redirect("casefiles:list")


def _show(form: Any, error: Invalid | Conflict) -> None:
    if not error.fields:
        form.add_error(None, f"{error.message} {error.remedy}".strip())
    for name, said in error.fields.items():
        for words in said:
            form.add_error(name if name in form.fields else None, words)


@noted_reading("casefiles:casefile:read", lambda _by, given: given["casefile_id"])
@require_safe
@for_office(P.DISPATCH_VIEW)
def show(request: HttpRequest, by: Acting, casefile_id: UUID) -> HttpResponse:
    """One casefile with what lies in it."""
    return _page(request, by, casefile_id)


def _page(
    request: HttpRequest, by: Acting, casefile_id: UUID, *, note: NoteForm | None = None, conflict: Any = None
) -> HttpResponse:
    found = selectors.casefile(casefile_id, by=by)
    state = CasefileState(found.state)
    moves = [one for one in CASEFILE.moves_from(state) if one.permission in by.permissions]
    verbs = {one.verb for one in moves}
    context = {
        "found": found,
        "look": state_look(state),
        "kept": retention_words(found.retention),
        "due": _due(found),
        "today": today(),
        "items": selectors.items_of(found, by=by),
        "removed": selectors.items_of(found, by=by, removed=True),
        "moves": [(one, _(one.label)) for one in moves if one.verb not in {"edit", "fill"}],
        "may_fill": "fill" in verbs,
        "may_edit": "edit" in verbs,
        "may_drop": "edit" in verbs and state is CasefileState.PLANNED,
        "may_pack": state in {CasefileState.CLOSED, CasefileState.HANDED_OVER, CasefileState.ARCHIVED},
        "note": note or NoteForm(),
        "conflict": conflict,
    }
    status = 409 if isinstance(conflict, Conflict) else 422 if conflict or note else 200
    return render(request, "casefiles/casefile.html", context, status=status)


@require_POST
@for_office(P.DISPATCH_VIEW)
def move(request: HttpRequest, by: Acting, casefile_id: UUID, verb: str) -> HttpResponse:
    """One move of a casefile; what is refused says why on its page."""
    known = {one.verb: one for one in CASEFILE.moves if one.verb not in {"edit", "fill"}}
    if verb not in known:
        raise Http404
    try:
        with transaction.atomic():
            actions.move(casefile_id, verb, by=by, reason=request.POST.get("reason", ""))
    except (Conflict, Invalid) as error:
        return _page(request, by, casefile_id, conflict=error)
    messages.success(request, f"{_(known[verb].label)}: {_('đã xong')}.")
    return redirect("casefiles:casefile", casefile_id)


@require_POST
@for_office(P.DISPATCH_DRAFT)
def write_note(request: HttpRequest, by: Acting, casefile_id: UUID) -> HttpResponse:
    """Put a note into a casefile."""
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                actions.write_note(casefile_id, form.cleaned_data["text"], by=by)
        except (Invalid, Conflict) as error:
            _show(form, error)
        else:
            messages.success(request, _("Đã thêm ghi chú."))
            return redirect("casefiles:casefile", casefile_id)
    return _page(request, by, casefile_id, note=form)


@require_POST
@for_office(P.DISPATCH_DRAFT)
def take_out(request: HttpRequest, by: Acting, casefile_id: UUID, item_id: UUID) -> HttpResponse:
    """Take an item out, with the reason."""
    try:
        with transaction.atomic():
            actions.take_out(casefile_id, item_id, reason=request.POST.get("reason", ""), by=by)
    except (Conflict, Invalid) as error:
        return _page(request, by, casefile_id, conflict=error)
    messages.success(request, _("Đã đưa ra khỏi hồ sơ."))
    return redirect("casefiles:casefile", casefile_id)


@require_safe
@for_office(P.DISPATCH_VIEW)
def of(request: HttpRequest, by: Acting, kind: str, subject_id: UUID) -> HttpResponse:
    """In which casefiles a thing lies, and those it can be put into: a part of the thing's own page."""
    return _part(request, by, kind, subject_id)


@require_POST
@for_office(P.DISPATCH_DRAFT)
def put(request: HttpRequest, by: Acting, kind: str, subject_id: UUID) -> HttpResponse:
    """Put a thing into the casefile that was chosen."""
    try:
        wanted = UUID(request.POST.get("casefile", ""))
        with transaction.atomic():
            actions.put_in(wanted, kind, subject_id, by=by)
    except (ValueError, Conflict) as error:
        refused = str(error.message) if isinstance(error, Conflict) else _("Chọn hồ sơ.")
        return _part(request, by, kind, subject_id, refused=refused)
    if request.headers.get("HX-Request") != "true":
        messages.success(request, _("Đã đưa vào hồ sơ."))
        return redirect("casefiles:casefile", wanted)
    return _part(request, by, kind, subject_id)


def _part(request: HttpRequest, by: Acting, kind: str, subject_id: UUID, *, refused: str = "") -> HttpResponse:
    source = source_of(kind)
    if source is None or subject_id not in source.describe([subject_id], by):
        raise Http404
    lying = selectors.holding(subject_id, by=by)
    ids = {one.id for one in lying}
    may_fill = by.may(P.DISPATCH_DRAFT)
    context = {
        "lying": lying,
        "open": [one for one in selectors.open_casefiles(by=by) if one.id not in ids] if may_fill else (),
        "may_fill": may_fill,
        "kind": kind,
        "subject_id": subject_id,
        "refused": refused,
    }
    return render(request, "casefiles/parts/of.html", context, status=422 if refused else 200)


@noted_reading("casefiles:casefile:package", lambda _by, given: given["casefile_id"])
@require_safe
@for_office(P.DISPATCH_VIEW, scoped=False)
def package(request: HttpRequest, by: Acting, casefile_id: UUID) -> HttpResponseBase:
    """The package for the archive, as ZIP, of a casefile that is closed. No transaction waits while it is written."""
    with scope("web", by.office_id, read_only=True):
        found = selectors.casefile(casefile_id, by=by)
        if found.closed_on is None:
            raise Conflict("casefile_open", _("Hồ sơ chưa kết thúc."), remedy=_("Kết thúc hồ sơ rồi tải gói nộp lưu."))
        items = selectors.items_of(found, by=by)
        files = files_of(items, by=by)
    written = TemporaryFile()  # noqa: SIM115  # the response closes it
    write_package(written, found, items, files, by=by)
    written.seek(0)
    name = f"ho-so-{found.year}-{slug(found.code) or 'x'}.zip"
    response = FileResponse(written, as_attachment=True, filename=name, content_type="application/zip")
    response.headers["Cache-Control"] = "private, no-store"
    return response
