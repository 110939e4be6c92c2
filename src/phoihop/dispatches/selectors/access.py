"""Fetching one thing an office may see; anything else does not exist for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.errors import Invalid, NotFound
from phoihop.core.rows import read_as
from phoihop.dispatches.models import Dispatch, Draft, Handling, Quarantined, Register
from phoihop.dispatches.records import PersonRef
from phoihop.dispatches.rules import DispatchState
from phoihop.dispatches.selectors.changes import withheld
from phoihop.exchange.models import Delivery
from phoihop.exchange.purging import purge_of
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import IssuingBody
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues
from phoihop.offices.snapshot import directory


def dispatch(dispatch_id: UUID, *, by: Acting) -> Dispatch:
    """One document the acting office may see; without its text when the office gave that up. Raises NotFound."""
    check_may(by, Permission.DISPATCH_VIEW)
    found = Dispatch.objects.filter(id=dispatch_id).first()
    if found is None:
        _raise_unknown(dispatch_id, by=by)
    if found.standing != DispatchState.ISSUED and withheld([found.id], by=by):
        found.content = ""
    return found


def _raise_unknown(dispatch_id: UUID, *, by: Acting) -> NoReturn:
    purged = purge_of(dispatch_id, by=by)
    if purged is None:
        raise NotFound("dispatch_unknown", _("Không tìm thấy văn bản."))
    said = _("Nội dung đã được gỡ bỏ theo quyết định: %(decision)s") % {"decision": purged.decision}
    raise NotFound("dispatch_purged", said)


def own_delivery(dispatch_id: UUID, *, by: Acting) -> Delivery:
    """The delivery of a document to the acting office. Raises NotFound when it was not sent to it."""
    found = Delivery.objects.filter(subject_id=dispatch_id, recipient_id=by.office_id, expected=True).first()
    if found is None:
        raise NotFound("delivery_unknown", _("Văn bản này không được gửi đến văn phòng."))
    return found


def own_handling(dispatch_id: UUID, *, by: Acting) -> Handling | None:
    """What the acting office has done with a document so far."""
    return Handling.objects.filter(dispatch_id=dispatch_id, office_id=by.office_id).first()


def draft(draft_id: UUID, *, by: Acting, for_update: bool = False) -> Draft:
    """One draft of the acting office. Raises NotFound."""
    check_may(by, Permission.DISPATCH_VIEW)
    rows = Draft.objects.filter(id=draft_id, office_id=by.office_id)
    found = (rows.select_for_update() if for_update else rows).first()
    if found is None:
        raise NotFound("draft_unknown", _("Không tìm thấy dự thảo."))
    return found


def body(body_id: UUID | None, *, by: Acting) -> IssuingBody:
    """A body the acting office issues for. Raises NotFound."""
    found = directory().bodies.get(body_id) if body_id else None
    if found is None or found.office_id != by.office_id:
        raise NotFound("body_unknown", _("Chưa chọn cơ quan ban hành, hoặc cơ quan này không thuộc văn phòng."))
    return found


def register_of(*, by: Acting, direction: str, body_id: UUID | None) -> Register:
    """The book of a body and direction. Raises NotFound when the office keeps none."""
    rows = read_as(
        Register,
        "SELECT * FROM dispatches_register WHERE office_id = %s AND direction = %s AND body_id IS NOT DISTINCT FROM %s",
        [by.office_id, direction, body_id],
    )
    found = next(iter(rows), None)
    if found is None:
        raise NotFound(
            "register_unknown",
            _("Văn phòng chưa mở sổ đăng ký cho cơ quan này."),
            remedy=_("Đề nghị quản trị văn phòng mở sổ."),
        )
    return found


def quarantined(item_id: UUID, *, by: Acting) -> Quarantined:
    """One file that waits for the records clerk. Raises NotFound."""
    found = Quarantined.objects.filter(id=item_id, office_id=by.office_id).first()
    if found is None:
        raise NotFound("quarantined_unknown", _("Không tìm thấy tệp này."))
    return found


@dataclass(frozen=True)
class Signer:
    """A position of the office as it signs for a body."""

    position_id: UUID
    name: str
    title: str
    authority: str


_SIGNER = """
SELECT n.full_name, p.title, a.authority
FROM offices_position p JOIN offices_person n ON n.id = p.person_id CROSS JOIN LATERAL (
    SELECT s.authority, 1 AS place, NULL AS since
    FROM offices_signingauthority s WHERE s.position_id = p.id AND s.body_id = %(body)s
    UNION ALL
    SELECT d.authority, 2, d.valid_from
    FROM offices_delegation d JOIN offices_position g ON g.id = d.giver_id
        JOIN offices_signingauthority s ON s.position_id = g.id AND s.body_id = d.body_id
    WHERE d.taker_id = p.id AND d.body_id = %(body)s AND d.revoked_at IS NULL
        AND %(today)s BETWEEN d.valid_from AND d.valid_to
        AND g.valid_from <= %(today)s AND (g.valid_to IS NULL OR g.valid_to >= %(today)s)
) a
WHERE p.id = %(position)s AND p.valid_from <= %(today)s AND (p.valid_to IS NULL OR p.valid_to >= %(today)s)
ORDER BY a.place, a.since LIMIT 1
"""


def signer(position_id: UUID, *, body_id: UUID, by: Acting) -> Signer:
    """A colleague who may sign for a body today, by own right or as it was lent.

    Raises Invalid at the field when the position may not.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SIGNER, {"position": position_id, "body": body_id, "today": today()})
        found = cursor.fetchone()
    if found is None:
        message = _("Người ký đã chọn không có thẩm quyền ký cho cơ quan ban hành này.")
        raise Invalid("signer_unknown", message, fields={"signer": [message]})
    return Signer(position_id, *found)


def colleague(position_id: UUID, *, by: Acting) -> PersonRef:
    """A colleague by position, as records name people. Raises Invalid when the position is not of this office."""
    found = next((one for one in colleagues(by) if one.id == position_id), None)
    if found is None:
        raise Invalid("position_unknown", _("Người được chọn không thuộc văn phòng hoặc đã thôi chức vụ."))
    return PersonRef(position=found.id, name=found.person.full_name, title=found.title)


def acting_ref(by: Acting) -> PersonRef:
    """The acting person, as records name people."""
    return PersonRef(position=by.position_id, name=by.person_name, title=by.position_title)
