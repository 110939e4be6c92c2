"""The way of a draft to its recipients: submitted, signed, numbered, issued; or returned, or withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from phoihop.core.clock import today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.approving import may_take_back, take_back
from phoihop.dispatches.actions.listing import KEEP, UPDATE, may_settle
from phoihop.dispatches.addressing import addressees
from phoihop.dispatches.days_off import day_off_words
from phoihop.dispatches.documents import document_type
from phoihop.dispatches.forms.drafts import NumberForm, ReasonForm, SignForm
from phoihop.dispatches.forms.showing import show_errors
from phoihop.dispatches.models import Draft, Register
from phoihop.dispatches.rules import DRAFT, DraftState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.cited import changed_citations_of_draft
from phoihop.dispatches.selectors.recipient_changes import lists_of, recipient_changes
from phoihop.dispatches.types import Form, rules_for
from phoihop.dispatches.views.acting_on import attempt, back_to, check_may_ever
from phoihop.dispatches.views.approval_context import approval_context
from phoihop.files.selectors import attachments_of, uploads_of
from phoihop.offices.acting import Acting
from phoihop.offices.models import IssuingBody
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import bodies_of
from phoihop.offices.web import for_office

PATH = (
    DraftState.DRAFTING,
    DraftState.REVIEWING,
    DraftState.SUBMITTED,
    DraftState.SIGNED,
    DraftState.NUMBERED,
    DraftState.ISSUED,
)
NEXT_VERB = {
    DraftState.DRAFTING: "submit",
    DraftState.SUBMITTED: "sign",
    DraftState.SIGNED: "number",
    DraftState.NUMBERED: "issue",
}


@require_POST
@for_office(Permission.DISPATCH_VIEW)
def step(request: HttpRequest, by: Acting, draft_id: UUID, verb: str) -> HttpResponse:
    """One step of a draft. What is refused comes back with everything typed."""
    if verb not in _STEPS:
        raise Http404
    found = access.draft(draft_id, by=by)
    if verb == "issue" and found.issued_as is not None:  # sent twice: it was done the first time
        return redirect("dispatches:document", found.issued_as)
    check_may_ever(DRAFT, verb, by=by)
    form = _step_form(verb, found, by, request.POST)
    if form is not None and not form.is_valid():
        return draft_page(request, by, found, refused=(verb, form))
    try:
        done = attempt(lambda: _STEPS[verb](found.id, form.cleaned_data if form else {}, by))
    except (Invalid, Conflict) as error:
        if form is not None and error.fields:
            show_errors(form, error)
            return draft_page(request, by, found, refused=(verb, form))
        return draft_page(request, by, access.draft(draft_id, by=by), conflict=error)
    messages.success(request, done)
    if verb == "issue":
        return redirect("dispatches:document", draft_id)
    return back_to(request, reverse("dispatches:draft", args=[draft_id]))


def _submit(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    return submitted_words(drafting.submit_draft(draft_id, by=by))


def submitted_words(draft: Draft) -> str:
    """What became of a draft that was submitted: it waits for approval, or for signature."""
    return _("Đã trình, chờ duyệt bản thảo.") if draft.state == DraftState.REVIEWING else _("Đã trình ký.")


def _take_back(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    take_back(draft_id, by=by)
    return _("Đã rút về để sửa.")


def _sign(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    drafting.sign_draft(draft_id, revision=said["revision"], by=by)
    return _("Đã ký. Văn bản chờ văn thư cấp số.")


def _return(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    drafting.return_draft(draft_id, reason=said["reason"], by=by)
    return _("Đã trả lại để sửa.")


def _number(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    draft = drafting.number_draft(draft_id, typed=said.get("number", ""), dated=said["dated"], by=by)
    if not draft.code:
        return _("Loại văn bản này không có số; đã ghi ngày.")
    return _("Đã cấp số %(code)s.") % {"code": draft.code}


def _withdraw(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    drafting.withdraw_draft(draft_id, reason=said["reason"], by=by)
    return _("Đã rút văn bản.")


def _issue(draft_id: UUID, said: Mapping[str, Any], by: Acting) -> str:
    drafting.issue_draft(draft_id, by=by)
    return _("Đã phát hành. Bảng dưới cho biết từng nơi nhận đến đâu.")


_STEPS: dict[str, Callable[[UUID, Mapping[str, Any], Acting], str]] = {
    "submit": _submit,
    "take_back": _take_back,
    "sign": _sign,
    "return": _return,
    "number": _number,
    "withdraw": _withdraw,
    "issue": _issue,
}


def draft_page(
    request: HttpRequest,
    by: Acting,
    found: Draft,
    *,
    refused: tuple[str, forms.Form] | None = None,
    conflict: Invalid | Conflict | None = None,
    typed: Any = None,
    refused_url: str = "",
) -> HttpResponse:
    """The draft as the document it will be. ``typed`` is what could not be saved because it came too late."""
    body = _body(found, by)
    context = steps_context(found, by, refused=refused) | {
        "body": body,
        "type_name": _type_name(found, body),
        "conflict": conflict,
        "refused_url": refused_url or (refused and reverse("dispatches:step", args=[found.id, refused[0]])),
        "typed_abstract": typed.get("abstract", "") if typed else "",
        "typed_content": typed.get("content", "") if typed else "",
        "typed_words": _typed_words(typed),
    }
    status = conflict.status if conflict else 422 if refused else 200
    return render(request, "dispatches/draft.html", context, status=status)


def _typed_words(typed: Any) -> str:
    """A remark or opinion that came too late, so that it can be taken along."""
    said = (typed.get(name, "") for name in ("reason", "remark", "text", "question")) if typed else ()
    return "\n".join(filter(None, said))


def steps_context(found: Draft, by: Acting, *, refused: tuple[str, forms.Form] | None = None) -> dict[str, Any]:
    """Where a draft stands, and what this person can do with it."""
    state, uploads = DraftState(found.state), uploads_of(found.id, by=by)
    approval = approval_context(found, by, file_hashes={one.name: one.sha256 for one in uploads})
    has_route = approval["approval_steps"] or approval["planned"]
    path = [step for step in PATH if step is not DraftState.REVIEWING or has_route]
    return {
        **approval,
        "draft": found,
        "path": [(step, _(DRAFT.labels[step]), PATH.index(step) < _place(state)) for step in path],
        "moves": _moves(found, by),
        "waiting": _waiting(found, state, by),
        "audience": _audience(found, by),
        **_recipients_context(found, by),
        "uploads": uploads,
        "left_out": _left_out(found, by),
        "reply_to": _quoted(found.reply_to, by),
        "related_to": _quoted(found.related_to, by),
        "due_note": day_off_words(found.due_at),
        "changed_citations": changed_citations_of_draft(found, by=by),
        "refused_verb": refused[0] if refused else "",
        "refused_form": refused[1] if refused else None,
    }


def _left_out(found: Draft, by: Acting) -> list[str]:
    """The names of files of a document passed on that have not come, so that nobody sends less than was meant."""
    if found.related_to is None or found.changes:
        return []
    return [file.name for file in attachments_of(found.related_to, by=by) if not file.is_here]


def _place(state: DraftState) -> int:
    return PATH.index(state) if state in PATH else 0


def _moves(found: Draft, by: Acting) -> list[dict[str, Any]]:
    state = DraftState(found.state)
    first = NEXT_VERB.get(state, "")
    moves = [move for move in DRAFT.moves_from(state) if move.permission in by.permissions and move.verb in _STEPS]
    if state is DraftState.REVIEWING:  # who may return it there is a matter of turn, and stands with the approval
        moves = [move for move in moves if move.verb != "return"]
    if not may_take_back(found, by=by):
        moves = [move for move in moves if move.verb != "take_back"]
    if found.body_id is None or by.signing_for(found.body_id) is None:
        moves = [move for move in moves if move.verb != "sign"]
    return [
        {
            "verb": move.verb,
            "label": _(move.label),
            "is_primary": move.verb == first,
            "form": _step_form(move.verb, found, by),
            "url": reverse("dispatches:step", args=[found.id, move.verb]),
            "dialog": f"step-{move.verb}",
        }
        for move in sorted(moves, key=lambda move: move.verb != first)
    ]


def _waiting(found: Draft, state: DraftState, by: Acting) -> tuple[str, str] | None:
    """The next step and why this person cannot make it; None when they can or nothing is left."""
    verb = NEXT_VERB.get(state)
    if verb is None:
        return None
    move = DRAFT.find(state, verb)
    if verb == "sign" and by.may(Permission.DISPATCH_SIGN):
        if found.body_id is not None and by.signing_for(found.body_id) is not None:
            return None
        words = _("Chức vụ “%(title)s” không có thẩm quyền ký cho cơ quan ban hành này.")
        return _(move.label), words % {"title": by.position_title}
    if move.permission in by.permissions:
        return None
    reasons = {
        "submit": _("Chờ người soạn trình ký."),
        "sign": _("Chờ người có thẩm quyền ký."),
        "number": _("Chờ văn thư cấp số, sau khi đã ký."),
        "issue": _("Chờ văn thư phát hành, sau khi đã ký và cấp số."),
    }
    return _(move.label), reasons[verb]


def _step_form(verb: str, found: Draft, by: Acting, data: Any = None) -> forms.Form | None:
    if verb == "sign":
        return SignForm(data, initial={"revision": found.revision}, auto_id="sign_%s")
    if verb in {"return", "withdraw"}:
        return ReasonForm(data, auto_id=f"{verb}_%s")
    if verb == "number":
        return NumberForm(data, typed=_is_typed(found, by), auto_id="number_%s")
    return None


def _is_typed(found: Draft, by: Acting) -> bool:
    """Whether the number comes from the existing system. An office without a book is told so when it numbers."""
    try:
        register = access.register_of(by=by, direction="out", body_id=found.body_id)
        kind = document_type(access.body(found.body_id, by=by), found.type_code)
    except (NotFound, Invalid):
        return False
    return kind.form is not Form.UNNUMBERED and register.numbered_by == Register.NumberedBy.EXISTING


def _audience(found: Draft, by: Acting) -> list[Any]:
    """Every office that will receive it, by name; what is no longer in the directory is told when it is sent."""
    try:
        return list(addressees(found.recipients, sender_id=by.office_id)) if found.recipients else []
    except Invalid:
        return []


def _recipients_context(found: Draft, by: Acting) -> dict[str, Any]:
    """The lists a draft goes by, and what became of its recipients, with the choices this person has."""
    if found.state in (DraftState.ISSUED, DraftState.WITHDRAWN):
        return {"lists_in_use": (), "recipient_changes": None}
    changes = recipient_changes(found, by=by)
    return {
        "lists_in_use": lists_of(found, by=by),
        "recipient_changes": changes or None,
        "may_update": bool(changes) and may_settle(found, UPDATE, by=by),
        "may_keep": bool(changes) and may_settle(found, KEEP, by=by),
    }


def _body(found: Draft, by: Acting) -> IssuingBody | None:
    return next((one for one in bodies_of(by) if one.id == found.body_id), None)


def _type_name(found: Draft, body: IssuingBody | None) -> str:
    if body is None or not found.type_code:
        return ""
    try:
        return rules_for(body.regime, today()).type(found.type_code).name
    except LookupError:
        return ""


def _quoted(dispatch_id: UUID | None, by: Acting) -> Any:
    try:
        return access.dispatch(dispatch_id, by=by) if dispatch_id else None
    except (NotFound, Forbidden):
        return None
