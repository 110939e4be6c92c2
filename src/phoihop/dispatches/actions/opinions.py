"""Lấy ý kiến: colleagues are asked about a draft at once; each agrees or says what they think, or is silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.dispatches.actions.moving import clean_reason, keep_version, say_changed
from phoihop.dispatches.approval_notices import tell_of_answer, tell_of_questions
from phoihop.dispatches.approving import OpinionState
from phoihop.dispatches.models import Draft, DraftOpinion
from phoihop.dispatches.rules import DraftState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.approving import my_opinion, opinions_of, positions, stands_in_for
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

MOST_ASKED = 50
OPEN_STATES = frozenset({DraftState.DRAFTING, DraftState.REVIEWING})


def ask_opinions(
    draft_id: UUID, *, people: Sequence[UUID], question: str = "", due_on: date | None = None, by: Acting
) -> Sequence[DraftOpinion]:
    """Ask colleagues about a draft as it stands; who is being asked already is not asked twice.

    Raises Invalid at the field for nobody, somebody of another office, or a day that has passed.
    """
    check_may(by, Permission.DISPATCH_DRAFT)
    draft = access.draft(draft_id, by=by, for_update=True)
    _check_open(draft)
    held = positions(people, by=by)
    chosen = [held[one] for one in dict.fromkeys(people) if one in held and one != by.position_id]
    if not chosen or len(held) != len(set(people)) or len(chosen) > MOST_ASKED:
        message = _("Chọn từ 1 đến %(most)d đồng nghiệp đang giữ chức vụ.") % {"most": MOST_ASKED}
        raise Invalid("people_unfit", message, fields={"people": [message]})
    if due_on is not None and due_on < today():
        message = _("Hạn trả lời không thể đã qua.")
        raise Invalid("due_passed", message, fields={"due_on": [message]})
    words = clean_reason(question, field="question", by=by)
    asked = {one.position_id for one in opinions_of(draft, by=by) if one.state == OpinionState.ASKED}
    version = keep_version(draft, event="asked", by=by)
    new = [
        DraftOpinion(
            office_id=by.office_id, draft_id=draft.id, position_id=one.id, name=one.person.full_name,
            position_title=one.title, question=words, due_on=due_on, asked_by=by.person_name,
            asked_by_position_id=by.position_id, version=version.number, state=OpinionState.ASKED.value,
        )
        for one in chosen
        if one.id not in asked
    ]  # fmt: skip
    if new:
        DraftOpinion.objects.bulk_create(new)
        note(by=by, event="dispatches:draft:ask", subject_id=draft.id, people=[str(one.position_id) for one in new])
        tell_of_questions(new, draft, by=by)
        say_changed(draft)
    return new


def answer_opinion(draft_id: UUID, *, agrees: bool, text: str = "", by: Acting) -> DraftOpinion:
    """Đồng ý, or Có ý kiến with what it is; a deputy answers by name.

    Raises Forbidden for who was not asked, Conflict when it was answered, Invalid for remarks without words.
    """
    check_may(by, Permission.DISPATCH_VIEW)
    draft = access.draft(draft_id, by=by, for_update=True)
    opinions, own = opinions_of(draft, by=by), stands_in_for(by)
    found = my_opinion(opinions, own, by=by)
    if found is None:
        if any(one.position_id in own for one in opinions):
            raise Conflict("opinion_over", _("Ý kiến này đã được ghi hoặc không còn chờ."), remedy=_("Tải lại trang."))
        raise Forbidden("not_asked", _("Bạn không được hỏi ý kiến về dự thảo này."))
    words = clean_reason(text, field="text", by=by)
    if not agrees and not words:
        message = _("Ghi ý kiến, hoặc chọn Đồng ý.")
        raise Invalid("opinion_empty", message, fields={"text": [message]})
    found.state = (OpinionState.AGREED if agrees else OpinionState.REMARKS).value
    found.text, found.answered_at, found.answered_by = words, now(), by.person_name
    found.save()
    note(by=by, event="dispatches:draft:opine", subject_id=draft.id, agrees=agrees)
    tell_of_answer(found, draft, by=by)
    say_changed(draft)
    return found


def close_opinions(draft: Draft, *, by: Acting) -> None:
    """Nobody is waited for any more once a locked draft is signed or withdrawn; who was silent stays so in the list."""
    DraftOpinion.objects.filter(office_id=by.office_id, draft_id=draft.id, state=OpinionState.ASKED).update(
        state=OpinionState.CLOSED
    )


def _check_open(draft: Draft) -> None:
    if draft.state not in OPEN_STATES:
        raise Conflict(
            "draft_past_opinions", _("Văn bản đã qua bước lấy ý kiến."), remedy=_("Tải lại trang để xem bước hiện tại.")
        )
