"""What those who agree on a draft do, the texts as they were, and the routes an office sets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.core.errors import Conflict, Invalid
from phoihop.dispatches.actions import approving, opinions
from phoihop.dispatches.actions.routes import remove_route, save_route
from phoihop.dispatches.approving import Step
from phoihop.dispatches.days_off import day_off_words
from phoihop.dispatches.forms.approving import RouteForm, route_types, step_forms
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.models import ApprovalRoute
from phoihop.dispatches.rules import DraftState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors import approving as selectors
from phoihop.dispatches.text_changes import changes
from phoihop.dispatches.views.acting_on import attempt, back_to
from phoihop.dispatches.views.approval_context import changed_files, deed_form, event_word, may_ask
from phoihop.dispatches.views.steps import draft_page
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues
from phoihop.offices.web import for_office

NEEDED = {"reassign": Permission.DISPATCH_ROUTES}


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_DRAFT)
def ask(request: HttpRequest, by: Acting, draft_id: UUID) -> HttpResponse:
    """Lấy ý kiến: of whom, about what, by when."""
    found = access.draft(draft_id, by=by)
    if not may_ask(found, by=by):
        return redirect("dispatches:draft", found.id)
    people = [one for one in colleagues(by) if one.id != by.position_id]
    form = deed_form("ask", found, people, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            attempt(lambda: _ask(found.id, form.cleaned_data, by))
        except (Invalid, Conflict) as error:
            show_errors(form, error)
        else:
            day_off = day_off_words(form.cleaned_data["due_on"])
            messages.success(request, " ".join(filter(None, [_("Đã gửi xin ý kiến."), day_off])))
            return redirect("dispatches:draft", found.id)
    context = {"draft": found, "form": form}
    return render(request, "dispatches/draft_ask.html", context, status=422 if form.is_bound else 200)


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def act(request: HttpRequest, by: Acting, draft_id: UUID, verb: str) -> HttpResponse:
    """One thing said or done about a draft that waits. What is refused comes back with everything typed."""
    if verb not in _DEEDS:
        raise Http404
    check_may(by, NEEDED.get(verb, Permission.DISPATCH_VIEW))
    found = access.draft(draft_id, by=by)
    people = colleagues(by) if verb in NEEDED else ()
    form = deed_form(verb, found, people, request.POST)
    url = reverse("dispatches:approval", args=[found.id, verb])
    if not form.is_valid():
        return draft_page(request, by, found, refused=(verb, form), refused_url=url)
    try:
        done = attempt(lambda: _DEEDS[verb](found.id, form.cleaned_data, by))
    except (Invalid, Conflict) as error:
        now_there = access.draft(draft_id, by=by)
        if error.fields:
            show_errors(form, error)
            return draft_page(request, by, now_there, refused=(verb, form), refused_url=url)
        return draft_page(request, by, now_there, conflict=error, typed=form.cleaned_data)
    messages.success(request, done)
    return back_to(request, reverse("dispatches:draft", args=[draft_id]))


def _approve(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    draft = approving.approve_draft(draft_id, revision=said["revision"], remark=said["remark"], by=by)
    passed = draft.state == DraftState.SUBMITTED
    return _("Đã duyệt. Văn bản đã qua các bước duyệt, chờ ký.") if passed else _("Đã duyệt.")


def _return(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    approving.return_from_approval(draft_id, reason=said["reason"], by=by)
    return _("Đã trả lại để sửa.")


def _step_back(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    approving.step_back(draft_id, reason=said["reason"], by=by)
    return _("Đã trả về bước trước.")


def _amend(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    text = {"abstract": said["abstract"], "content": said["content"]}
    approving.amend_draft(draft_id, revision=said["revision"], by=by, **text)
    return _("Đã ghi phần sửa; người soạn được báo. Văn bản vẫn chờ bạn duyệt.")


def _reassign(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    task = approving.reassign(draft_id, said["task"], to=UUID(said["to"]), by=by)
    return _("Đã giao bước này cho %(name)s.") % {"name": task.name}


def _ask(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> None:
    people = [UUID(one) for one in said["people"]]
    opinions.ask_opinions(draft_id, people=people, question=said["question"], due_on=said["due_on"], by=by)


def _answer(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    opinions.answer_opinion(draft_id, agrees=said["answer"] == "agree", text=said["text"], by=by)
    return _("Đã ghi ý kiến.")


_DEEDS: dict[str, Callable[[UUID, Mapping[str, Any], Acting], str]] = {
    "approve": _approve,
    "return": _return,
    "step_back": _step_back,
    "amend": _amend,
    "reassign": _reassign,
    "answer": _answer,
}


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def version(request: HttpRequest, by: Acting, draft_id: UUID, number: int) -> HttpResponse:
    """A draft as it was, with the remark made then and what had changed since the version before."""
    found = access.draft(draft_id, by=by)
    shown = selectors.version(found, number, by=by)
    before = selectors.version(found, number - 1, by=by) if number > 1 else None
    context = {
        "draft": found,
        "version": shown,
        "event": event_word(shown.event),
        "before": before,
        "abstract_changes": changes(before.abstract, shown.abstract) if before else (),
        "content_changes": changes(before.content, shown.content) if before else (),
        "file_changes": changed_files(before, {one["name"]: one["sha256"] for one in shown.files}) if before else (),
    }
    return render(request, "dispatches/draft_version.html", context)


@require_safe
@for_office(Permission.DISPATCH_ROUTES)
def routes(request: HttpRequest, by: Acting) -> HttpResponse:
    """The steps that drafts pass before signature, by type."""
    names = dict(route_types())
    people = {one.id: one.person.full_name for one in colleagues(by)}
    rows = [
        (one, names.get(one.type_code, one.type_code), [_described(Step.read(step), people) for step in one.steps])
        for one in selectors.routes(by=by)
    ]
    return render(request, "dispatches/approval_routes.html", {"rows": rows})


def _described(step: Step, people: Mapping[UUID, str]) -> dict[str, Any]:
    names = [people[one] for one in step.people if one in people]
    return {
        "step": step,
        "needs": _(step.needs.label),
        "names": ", ".join(names),
        "gone": len(step.people) - len(names),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_ROUTES)
def new_route(request: HttpRequest, by: Acting) -> HttpResponse:
    """Steps for a type that has none yet."""
    return _route_page(request, by, None)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.DISPATCH_ROUTES)
def edit_route(request: HttpRequest, by: Acting, route_id: UUID) -> HttpResponse:
    """The steps of one type."""
    return _route_page(request, by, selectors.route(route_id, by=by))


def _route_page(request: HttpRequest, by: Acting, found: ApprovalRoute | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = RouteForm(data, initial={"type_code": found.type_code if found else ""})
    steps = step_forms(data, [Step.read(row) for row in found.steps] if found else [], colleagues(by))
    if data is not None and all([form.is_valid(), *(one.is_valid() for one in steps)]):
        said = [step for one in steps if (step := one.step())]
        type_code, route_id = form.cleaned_data["type_code"], found.id if found else None
        try:
            attempt(lambda: save_route(steps=said, type_code=type_code, route_id=route_id, by=by))
        except (Invalid, Conflict) as error:
            show_errors(form, error)
        else:
            messages.success(request, _("Đã lưu quy trình. Văn bản đang trình vẫn theo các bước cũ."))
            return redirect("dispatches:routes")
    context = {"route": found, "form": form, "steps": steps}
    return render(request, "dispatches/approval_route.html", context, status=422 if data is not None else 200)


@require_POST
@for_office(Permission.DISPATCH_ROUTES)
def drop_route(request: HttpRequest, by: Acting, route_id: UUID) -> HttpResponse:
    """Take a route away."""
    remove_route(route_id, by=by)
    messages.success(request, _("Đã bỏ quy trình. Văn bản đang trình vẫn theo các bước cũ."))
    return redirect("dispatches:routes")
