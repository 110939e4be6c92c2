"""Changing the directory: a table, its preview, the file to be signed, the signed file, and two offices made one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.administration.directory_actions import (
    apply_directory_file,
    keep_directory_sheet,
    propose_merger,
    propose_sheet,
    sign_here,
)
from phoihop.administration.directory_forms import MergerForm, SheetForm, SignedForm
from phoihop.administration.directory_merging import (
    Merger,
    open_bodies,
    open_offices,
    open_work,
    plan_merger,
    work_lines,
)
from phoihop.administration.directory_selectors import (
    DirectoryPreview,
    ProposalState,
    directory_preview,
    directory_upload,
    directory_uploads,
    proposal_of,
    proposals,
)
from phoihop.administration.views.directory import paging
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.isolation import scope
from phoihop.exchange.directory.at_hand import has_key
from phoihop.exchange.directory.lines import DirectoryPlan, Effect
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.security_views import confirmed
from phoihop.offices.web import for_office

_ROWS_A_PAGE = 100
_MOST_FAULTS = 200
_MOST_SENTENCES = 300
_TONES = {Effect.NEW: "green", Effect.CHANGED: "blue", Effect.ENDED: "amber", Effect.UNCHANGED: "neutral"}


@require_safe
@for_office(Permission.NODE_OPERATE)
def changes(request: HttpRequest, by: Acting) -> HttpResponse:
    """The form for a table, the one for a signed file, and what was proposed before."""
    return _changes_page(request, by)


def _changes_page(
    request: HttpRequest, by: Acting, *, sheet: forms.Form | None = None, signed: forms.Form | None = None
) -> HttpResponse:
    context = {
        "sheet": sheet or SheetForm(),
        "signed": signed or SignedForm(),
        "proposals": [(one, *_state_words()[one.state]) for one in proposals(by)],
        "uploads": directory_uploads(by),
    }
    return render(request, "administration/directory_changes.html", context, status=422 if sheet or signed else 200)


def _state_words() -> dict[ProposalState, tuple[str, str]]:
    return {
        ProposalState.WAITING: (_("Chờ ký và áp dụng"), "blue"),
        ProposalState.APPLIED: (_("Đã áp dụng"), "green"),
        ProposalState.OUTDATED: (_("Không dùng được nữa"), "neutral"),
    }


@require_POST
@for_office(Permission.NODE_OPERATE)
def upload(request: HttpRequest, by: Acting) -> HttpResponse:
    """Take in a table; nothing is changed by it."""
    form = SheetForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            kept = keep_directory_sheet(file.read(), name=file.name, by=by, reason=form.cleaned_data["reason"])
        except Invalid as error:
            form.add_error("file", f"{error.message} {error.remedy}".strip())
        else:
            return redirect("administration:directory_upload", upload_id=kept.id)
    return _changes_page(request, by, sheet=form)


@require_safe
@for_office(Permission.NODE_OPERATE)
def preview(request: HttpRequest, by: Acting, upload_id: UUID) -> HttpResponse:
    """What a table would change, row by row, or what must be mended first."""
    kept = directory_upload(upload_id, by)
    context = {"upload": kept} | _previewed(directory_preview(kept), request)
    return render(request, "administration/directory_upload.html", context)


def _previewed(found: DirectoryPreview, request: HttpRequest) -> dict[str, object]:
    shown = request.GET.get("show", "")
    wanted = {effect.value for effect in Effect} & {shown} or {"new", "changed", "ended"}
    steps = [step for step in found.plan.steps if step.effect.value in wanted]
    first, pages = paging(request, len(steps))
    counts = [(effect.value, word, found.plan.count(effect)) for effect, word in _effect_words().items()]
    tabs = [
        {"url": "?", "label": _("Sẽ thay đổi"), "current": shown not in dict.fromkeys(Effect)},
        *(
            {"url": f"?show={key}", "label": word, "count": count, "current": key == shown}
            for key, word, count in counts
        ),
    ]
    return {
        "preview": found,
        "faults": found.faults[:_MOST_FAULTS],
        "more_faults": max(0, len(found.faults) - _MOST_FAULTS),
        "steps": _steps(found.plan, wanted)[first : first + _ROWS_A_PAGE],
        "tabs": tabs,
        "counts": counts,
        "pages": pages,
    }


def _steps(plan: DirectoryPlan, wanted: set[str]) -> list[tuple[object, str, str]]:
    words = _effect_words()
    return [(step, words[step.effect], _TONES[step.effect]) for step in plan.steps if step.effect.value in wanted]


def _effect_words() -> dict[Effect, str]:
    return {
        Effect.NEW: _("Mới"),
        Effect.CHANGED: _("Thay đổi"),
        Effect.ENDED: _("Kết thúc"),
        Effect.UNCHANGED: _("Không đổi"),
    }


@require_POST
@for_office(Permission.NODE_OPERATE)
def propose(request: HttpRequest, by: Acting, upload_id: UUID) -> HttpResponse:
    """Prepare the file to be signed. When the directory changed meanwhile, the new preview is shown instead."""
    try:
        made = propose_sheet(upload_id, digest=request.POST.get("digest", ""), by=by)
    except (Conflict, Invalid) as error:
        messages.error(request, f"{error.message} {error.remedy}".strip())
        return redirect("administration:directory_upload", upload_id=upload_id)
    messages.success(request, _("Đã lập đề nghị; chưa có gì thay đổi cho đến khi ký và áp dụng."))
    return redirect("administration:directory_proposal", proposal_id=made.id)


@require_safe
@for_office(Permission.NODE_OPERATE)
def proposal(request: HttpRequest, by: Acting, proposal_id: UUID) -> HttpResponse:
    """One proposal: what it changes, how far it has come, and the next step."""
    view = proposal_of(proposal_id, by)
    word, tone = _state_words()[view.state]
    context = {
        "view": view,
        "word": word,
        "tone": tone,
        "is_waiting": view.state is ProposalState.WAITING,
        "is_outdated": view.state is ProposalState.OUTDATED,
        "sentences": view.sentences[:_MOST_SENTENCES],
        "more": len(view.sentences) - _MOST_SENTENCES,
        "has_key": has_key(),
        "signed": SignedForm(),
    }
    return render(request, "administration/directory_proposal.html", context)


@require_safe
@for_office(Permission.NODE_OPERATE)
def proposal_file(request: HttpRequest, by: Acting, proposal_id: UUID) -> HttpResponse:
    """The file that is carried to where the directory key is."""
    row = proposal_of(proposal_id, by).row
    disposition = content_disposition_header(True, f"de-nghi-danh-ba-{row.number}.json") or "attachment"
    content = bytes(row.content)
    return HttpResponse(content, content_type="application/json", headers={"Content-Disposition": disposition})


@require_POST
@for_office(Permission.NODE_OPERATE, scoped=False)
def apply(request: HttpRequest, by: Acting) -> HttpResponse:
    """Apply a signed file at this node."""
    form = SignedForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            applied = apply_directory_file(form.cleaned_data["signed"].read(), by=by)
        except (Invalid, Conflict, Forbidden) as error:
            form.add_error("signed", f"{error.message} {error.remedy}".strip())
        else:
            if applied.numbers:
                messages.success(request, _("Đã áp dụng. Danh bạ ở bản số %(number)d.") % {"number": applied.number})
            else:
                messages.info(request, _("Tệp này đã được áp dụng trước đó."))
            return redirect("administration:directory_versions")
    with scope("web", by.office_id):
        return _changes_page(request, by, signed=form)


@require_POST
@for_office(Permission.NODE_OPERATE, scoped=False)
@confirmed
def sign(request: HttpRequest, by: Acting, proposal_id: UUID) -> HttpResponse:
    """Sign and apply at once, where the directory key is at this node."""
    try:
        applied = sign_here(proposal_id, by=by)
    except (Invalid, Conflict) as error:
        messages.error(request, f"{error.message} {error.remedy}".strip())
    else:
        messages.success(request, _("Đã áp dụng. Danh bạ ở bản số %(number)d.") % {"number": applied.number})
    return redirect("administration:directory_proposal", proposal_id=proposal_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.NODE_OPERATE)
def merge(request: HttpRequest, by: Acting) -> HttpResponse:
    """Which office goes into which; then what work is open there and what becomes of it; then the proposal."""
    said = request.POST if request.method == "POST" else request.GET
    bodies = open_bodies(said.get("code", ""))
    asked = request.method == "POST" or bool(said.get("last_day"))
    form = MergerForm(said if asked else None, initial=said.dict(), offices=open_offices(), bodies=bodies)
    context: dict[str, Any] = {"form": form}
    if asked and form.is_valid():
        values = form.cleaned_data
        merger = Merger(values["code"], values["into"], values["last_day"], tuple(values.get("ends", ())))
        plan = plan_merger(merger, by=by)
        if request.method == "POST" and not plan.faults:
            try:
                digest = request.POST.get("digest", "")
                made = propose_merger(merger, digest=digest, reason=values["reason"], by=by)
            except (Conflict, Invalid) as error:
                form.add_error(None, f"{error.message} {error.remedy}".strip())
            else:
                messages.success(request, _("Đã lập đề nghị; chưa có gì thay đổi cho đến khi ký và áp dụng."))
                return redirect("administration:directory_proposal", proposal_id=made.id)
        context |= _merger_preview(form, merger, plan, by)
    return render(request, "administration/directory_merge.html", context, status=422 if form.errors else 200)


def _merger_preview(form: MergerForm, merger: Merger, plan: DirectoryPlan, by: Acting) -> dict[str, Any]:
    for fault in plan.faults:
        form.add_error(fault.address if fault.address in form.fields else None, f"{fault.message} {fault.remedy}")
    names = {one.code: one.short_name for one in open_offices()}
    work = open_work(merger.code, by=by)
    lines = work_lines(work, name=names[merger.code], into=names[merger.into])
    steps = _steps(plan, {"new", "changed", "ended"})
    return {
        "merger": merger,
        "plan": plan,
        "steps": steps,
        "work": work,
        "lines": lines,
        "name": names[merger.code],
        "into": names[merger.into],
        "reason": form.cleaned_data.get("reason", ""),
        "is_sound": not plan.faults,
    }
