"""The page of one document: what it says, who has it, what happened, and the next thing for this person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from phoihop.audit.actions import note
from phoihop.core.errors import Conflict, NotFound
from phoihop.core.ids import derived_id, new_id
from phoihop.core.machine import Move
from phoihop.dispatches.actions.handling import mark_seen
from phoihop.dispatches.change_projections import answer_id
from phoihop.dispatches.forms.handling import (
    DirectForm,
    DistributeForm,
    MoveForm,
    ReasonForm,
    RegisterForm,
    ResultForm,
)
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.presentation import BUSINESS_WORDS, RECEIPT_STATES, timeline_lines
from phoihop.dispatches.projections import handling_id
from phoihop.dispatches.rules import DISPATCH, DispatchState, HandlingState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.books import incoming_books, usual_book
from phoihop.dispatches.selectors.cited import changed_citations_of
from phoihop.dispatches.selectors.confirming import confirming
from phoihop.dispatches.selectors.detail import DispatchDetail, dispatch_detail
from phoihop.dispatches.selectors.following import following
from phoihop.offices.acting import Acting
from phoihop.offices.models import Position
from phoihop.offices.permissions import Permission
from phoihop.offices.reading import noted_reading
from phoihop.offices.selectors import colleagues
from phoihop.offices.web import for_office

MOVE_FORMS: dict[str, type[MoveForm]] = {
    "register": RegisterForm,
    "distribute": DistributeForm,
    "direct": DirectForm,
    "accept": MoveForm,
    "return": ReasonForm,
    "finish": ResultForm,
}
NEEDS_COLLEAGUES = frozenset({"distribute", "direct"})


def move_form(verb: str, document: Dispatch, *args: Any, staff: Sequence[Position], by: Acting) -> MoveForm:
    """The form of a move, with what it lets choose from. ``args`` are those of a form."""
    more: dict[str, Any] = {}
    if verb == "register":
        books = incoming_books(by=by)
        more = {"books": books, "usual": usual_book(document, books)}
    return MOVE_FORMS[verb](*args, colleagues=staff, auto_id=f"{verb}_%s", **more)


@noted_reading("dispatches:document:see", lambda _by, given: given["dispatch_id"])
@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """One document, or what is left of it when its content was removed."""
    try:
        return document_page(request, by, dispatch_id)
    except NotFound as error:
        if error.code != "dispatch_purged":
            raise
        return redirect("exchange:purged", dispatch_id)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def live(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """The parts of the page that change, as partials."""
    try:
        return render(request, "dispatches/document_live.html", document_context(dispatch_id, by=by))
    except NotFound as error:
        if error.code != "dispatch_purged":
            raise
        return HttpResponse(headers={"HX-Refresh": "true"})  # an open page must not go on showing what is gone


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def seen(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Sent once by the open page: the office has seen the document."""
    mark_seen([dispatch_id], by=by)
    return HttpResponse(status=204)


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def printed(request: HttpRequest, by: Acting, dispatch_id: UUID) -> HttpResponse:
    """Sent by the open page when it is printed."""
    note(by=by, event="dispatches:document:print", subject_id=access.dispatch(dispatch_id, by=by).id)
    return HttpResponse(status=204)


def document_page(
    request: HttpRequest,
    by: Acting,
    dispatch_id: UUID,
    *,
    refused: tuple[str, Form] | None = None,
    refused_url: str = "",
    conflict: Conflict | None = None,
) -> HttpResponse:
    """The whole page. ``refused`` is the verb and the form that was not taken; ``conflict`` why it is too late.

    ``refused_url`` is where the form goes, when it is no move of the receiving office.
    """
    context = document_context(dispatch_id, by=by, refused=refused) | {"conflict": conflict, "refused_url": refused_url}
    status = 409 if conflict else 422 if refused else 200
    return render(request, "dispatches/document.html", context, status=status)


def document_context(dispatch_id: UUID, *, by: Acting, refused: tuple[str, Form] | None = None) -> dict[str, Any]:
    """What both the page and its live parts show."""
    detail = dispatch_detail(dispatch_id, by=by)
    staff = colleagues(by) if any(move.verb in NEEDS_COLLEAGUES for move in detail.moves) else ()
    return {
        "detail": detail,
        "dispatch": detail.dispatch,
        "moves": _moves(detail, staff, by),
        "waits": waiting_words(detail),
        "following": following(detail, by=by),
        "confirming": confirming(detail, by=by),
        "changed_citations": changed_citations_of(detail.dispatch, by=by),
        "may_disclose": may_disclose(detail, by),
        "refused_verb": refused[0] if refused else "",
        "refused_form": refused[1] if refused else None,
        "receipts": RECEIPT_STATES,
        "summary": _summary(detail),
        "lines": timeline_lines(detail.timeline),
        "live_subjects": _live_subjects(detail, by),
        "awaits_news": detail.side == "owner" and bool(_summary(detail)["unanswered"]),
        "may_draft": by.may(Permission.DISPATCH_DRAFT),
        "change_moves": change_moves(detail, by),
        "may_remove": detail.dispatch.owner_id == by.office_id and by.may(Permission.FILES_PURGE),
        "may_answer": by.may(Permission.DISPATCH_REGISTER),
        "may_report": detail.incoming is not None and detail.dispatch.origin == "edxml",
        "is_from_outside": detail.dispatch.origin != "issued",
        "business": BUSINESS_WORDS.get(detail.dispatch.business, ""),
        "key": new_id(),
    }


def _moves(detail: DispatchDetail, staff: Sequence[Position], by: Acting) -> list[dict[str, Any]]:
    first = primary_verb(detail, by)
    found = [
        {
            "verb": move.verb,
            "label": _(move.label),
            "is_primary": move.verb == first,
            "form": form,
            "url": reverse("dispatches:move", args=[detail.dispatch.id, move.verb]),
            "dialog": f"move-{move.verb}",
            "needs_words": bool(form.fields),
        }
        for move in _own_moves(detail)
        for form in (move_form(move.verb, detail.dispatch, staff=staff, by=by),)
    ]
    return sorted(found, key=lambda one: not one["is_primary"])


def _own_moves(detail: DispatchDetail) -> Sequence[Move[HandlingState]]:
    """A document that this office entered itself cannot be returned to a sender who is not here."""
    if detail.dispatch.origin == "issued":
        return detail.moves
    return [move for move in detail.moves if move.verb != "return"]


def primary_verb(detail: DispatchDetail, by: Acting) -> str:
    """The move this person is expected to make next; empty when the work is someone else's."""
    if detail.incoming is None:
        return ""
    state, verbs = detail.incoming.state, [move.verb for move in detail.moves]
    mine = detail.handling is not None and detail.handling.lead_position_id == by.position_id
    wanted: dict[HandlingState, tuple[str, ...]] = {
        HandlingState.ARRIVED: ("register",),
        HandlingState.REGISTERED: ("distribute", "direct"),
        HandlingState.DISTRIBUTED: ("direct", "accept") if mine else (),
        HandlingState.DIRECTED: ("accept",) if mine else (),
        HandlingState.ACCEPTED: ("finish",) if mine else (),
    }
    return next((verb for verb in wanted.get(state, ()) if verb in verbs), "")


def waiting_words(detail: DispatchDetail) -> str:
    """Whom the document waits for at this office, in a sentence."""
    if detail.incoming is None:
        return ""
    lead = ""
    if detail.handling is not None and detail.handling.lead_name:
        lead = f"{detail.handling.lead_name} ({detail.handling.lead_title})"
    words = {
        HandlingState.ARRIVED: _("Chờ văn thư vào sổ."),
        HandlingState.REGISTERED: _("Chờ phân phối hoặc cho ý kiến chỉ đạo."),
        HandlingState.DISTRIBUTED: _("Đã chuyển %(lead)s."),
        HandlingState.DIRECTED: _("Chờ %(lead)s nhận xử lý."),
        HandlingState.ACCEPTED: _("%(lead)s đang xử lý."),
        HandlingState.RETURNED: _("Đã trả lại nơi gửi."),
        HandlingState.FINISHED: _("Đã xử lý xong."),
    }
    return words[detail.incoming.state] % {"lead": lead}


def may_disclose(detail: DispatchDetail, by: Acting) -> bool:
    """Whether this person may open the document to further offices: the owner's, for what it issued."""
    document = detail.dispatch
    mine = document.owner_id == by.office_id and document.origin == "issued"
    return mine and document.standing == DispatchState.ISSUED and by.may(Permission.DISPATCH_DISCLOSE)


_CHANGE_NEEDS = {
    "recall": Permission.DISPATCH_RECALL,
    "update": Permission.DISPATCH_DRAFT,
    "replace": Permission.DISPATCH_DRAFT,
}


def change_moves(detail: DispatchDetail, by: Acting) -> list[dict[str, Any]]:
    """What this person may do to an issued document: recall it, or begin the one that updates or replaces it."""
    document = detail.dispatch
    if document.owner_id != by.office_id or document.origin != "issued":
        return []
    moves = [move for move in DISPATCH.moves_from(DispatchState(document.standing)) if move.verb in _CHANGE_NEEDS]
    return [
        {
            "verb": move.verb,
            "label": _(move.label),
            "form": ReasonForm(auto_id=f"{move.verb}_%s"),
            "url": reverse("dispatches:change", args=[document.id, move.verb]),
            "dialog": f"change-{move.verb}",
        }
        for move in moves
        if by.may(_CHANGE_NEEDS[move.verb])
    ]


def _summary(detail: DispatchDetail) -> dict[str, int]:
    deliveries = [row.delivery for row in detail.recipients if row.delivery is not None]
    counted = {
        state: sum(getattr(one, f"{state}_at") is not None for one in deliveries) for state, _l in RECEIPT_STATES
    }
    return counted | {
        "all": len(detail.recipients),
        "returned": sum(one.returned_at is not None for one in deliveries),
        "unanswered": sum(one.answered_at is None and one.returned_at is None for one in deliveries),
        "late": sum(row.is_late for row in detail.recipients),
    }


def _live_subjects(detail: DispatchDetail, by: Acting) -> str:
    """News names subjects: the document, this office's handling of it, and the receipts of those who have it."""
    document = detail.dispatch
    subjects = [document.id, handling_id(document.id, by.office_id)]
    subjects += [answer_id(document.id, one.office.id) for view in detail.changes for one in view.asked]
    subjects += [derived_id("receipts", row.office.id, document.owner_id) for row in detail.recipients if row.delivery]
    return " ".join(map(str, subjects))
