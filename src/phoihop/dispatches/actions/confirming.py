"""Confirming that an urgent document has come; reminding whoever has not; noting that one telephoned."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import local, now
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.text import clean_line
from phoihop.dispatches import records
from phoihop.dispatches.confirming_projections import confirmation_id
from phoihop.dispatches.models import CallNote, Confirmation, Dispatch, Reminder
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.access import acting_ref
from phoihop.exchange.actions import publish
from phoihop.exchange.models import Delivery
from phoihop.exchange.selectors import own_audience
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

PAUSE: Final = timedelta(minutes=10)
"""Nobody is reminded again before this has passed: a bell that never stops is switched off."""

MOST_WORDS: Final = 500


def confirm_dispatch(dispatch_id: UUID, *, by: Acting) -> bool:
    """Xác nhận đã nhận, by name, whatever the office's own book says yet. Returns False when it was confirmed before.

    Raises NotFound when the document did not come to the office, Forbidden for one's own.
    """
    check_may(by, Permission.DISPATCH_VIEW)
    document, delivery = access.dispatch(dispatch_id, by=by), access.own_delivery(dispatch_id, by=by)
    if delivery.owner_id == by.office_id:
        raise Forbidden("own_document", _("Văn bản do chính văn phòng lập, không có ai chờ xác nhận."))
    _hold(f"confirm {dispatch_id} {by.office_id}")
    if Confirmation.objects.filter(dispatch_id=document.id, office_id=by.office_id).exists():
        return False
    body = records.Confirmed(dispatch=document.id, owner=document.owner_id, by=acting_ref(by))
    subject = confirmation_id(document.id, by.office_id)
    audience = AudienceSet.of({by.office_id, document.owner_id})
    publish([Statement(records.CONFIRMED, 1, body, subject, audience, opens=True, parent=document.id)], by=by)
    note(by=by, event="dispatches:incoming:confirm", subject_id=document.id)
    return True


def remind_of_dispatch(dispatch_id: UUID, *, remark: str = "", by: Acting) -> UUID:
    """Nhắc lại: every office that has not confirmed is told again. Returns the id of the reminder.

    Raises Forbidden for another office's document, Invalid for too many words, Conflict soon after another reminder.
    """
    check_may(by, Permission.DISPATCH_DRAFT)
    document = _own(dispatch_id, by=by)
    words = _few_words(remark, "remark")
    _hold(f"remind {dispatch_id}")
    last = Reminder.objects.filter(dispatch_id=document.id).order_by("-at").first()
    if last is not None and now() - last.at < PAUSE:
        again = local(last.at + PAUSE).strftime("%H:%M")
        raise Conflict("reminded_just_now", _("Vừa nhắc xong."), remedy=_("Nhắc lại được từ %(at)s.") % {"at": again})
    body = records.Reminded(dispatch=document.id, remark=words, by=acting_ref(by))
    audience = own_audience(document.id, by=by)
    (envelope,) = publish([Statement(records.REMINDED, 1, body, document.id, audience)], by=by)
    note(by=by, event="dispatches:document:remind", subject_id=document.id)
    return envelope.id


def note_call(dispatch_id: UUID, *, office_id: UUID, answered_by: str = "", said: str = "", by: Acting) -> CallNote:
    """Keep that somebody telephoned an office that was sent the document: who answered, and what they said.

    Raises Forbidden for another office's document, Invalid for an office it was not sent to or too many words.
    """
    check_may(by, Permission.DISPATCH_DRAFT)
    document = _own(dispatch_id, by=by)
    if not Delivery.objects.filter(subject_id=document.id, recipient_id=office_id, expected=True).exists():
        message = _("Văn bản không gửi đến văn phòng này.")
        raise Invalid("not_recipient", message, fields={"office": [message]})
    kept = CallNote.objects.create(
        office_id=by.office_id,
        dispatch_id=document.id,
        called_id=office_id,
        said_by=f"{by.person_name}, {by.position_title}",
        answered_by=_few_words(answered_by, "answered_by"),
        said=_few_words(said, "said"),
    )
    note(by=by, event="dispatches:document:call", subject_id=document.id, called=str(office_id))
    return kept


def _own(dispatch_id: UUID, *, by: Acting) -> Dispatch:
    document = access.dispatch(dispatch_id, by=by)
    if document.owner_id != by.office_id or document.origin != "issued":
        raise Forbidden("not_owner", _("Chỉ nơi gửi theo dõi và nhắc các nơi nhận."))
    return document


def _few_words(words: str, field: str) -> str:
    cleaned = clean_line(words)
    if len(cleaned) > MOST_WORDS:
        message = _("Viết ngắn hơn %(most)d ký tự.") % {"most": MOST_WORDS}
        raise Invalid("words_too_long", message, fields={field: [message]})
    return cleaned


def _hold(what: str) -> None:
    """Two at once come one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
