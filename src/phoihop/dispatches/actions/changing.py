"""An issued document is recalled, updated or replaced, and the offices that hold it answer."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.text import clean_line
from phoihop.dispatches import records
from phoihop.dispatches.change_projections import answer_id
from phoihop.dispatches.models import Dispatch, Draft
from phoihop.dispatches.rules import ANSWER, DISPATCH, AnswerState, DispatchState
from phoihop.dispatches.selectors import access, changes
from phoihop.dispatches.selectors.access import acting_ref
from phoihop.exchange.actions import publish
from phoihop.exchange.models import Delivery, Subject
from phoihop.exchange.selectors import own_audience
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.offices.acting import Acting

MAX_REASON = 2_000


def recall_dispatch(dispatch_id: UUID, *, reason: str, by: Acting) -> UUID:
    """Thu hồi: the document is no longer in force, and every office that holds it is asked to give up its text.

    Returns the id of the recall. Raises Forbidden for another office's document, Invalid without a reason, Conflict
    when it was recalled or replaced already.
    """
    document = _own_document(dispatch_id, by=by)
    _follow(document, "recall", reason, by=by)
    return _request(document, "recall", reason, by=by)


def state_change_by(draft: Draft, *, by: Acting) -> UUID:
    """State that a draft, issued in this transaction, updates or replaces the document it is related to.

    Returns the id of the change. Raises Conflict when that document was recalled or replaced meanwhile.
    """
    assert draft.related_to is not None
    document = _own_document(draft.related_to, by=by)
    _follow(document, draft.changes, draft.change_reason, by=by)
    action: records.ChangeAction = "replace" if draft.changes == "replace" else "update"
    return _request(document, action, draft.change_reason, by=by, new_document=draft.id, new_code=draft.code)


def state_foreign_change(
    document: Dispatch,
    *,
    action: records.ChangeAction,
    reason: str,
    asked_by: str,
    new_document: UUID | None,
    by: Acting,
) -> UUID:
    """State what an organisation outside the directory wants of a document this office entered; answered here."""
    return _request(document, action, reason, by=by, new_document=new_document, asked_by=asked_by)


def _own_document(dispatch_id: UUID, *, by: Acting) -> Dispatch:
    """The document, with its changes held until commit: of two at once the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"change {dispatch_id}"])
    document = access.dispatch(dispatch_id, by=by)
    if document.owner_id != by.office_id or document.origin != "issued":
        raise Forbidden("not_owner", _("Chỉ cơ quan ban hành được thu hồi, cập nhật hoặc thay thế văn bản này."))
    return document


def _follow(document: Dispatch, verb: str, reason: str, *, by: Acting) -> None:
    DISPATCH.follow(DispatchState(document.standing), verb, permissions=by.permissions, reason=reason)


def _request(
    document: Dispatch,
    action: records.ChangeAction,
    reason: str,
    *,
    by: Acting,
    new_document: UUID | None = None,
    new_code: str = "",
    asked_by: str = "",
) -> UUID:
    body = records.ChangeRequested(
        dispatch=document.id,
        action=action,
        reason=clean_reason(reason),
        new_document=new_document,
        new_code=new_code,
        asked=_holders(document),
        asked_by=asked_by,
        by=acting_ref(by),
    )
    audience = own_audience(document.id, by=by, withdrawn=True)
    (envelope,) = publish([Statement(records.CHANGE_REQUESTED, 1, body, document.id, audience)], by=by)
    note(by=by, event=f"dispatches:document:{action}", subject_id=document.id, reason=body.reason)
    return envelope.id


def clean_reason(reason: str) -> str:
    """The reason on one line. Raises Invalid at its field when there is none or it is too long."""
    words = clean_line(reason)
    if not words or len(words) > MAX_REASON:
        message = _("Ghi rõ lý do.") if not words else _("Lý do quá dài.")
        raise Invalid("reason_required", message, fields={"reason": [message]})
    return words


def _holders(document: Dispatch) -> tuple[UUID, ...]:
    """Who holds the document: its recipients, but not those who returned it."""
    held = Delivery.objects.filter(subject_id=document.id, expected=True, returned_at__isnull=True)
    if document.origin == "issued":
        held = held.exclude(recipient_id=document.owner_id)
    return tuple(sorted(held.values_list("recipient_id", flat=True)))


def answer_change(change_id: UUID, *, agreed: bool, by: Acting, reason: str = "") -> None:
    """Đồng ý (15) or Không đồng ý (16): the issuer learns of it. Who agrees to a recall no longer sees the text.

    Raises NotFound when the office was not asked, Invalid when it refuses without a reason, Conflict when it has
    answered already.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"answer {by.office_id}"])
    change, answer = changes.asked_of(change_id, by=by)
    verb = "agree" if agreed else "refuse"
    ANSWER.follow(AnswerState(answer.state), verb, permissions=by.permissions, reason=reason)
    body = records.ChangeAnswered.model_validate(
        {
            "dispatch": change.dispatch_id,
            "change": change.id,
            "action": change.action,
            "owner": change.owner_id,
            "agreed": agreed,
            "reason": clean_line(reason)[:MAX_REASON],
            "by": acting_ref(by),
        }
    )
    _state_answer(body, by=by)
    note(by=by, event=f"dispatches:incoming:{verb}_{change.action}", subject_id=change.dispatch_id)


def _state_answer(body: records.ChangeAnswered, *, by: Acting) -> None:
    subject = answer_id(body.dispatch, by.office_id)
    statement = Statement(
        records.CHANGE_ANSWERED, 1, body, subject, AudienceSet.of({by.office_id, body.owner}),
        opens=not Subject.objects.filter(id=subject).exists(), parent=body.dispatch, needs=(body.change,),
    )  # fmt: skip
    publish([statement], by=by)


def check_not_changed(document: Dispatch) -> None:
    """Raise Conflict for a document that is no longer in force."""
    if document.standing != DispatchState.ISSUED:
        raise Conflict("state_changed", _("Văn bản này đã được thu hồi hoặc thay thế."), remedy=_("Tải lại trang."))
