"""Recalls, updates and replacements: who asked what, who answered, and whose text is gone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.dispatches.models import Change, ChangeAnswer, Dispatch
from phoihop.dispatches.rules import REMOVES_TEXT, AnswerState
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class Asked:
    """One office that was asked. ``is_unknown``: another node hosts it and no answer came, so nobody can tell.

    ``holds_text``: the text that was recalled or replaced is still there; None while that is unknown.
    """

    office: Office
    answer: ChangeAnswer
    is_unknown: bool
    holds_text: bool | None


@dataclass(frozen=True)
class ChangeView:
    """A change as the acting office sees it.

    ``own`` is what it was asked and answered itself. ``asked`` are all who were asked, for the issuer alone.
    ``new_document`` is None when the office may not see it.
    """

    change: Change
    new_document: Dispatch | None
    own: ChangeAnswer | None
    asked: Sequence[Asked]

    @property
    def holding(self) -> int:
        """How many still hold the text, or may."""
        return sum(one.holds_text is not False for one in self.asked)

    @property
    def answered(self) -> int:
        """How many have agreed or refused."""
        return sum(one.answer.state != AnswerState.REQUESTED for one in self.asked)


def asked_of(change_id: UUID, *, by: Acting) -> tuple[Change, ChangeAnswer]:
    """A change the acting office was asked to answer, and its answer so far. Raises NotFound when it was not."""
    check_may(by, Permission.DISPATCH_VIEW)
    change = Change.objects.filter(id=change_id).first()
    answer = ChangeAnswer.objects.filter(change_id=change_id, office_id=by.office_id, asked=True).first()
    if change is None or answer is None:
        raise NotFound("change_unknown", _("Không tìm thấy đề nghị này."))
    return change, answer


def change(change_id: UUID, *, by: Acting) -> Change:
    """A change of a document the acting office may see. Raises NotFound."""
    check_may(by, Permission.DISPATCH_VIEW)
    found = Change.objects.filter(id=change_id).first()
    if found is None:
        raise NotFound("change_unknown", _("Không tìm thấy đề nghị này."))
    return found


def changes_of(document: Dispatch, *, by: Acting) -> Sequence[ChangeView]:
    """The changes of a document, in order; who was asked is shown to its issuer."""
    return changes_around(document, by=by)[0]


def changes_around(
    document: Dispatch, *, by: Acting
) -> tuple[Sequence[ChangeView], Sequence[tuple[Change, Dispatch | None]]]:
    """The changes of a document; and those it makes itself, with the earlier document where the office may see it."""
    around = Change.objects.filter(Q(dispatch_id=document.id) | Q(new_document_id=document.id))
    found = list(around.order_by("requested_at", "id"))
    if not found:
        return (), ()
    linked = {one.new_document_id for one in found if one.new_document_id} | {one.dispatch_id for one in found}
    documents = Dispatch.objects.in_bulk(list(linked))
    made = [(one, documents.get(one.dispatch_id)) for one in found if one.new_document_id == document.id]
    return _views(document, [one for one in found if one.dispatch_id == document.id], documents, by), made


def _views(
    document: Dispatch, found: Sequence[Change], documents: Mapping[UUID, Dispatch], by: Acting
) -> Sequence[ChangeView]:
    if not found:
        return ()
    answers = list(ChangeAnswer.objects.filter(dispatch_id=document.id, asked=True))
    offices = Office.objects.filter(id__in={one.office_id for one in answers}).select_related("node")
    known = {office.id: office for office in offices}
    is_owner = document.owner_id == by.office_id
    views = []
    for one in found:
        asked = [answer for answer in answers if answer.change_id == one.id and answer.office_id in known]
        rows = sorted(
            (_asked(answer, known[answer.office_id]) for answer in asked), key=lambda row: row.office.sort_key
        )
        own = next((answer for answer in asked if answer.office_id == by.office_id), None)
        new = documents.get(one.new_document_id) if one.new_document_id else None
        views.append(ChangeView(one, new, own, rows if is_owner else ()))
    return views


def _asked(answer: ChangeAnswer, office: Office) -> Asked:
    unanswered = answer.state == AnswerState.REQUESTED
    unknown = unanswered and not office.node.is_self
    removed = answer.state == AnswerState.AGREED and answer.action in REMOVES_TEXT
    return Asked(office, answer, unknown, None if unknown else not removed)


def withheld(dispatch_ids: Collection[UUID], *, by: Acting) -> set[UUID]:
    """Those of these documents whose text the acting office has agreed to give up (NĐ 30 Đ23): the trace stays."""
    gone = ChangeAnswer.objects.filter(
        office_id=by.office_id, dispatch_id__in=list(dispatch_ids), state=AnswerState.AGREED, action__in=REMOVES_TEXT
    )
    return set(gone.filter(asked=True).values_list("dispatch_id", flat=True))


def to_answer(*, by: Acting, most: int = 50) -> Sequence[tuple[Change, Dispatch]]:
    """What waits for the acting office's answer, the oldest first."""
    check_may(by, Permission.DISPATCH_VIEW)
    waiting = ChangeAnswer.objects.filter(office_id=by.office_id, state=AnswerState.REQUESTED, asked=True)
    found = list(Change.objects.filter(id__in=waiting.values("change_id")).order_by("requested_at", "id")[:most])
    documents = Dispatch.objects.in_bulk([one.dispatch_id for one in found])
    return [(one, documents[one.dispatch_id]) for one in found if one.dispatch_id in documents]
