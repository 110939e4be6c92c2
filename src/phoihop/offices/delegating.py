"""Lending authority inside an office (ủy quyền), for a time, and taking it back.

What is lent is the giver's own: nothing that was lent to the giver goes on to a third. Only work with documents can be
lent: rights over accounts, the journal and the removal of content are given with a position, never beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.text import clean_line, clean_text
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Delegation, Position, SigningAuthority
from phoihop.offices.permissions import Permission, permissions_of

LENDABLE: Mapping[Permission, Promise] = {
    Permission.DISPATCH_SIGN: lazy("Ký văn bản"),
    Permission.DISPATCH_DIRECT: lazy("Cho ý kiến chỉ đạo"),
    Permission.DISPATCH_DISTRIBUTE: lazy("Phân phối văn bản đến"),
    Permission.DISPATCH_DISCLOSE: lazy("Quyết định gửi thêm nơi nhận"),
    Permission.DISPATCH_RECALL: lazy("Thu hồi văn bản"),
    Permission.DISPATCH_REGISTER: lazy("Vào sổ văn bản đến"),
    Permission.DISPATCH_NUMBER: lazy("Cấp số văn bản đi"),
    Permission.DISPATCH_ISSUE: lazy("Phát hành văn bản"),
    Permission.DISPATCH_HANDLE: lazy("Nhận xử lý văn bản"),
    Permission.DISPATCH_DRAFT: lazy("Soạn dự thảo"),
    Permission.DISPATCH_VIEW: lazy("Xem văn bản của văn phòng"),
}
"""What can be lent, as people call it."""
FORMS = ("KT.", "TL.", "TUQ.")
"""How a taker signs: in place of the head (thay), by order (thừa lệnh), by authorisation (thừa ủy quyền)."""

_MOST_LISTED = 500


@dataclass(frozen=True)
class Lending:
    """What is to be lent. With a body, ``authority`` is the form of signing in one or two lines."""

    giver: UUID
    taker: UUID
    permissions: tuple[Permission, ...]
    reason: str
    valid_from: date
    valid_to: date
    body: UUID | None = None
    authority: str = ""


def lend(lending: Lending, *, by: Acting) -> Delegation:
    """Lend authority from one position to another. Raises Invalid with each fault at its field."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"staff {by.office_id}"])
    positions = _positions((lending.giver, lending.taker), by)
    giver, taker = positions.get(lending.giver), positions.get(lending.taker)
    faults = _Faults()
    if giver is None:
        faults.add("giver", _("Chọn người ủy quyền đang giữ chức vụ của văn phòng."))
    if taker is None:
        faults.add("taker", _("Chọn người nhận ủy quyền đang giữ chức vụ của văn phòng."))
    reason = clean_text(lending.reason).strip()
    if not reason:
        faults.add("reason", _("Ghi lý do hoặc số văn bản ủy quyền."))
    _check_days(lending, faults)
    if giver is not None and taker is not None:
        _check_people(giver, taker, by, faults)
        _check_held(lending, giver, taker, faults)
        _check_lent(lending, giver, taker, faults)
        _check_overlap(lending, by, faults)
    faults.raise_if_any()
    return _keep(lending, reason, by)


def _keep(lending: Lending, reason: str, by: Acting) -> Delegation:
    kept = Delegation.objects.create(
        office_id=by.office_id,
        giver_id=lending.giver,
        taker_id=lending.taker,
        permissions=[permission.value for permission in lending.permissions],
        body_id=lending.body,
        authority=_authority(lending.authority) if lending.body else "",
        reason=reason,
        valid_from=lending.valid_from,
        valid_to=lending.valid_to,
        made_name=by.person_name,
    )
    note(
        by=by,
        event="offices:delegation:lend",
        subject_id=kept.id,
        giver=str(lending.giver),
        taker=str(lending.taker),
        permissions=kept.permissions,
        body=str(lending.body) if lending.body else None,
        since=lending.valid_from.isoformat(),
        until=lending.valid_to.isoformat(),
    )
    return kept


def revoke(delegation_id: UUID, *, by: Acting) -> Delegation:
    """Take back what was lent, from now on. The administrator may, and the one who lends.

    Raises NotFound, and Conflict when it is over already.
    """
    rows = Delegation.objects.select_for_update(of=("self",)).select_related("giver__person", "taker__person")
    found = rows.filter(office_id=by.office_id, id=delegation_id).first()
    if found is None or not _may_revoke(found, by):
        raise NotFound("delegation_unknown", _("Không có ủy quyền này, hoặc không phải của bạn."))
    if found.revoked_at is not None or found.valid_to < today():
        raise Conflict("delegation_over", _("Ủy quyền này đã kết thúc."))
    found.revoked_at, found.revoked_name = now(), by.person_name
    found.save(update_fields=["revoked_at", "revoked_name"])
    note(
        by=by,
        event="offices:delegation:revoke",
        subject_id=found.id,
        giver=str(found.giver_id),
        taker=str(found.taker_id),
    )
    return found


def _may_revoke(delegation: Delegation, by: Acting) -> bool:
    return by.may(Permission.OFFICE_ADMINISTER) or delegation.giver.person_id == by.person_id


def delegation_of(delegation_id: UUID, by: Acting) -> Delegation:
    """One of the office, for its administrator and the two it concerns. Raises NotFound."""
    rows = Delegation.objects.select_related("giver__person", "taker__person", "body")
    found = rows.filter(office_id=by.office_id, id=delegation_id).first()
    concerns = found is not None and by.person_id in {found.giver.person_id, found.taker.person_id}
    if found is None or not (concerns or by.may(Permission.OFFICE_ADMINISTER)):
        raise NotFound("delegation_unknown", _("Không có ủy quyền này, hoặc không phải của bạn."))
    return found


def delegations_about(by: Acting) -> Sequence[Delegation]:
    """What the acting person lends and has been lent at this office, past ones too, latest first."""
    mine = Q(giver__person_id=by.person_id) | Q(taker__person_id=by.person_id)
    return _listed(Delegation.objects.filter(mine, office_id=by.office_id))


def delegations_of(by: Acting, *, shows_past: bool = False) -> Sequence[Delegation]:
    """What positions of the acting office lend one another, today and later; those that are over on demand."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    rows = Delegation.objects.filter(office_id=by.office_id)
    if not shows_past:
        rows = rows.filter(valid_to__gte=today(), revoked_at__isnull=True)
    return _listed(rows)


def _listed(rows: QuerySet[Delegation]) -> Sequence[Delegation]:
    named = rows.select_related("giver__person", "taker__person", "body")
    return list(named.order_by("-valid_from", "-id")[:_MOST_LISTED])


def lent_bodies(by: Acting) -> Sequence[SigningAuthority]:
    """Who of the office signs for which body by own right: what can be lent of signing."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    rows = SigningAuthority.objects.filter(office_id=by.office_id)
    return list(rows.select_related("body").order_by("body__order", "body__code"))


class _Faults:
    """Faults by field, told all at once."""

    def __init__(self) -> None:
        self.fields: dict[str, list[str]] = {}

    def add(self, field: str, message: str) -> None:
        self.fields.setdefault(field, []).append(message)

    def raise_if_any(self) -> None:
        if self.fields:
            first = next(iter(self.fields.values()))[0]
            raise Invalid("delegation_faulty", first, fields=self.fields)


def _positions(ids: Iterable[UUID], by: Acting) -> dict[UUID, Position]:
    rows = Position.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today()), office_id=by.office_id)
    return {row.id: row for row in rows.select_related("person").filter(id__in=list(ids))}


def _check_days(lending: Lending, faults: _Faults) -> None:
    if lending.valid_to < lending.valid_from:
        faults.add("valid_to", _("Ngày kết thúc trước ngày bắt đầu."))
    elif lending.valid_to < today():
        faults.add("valid_to", _("Thời hạn đã qua. Chọn ngày kết thúc từ hôm nay trở đi."))
    if lending.valid_from < today():
        faults.add("valid_from", _("Không ủy quyền cho những ngày đã qua. Chọn từ hôm nay trở đi."))


def _check_people(giver: Position, taker: Position, by: Acting, faults: _Faults) -> None:
    if giver.person_id == taker.person_id:
        faults.add("taker", _("Người nhận phải khác người ủy quyền."))
    elif taker.person_id == by.person_id:
        faults.add("taker", _("Không tự giao quyền cho mình. Nhờ quản trị viên khác ghi ủy quyền này."))


def _check_held(lending: Lending, giver: Position, taker: Position, faults: _Faults) -> None:
    for field, position in (("giver", giver), ("taker", taker)):
        said = {"title": position.title, "since": f"{position.valid_from:%d/%m/%Y}"}
        if position.valid_from > lending.valid_from:
            faults.add(field, _("Chức vụ “%(title)s” chỉ bắt đầu từ %(since)s.") % said)
        if position.valid_to is not None and position.valid_to < lending.valid_to:
            said["until"] = f"{position.valid_to:%d/%m/%Y}"
            faults.add("valid_to", _("Chức vụ “%(title)s” kết thúc ngày %(until)s; ủy quyền không dài hơn.") % said)


def _check_lent(lending: Lending, giver: Position, taker: Position, faults: _Faults) -> None:
    if not lending.permissions and lending.body is None:
        faults.add("permissions", _("Chọn ít nhất một việc, hoặc cơ quan được ký cho."))
    own = permissions_of(list(giver.roles))
    if set(lending.permissions) - (own & LENDABLE.keys()):
        faults.add("permissions", _("Người ủy quyền không có quyền làm một trong các việc đã chọn."))
    if lending.body is None:
        return
    signings = SigningAuthority.objects.filter(body_id=lending.body)
    if not signings.filter(position_id=giver.id).exists():
        faults.add("body", _("Người ủy quyền không có thẩm quyền ký cho cơ quan này."))
    if signings.filter(position_id=taker.id).exists():
        faults.add("body", _("Người nhận đã có thẩm quyền ký cho cơ quan này; không cần ủy quyền."))
    if Permission.DISPATCH_SIGN not in {*permissions_of(list(taker.roles)), *lending.permissions}:
        faults.add("permissions", _("Muốn ký thay, chọn thêm việc “Ký văn bản”."))
    if not _authority(lending.authority).startswith(FORMS):
        faults.add("authority", _("Dòng thẩm quyền bắt đầu bằng KT., TL. hoặc TUQ., ví dụ: TUQ. CHỦ TỊCH."))


def _check_overlap(lending: Lending, by: Acting, faults: _Faults) -> None:
    beside = Delegation.objects.filter(
        office_id=by.office_id,
        taker_id=lending.taker,
        revoked_at__isnull=True,
        valid_from__lte=lending.valid_to,
        valid_to__gte=lending.valid_from,
    ).select_related("giver__person")
    for other in beside:
        same_body = lending.body is not None and other.body_id == lending.body
        same_work = other.giver_id == lending.giver and set(other.permissions) & set(lending.permissions)
        if not same_body and not same_work:
            continue
        message = _(
            "Chồng với ủy quyền đã có của %(name)s từ %(since)s đến hết %(until)s. Chọn thời gian khác, hoặc thu hồi"
            " ủy quyền đó trước."
        )
        days = {"since": f"{other.valid_from:%d/%m/%Y}", "until": f"{other.valid_to:%d/%m/%Y}"}
        faults.add("valid_from", message % {"name": other.giver.person.full_name, **days})


def _authority(text: str) -> str:
    return "\n".join(line for piece in text.splitlines() if (line := clean_line(piece).strip()))
