"""Uploading a workbook, seeing what it would change, and applying that."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.administration.actions import apply_people, keep_sheet
from phoihop.administration.forms import UploadForm
from phoihop.administration.models import SheetUpload
from phoihop.administration.selectors import PeoplePreview, people_preview, upload_of, uploads_of
from phoihop.core.errors import Conflict, Invalid
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.security_views import confirmed
from phoihop.offices.staff import Effect
from phoihop.offices.web import for_office

_ROWS_A_PAGE = 100
_MOST_FAULTS = 200


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.OFFICE_ADMINISTER)
def uploads(request: HttpRequest, by: Acting) -> HttpResponse:
    """The form for a workbook, and what was uploaded before."""
    form = UploadForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            file = form.cleaned_data["file"]
            try:
                kept = keep_sheet(
                    file.read(),
                    name=file.name,
                    kind=SheetUpload.Kind.PEOPLE,
                    by=by,
                    ends_missing=form.cleaned_data["ends_missing"],
                )
            except Invalid as error:
                form.add_error("file", str(error))
            else:
                return redirect("administration:upload", upload_id=kept.id)
    return render(request, "administration/uploads.html", {"form": form, "uploads": uploads_of(by)}, status=status)


@require_safe
@for_office(Permission.OFFICE_ADMINISTER)
def upload(request: HttpRequest, by: Acting, upload_id: UUID) -> HttpResponse:
    """What applying would change, row by row, or what must be mended first; after applying, what was done."""
    kept = upload_of(upload_id, by, kind=SheetUpload.Kind.PEOPLE)
    context: dict[str, object] = {"upload": kept}
    if kept.applied_at is None:
        context |= _previewed(people_preview(kept, by), request)
    return render(request, "administration/upload.html", context)


def _previewed(preview: PeoplePreview, request: HttpRequest) -> dict[str, object]:
    plan = preview.plan
    shown = request.GET.get("show", "")
    wanted = {effect.value for effect in Effect} & {shown} or {"new", "changed", "ended"}
    steps = [step for step in plan.steps if step.effect.value in wanted]
    asked = request.GET.get("from", "")
    first = min(int(asked), len(steps)) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 0
    last = first + _ROWS_A_PAGE
    counts = [(effect.value, word, plan.count(effect)) for effect, word in _words().items()]
    return {
        "preview": preview,
        "faults": preview.faults[:_MOST_FAULTS],
        "more_faults": max(0, len(preview.faults) - _MOST_FAULTS),
        "steps": [(step, _words()[step.effect], _TONES[step.effect]) for step in steps[first:last]],
        "tabs": _tabs(counts, shown),
        "counts": counts,
        "range": _("%(first)d–%(last)d trên %(all)d dòng")
        % {"first": first + bool(steps), "last": min(last, len(steps)), "all": len(steps)},
        "previous": _page(shown, max(0, first - _ROWS_A_PAGE)) if first else "",
        "next": _page(shown, last) if last < len(steps) else "",
    }


def _tabs(counts: list[tuple[str, str, int]], shown: str) -> list[dict[str, object]]:
    changing = {"url": "?", "label": _("Sẽ thay đổi"), "current": shown not in dict.fromkeys(Effect)}
    return [
        changing,
        *(
            {"url": f"?show={key}", "label": word, "count": count, "current": key == shown}
            for key, word, count in counts
        ),
    ]


def _page(shown: str, first: int) -> str:
    return "?" + urlencode({"show": shown, "from": first})


_TONES = {Effect.NEW: "green", Effect.CHANGED: "blue", Effect.ENDED: "amber", Effect.UNCHANGED: "neutral"}


def _words() -> dict[Effect, str]:
    return {
        Effect.NEW: _("Mới"),
        Effect.CHANGED: _("Thay đổi"),
        Effect.ENDED: _("Kết thúc"),
        Effect.UNCHANGED: _("Không đổi"),
    }


@require_POST
@for_office(Permission.OFFICE_ADMINISTER)
@confirmed
def apply(request: HttpRequest, by: Acting, upload_id: UUID) -> HttpResponse:
    """Apply what was previewed. When the office changed meanwhile, the new preview is shown instead."""
    try:
        apply_people(upload_id, digest=request.POST.get("digest", ""), by=by)
    except (Conflict, Invalid) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã ghi. Người mới vào được sau khi cấp mật khẩu; in phiếu ở dưới."))
    return redirect("administration:upload", upload_id=upload_id)
