"""A document that came in: entered in the book, distributed, directed, accepted or returned, finished."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import local, now
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.text import clean_line
from phoihop.dispatches import records
from phoihop.dispatches.actions.numbering import next_number
from phoihop.dispatches.documents import is_plausible
from phoihop.dispatches.models import Handling
from phoihop.dispatches.projections import handling_id
from phoihop.dispatches.rules import HANDLING, HandlingState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.access import acting_ref, colleague
from phoihop.dispatches.selectors.books import book_for
from phoihop.exchange.actions import give_receipts, publish
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.envelope import Body
from phoihop.exchange.models import Delivery
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.offices.acting import Acting


def state_of(delivery: Delivery, handling: Handling | None) -> HandlingState:
    """Where the acting office stands with a document."""
    if handling is not None:
        return HandlingState(handling.state)
    return HandlingState.RETURNED if delivery.returned_at else HandlingState.ARRIVED


def mark_seen(dispatch_ids: Sequence[UUID], *, by: Acting) -> None:
    """State that the office has seen these documents; those seen before are passed over."""
    give_receipts([(dispatch_id, ReceiptState.SEEN, "") for dispatch_id in dispatch_ids], by=by)


def register_dispatch(dispatch_id: UUID, *, by: Acting, book_id: UUID | None = None) -> int:
    """Vào sổ văn bản đến: gives the next số đến of the book and tells the sender. Returns the number.

    Without ``book_id`` it is the usual book for the document. Raises Invalid for a book the office does not keep.
    """
    _follow(dispatch_id, "register", by=by)
    return register_opened(dispatch_id, by=by, book_id=book_id)


def register_opened(dispatch_id: UUID, *, by: Acting, book_id: UUID | None = None) -> int:
    """The same for a document this very transaction brought in, such as paper entered by hand."""
    document = access.dispatch(dispatch_id, by=by)
    book = book_for(document, book_id, by=by)
    year, due_at = local(now()).year, document.due_at
    number, _code = next_number(book, str(year), holder_id=dispatch_id, by=by)
    body = records.Registered(
        dispatch=dispatch_id, book=book.name, number=number, year=year, due_at=due_at, by=acting_ref(by)
    )
    _state(records.REGISTERED, body, dispatch_id, by=by, opens=True)
    give_receipts([(dispatch_id, ReceiptState.REGISTERED, "")], by=by)
    note(by=by, event="dispatches:incoming:register", subject_id=dispatch_id, number=number)
    return number


def distribute_dispatch(dispatch_id: UUID, *, to: UUID, by: Acting, remark: str = "") -> None:
    """Phân phối: pass the document to a colleague, for directions or to be handled."""
    _follow(dispatch_id, "distribute", by=by)
    person = colleague(to, by=by)
    body = records.Distributed(dispatch=dispatch_id, to=person, remark=clean_line(remark), by=acting_ref(by))
    _state(records.DISTRIBUTED, body, dispatch_id, by=by)
    note(by=by, event="dispatches:incoming:distribute", subject_id=dispatch_id, to=str(to))


def direct_dispatch(
    dispatch_id: UUID,
    *,
    direction: str,
    lead: UUID,
    by: Acting,
    coordinators: Sequence[UUID] = (),
    informed: Sequence[UUID] = (),
    due_at: datetime | None = None,
) -> None:
    """Ý kiến chỉ đạo: one chủ trì, many phối hợp, others để biết, and a time. Raises Invalid at the field."""
    _follow(dispatch_id, "direct", by=by)
    words = clean_line(direction)
    if not words:
        message = _("Nhập ý kiến chỉ đạo.")
        raise Invalid("direction_missing", message, fields={"direction": [message]})
    if due_at is not None and due_at < now():
        message = _("Hạn xử lý đã qua; chọn thời điểm sau.")
        raise Invalid("due_past", message, fields={"due_at": [message]})
    if not is_plausible(due_at):
        message = _("Năm không hợp lý.")
        raise Invalid("due_implausible", message, fields={"due_at": [message]})
    others = [one for one in dict.fromkeys(coordinators) if one != lead]
    body = records.Directed(
        dispatch=dispatch_id,
        direction=words,
        lead=colleague(lead, by=by),
        coordinators=tuple(colleague(one, by=by) for one in others),
        informed=tuple(colleague(one, by=by) for one in dict.fromkeys(informed) if one not in {lead, *others}),
        due_at=due_at,
        by=acting_ref(by),
    )
    _state(records.DIRECTED, body, dispatch_id, by=by)
    note(by=by, event="dispatches:incoming:direct", subject_id=dispatch_id, lead=str(lead))


def accept_dispatch(dispatch_id: UUID, *, by: Acting) -> None:
    """Nhận xử lý: tells the sender too."""
    _follow(dispatch_id, "accept", by=by)
    _move(dispatch_id, "accepted", "", by=by)
    give_receipts([(dispatch_id, ReceiptState.ACCEPTED, "")], by=by)


def return_dispatch(dispatch_id: UUID, *, reason: str, by: Acting) -> None:
    """Trả lại nơi gửi (wrong address, failed integrity), with the reason the sender will read."""
    if access.own_delivery(dispatch_id, by=by).owner_id == by.office_id:
        raise Conflict(
            "returned_to_oneself",
            _("Văn bản do chính văn phòng nhập, không có nơi gửi trong hệ thống để trả lại."),
            remedy=_("Trả lại nơi gửi bằng cách khác, rồi ghi xử lý xong."),
        )
    handling = _follow(dispatch_id, "return", by=by, reason=reason)
    words = clean_line(reason)
    _move(dispatch_id, "returned", words, by=by, opens=handling is None)
    give_receipts([(dispatch_id, ReceiptState.RETURNED, words)], by=by)


def finish_dispatch(dispatch_id: UUID, *, by: Acting, result: str = "") -> None:
    """Xử lý xong, with the result in a sentence; the sender learns that it is done, not how."""
    _follow(dispatch_id, "finish", by=by)
    _move(dispatch_id, "finished", clean_line(result), by=by)
    give_receipts([(dispatch_id, ReceiptState.DONE, "")], by=by)


def hold_handlings(dispatch_ids: Iterable[UUID], *, by: Acting) -> None:
    """Hold the office's handling of documents until commit; in one order, so that two batches never deadlock."""
    handlings = sorted({str(handling_id(dispatch_id, by.office_id)) for dispatch_id in dispatch_ids})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(h, 0)) FROM unnest(%s::text[]) WITH ORDINALITY AS u(h, n)"
            " ORDER BY n",
            [handlings],
        )


def _follow(dispatch_id: UUID, verb: str, *, by: Acting, reason: str = "") -> Handling | None:
    """Check a move against the state as it stands: of two colleagues at once, the second sees what the first did."""
    hold_handlings([dispatch_id], by=by)
    delivery = access.own_delivery(dispatch_id, by=by)
    handling = access.own_handling(dispatch_id, by=by)
    HANDLING.follow(state_of(delivery, handling), verb, permissions=by.permissions, reason=reason)
    return handling


def _move(dispatch_id: UUID, state: str, remark: str, *, by: Acting, opens: bool = False) -> None:
    body = records.Moved.model_validate(
        {"dispatch": dispatch_id, "state": state, "remark": remark, "by": acting_ref(by)}
    )
    _state(records.MOVED, body, dispatch_id, by=by, opens=opens)
    note(by=by, event=f"dispatches:incoming:{state}", subject_id=dispatch_id)


def _state(kind: str, body: Body, dispatch_id: UUID, *, by: Acting, opens: bool = False) -> None:
    own = AudienceSet.of({by.office_id})
    subject = handling_id(dispatch_id, by.office_id)
    publish([Statement(kind, 1, body, subject, own, opens=opens, parent=dispatch_id)], by=by)
