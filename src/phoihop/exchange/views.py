"""Incidents of secrecy, and removing content by two people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from phoihop.core.errors import Conflict, Invalid
from phoihop.exchange import purging
from phoihop.exchange.forms import ProposeForm, WordsForm, put_back
from phoihop.exchange.models import PurgeProposal
from phoihop.exchange.naming import find_subjects, name_of
from phoihop.exchange.releasing import release_incident
from phoihop.files.guard.incidents import incidents, settle_incident
from phoihop.files.guard.notice import LEVELS, PLACES, RULE, SPOTS
from phoihop.files.models import Incident
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office


@require_safe
@for_office(Permission.FILES_PURGE)
def purges(request: HttpRequest, by: Acting) -> HttpResponse:
    """Sự cố lộ, lọt and what was removed, for those who answer for it."""
    return _purges_page(request, by)


def _purges_page(
    request: HttpRequest, by: Acting, *, refused: tuple[UUID, WordsForm] | None = None, status: int = 200
) -> HttpResponse:
    words = request.GET.get("q", "").strip()
    context = {
        "rule": RULE,
        "incidents": [_shown(one, refused) for one in incidents(by=by)],
        "proposals": purging.proposals(by=by),
        "words": words,
        "found": find_subjects(words, by=by) if words else (),
    }
    return render(request, "exchange/purges.html", context, status=status)


def _shown(one: Incident, refused: tuple[UUID, WordsForm] | None) -> dict[str, Any]:
    """An incident in words, with the form that settles it."""
    blank = WordsForm(auto_id=f"{one.id}_%s", label=_("Đã xử lý thế nào"))
    return {
        "incident": one,
        "level": LEVELS.get(one.level, one.level),
        "place": PLACES.get(one.place, PLACES["other"]),
        "spot": SPOTS.get(one.spot, SPOTS["other"]),
        "form": refused[1] if refused and refused[0] == one.id else blank,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@for_office(Permission.FILES_PURGE)
def propose(request: HttpRequest, by: Acting, subject_id: UUID) -> HttpResponse:
    """Đề nghị gỡ bỏ: why, by which decision, and who holds it now."""
    name = name_of(subject_id, by=by)
    if not name:
        raise Http404
    form = ProposeForm(request.POST if request.method == "POST" else None, initial={"reason": _reason_asked(request)})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made = purging.propose_purge(subject_id, name=name, by=by, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            put_back(form, error, otherwise="decision")
        else:
            messages.success(request, _("Đã ghi đề nghị; cần người thứ hai xác nhận."))
            return redirect("exchange:purge", made.id)
    context = {"form": form, "name": name, "holders": purging.holders_of(subject_id, by=by), "subject_id": subject_id}
    return render(request, "exchange/propose_purge.html", context, status=422 if form.errors else 200)


def _reason_asked(request: HttpRequest) -> str:
    asked = request.GET.get("reason", "")
    return asked if asked in purging.REASONS else "secrecy"


@require_safe
@for_office(Permission.FILES_PURGE)
def proposal(request: HttpRequest, by: Acting, proposal_id: UUID) -> HttpResponse:
    """One proposal: who asked, who holds the content, and which offices have removed it."""
    return _proposal_page(request, by, proposal_id)


def _proposal_page(
    request: HttpRequest, by: Acting, proposal_id: UUID, *, form: WordsForm | None = None, conflict: str = ""
) -> HttpResponse:
    found = purging.proposal(proposal_id, by=by)
    holders = purging.holders_of(found.subject_id, by=by)
    context = {
        "proposal": found,
        "reason": purging.REASONS.get(found.reason, found.reason),
        "holders": holders,
        "removed": sum(holder.purged_at is not None for holder in holders),
        "is_open": found.state == PurgeProposal.State.OPEN,
        "may_confirm": purging.may_confirm(found, by=by),
        "form": form or WordsForm(label=_("Lý do không gỡ bỏ")),
        "conflict": conflict,
    }
    status = 409 if conflict else 422 if form is not None else 200
    return render(request, "exchange/purge.html", context, status=status)


@require_POST
@for_office(Permission.FILES_PURGE)
def confirm(request: HttpRequest, by: Acting, proposal_id: UUID) -> HttpResponse:
    """The second person confirms: content is removed here and ordered removed everywhere."""
    try:
        with transaction.atomic():
            purging.confirm_purge(proposal_id, by=by)
    except Conflict as error:
        return _proposal_page(request, by, proposal_id, conflict=str(error))
    messages.success(request, _("Đã gỡ bỏ nội dung tại đây và yêu cầu các nơi nhận gỡ bỏ."))
    return redirect("exchange:purge", proposal_id)


@require_POST
@for_office(Permission.FILES_PURGE)
def decline(request: HttpRequest, by: Acting, proposal_id: UUID) -> HttpResponse:
    """The content stays, with the reason."""
    form = WordsForm(request.POST, label=_("Lý do không gỡ bỏ"))
    if not form.is_valid():
        return _proposal_page(request, by, proposal_id, form=form)
    try:
        with transaction.atomic():
            purging.decline_purge(proposal_id, reason=form.cleaned_data["words"], by=by)
    except Conflict as error:
        return _proposal_page(request, by, proposal_id, conflict=str(error))
    messages.success(request, _("Đã ghi: không gỡ bỏ."))
    return redirect("exchange:purge", proposal_id)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def purged(request: HttpRequest, by: Acting, subject_id: UUID) -> HttpResponse:
    """What is left of a document whose content was removed."""
    gone = purging.purge_of(subject_id, by=by)
    if gone is None:
        raise Http404
    context = {
        "purged": gone,
        "reason": purging.REASONS.get(gone.reason, gone.reason),
        "owner": Office.objects.filter(id=gone.owner_id).first(),
        "own": purging.own_trace(subject_id, by=by),
    }
    return render(request, "exchange/purged.html", context)


@require_POST
@for_office(Permission.FILES_PURGE)
def settle(request: HttpRequest, by: Acting, incident_id: UUID) -> HttpResponse:
    """What was done about an incident."""
    form = WordsForm(request.POST, auto_id=f"{incident_id}_%s", label=_("Đã xử lý thế nào"))
    if not form.is_valid():
        return _purges_page(request, by, refused=(incident_id, form), status=422)
    with transaction.atomic():
        settle_incident(incident_id, settlement=form.cleaned_data["words"], by=by)
    messages.success(request, _("Đã ghi cách xử lý."))
    return redirect("exchange:purges")


@require_POST
@for_office(Permission.FILES_PURGE)
def release(request: HttpRequest, by: Acting, incident_id: UUID) -> HttpResponse:
    """What came from elsewhere and was hidden bears no mark after all."""
    with transaction.atomic():
        release_incident(incident_id, by=by)
    messages.success(request, _("Văn bản đã được hiển thị trở lại."))
    return redirect("exchange:purges")
