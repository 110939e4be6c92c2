"""What may be done with many arrivals at once. Each is asked, and answered, as if it were done alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.forms import Form
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from phoihop.core.errors import PhoiHopError
from phoihop.dispatches.actions import handling
from phoihop.dispatches.days_off import day_off_words
from phoihop.dispatches.forms.handling import DirectForm, DistributeForm
from phoihop.dispatches.presentation import handling_look
from phoihop.dispatches.rules import HANDLING, HandlingState
from phoihop.dispatches.selectors.listed import listed_incoming
from phoihop.dispatches.selectors.lists import IncomingRow
from phoihop.lists.declaring import BulkAction, Look
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues

Reason = Callable[[IncomingRow, Acting], str]


def _look(ids: Sequence[UUID], by: Acting, *, reason: Reason) -> Sequence[Look]:
    found = listed_incoming(ids, by=by)
    return [_look_at(found[one], reason(found[one], by)) for one in ids if one in found]


def _look_at(row: IncomingRow, reason: str) -> Look:
    document = row.dispatch
    lead = row.handling.lead_position_id if row.handling else None
    return Look(
        id=document.id,
        name=document.code or _("(không số)"),
        text=document.abstract,
        url=reverse("dispatches:document", args=[document.id]),
        mark=f"{row.state}/{lead}/{document.standing}/{row.delivery.seen_at is not None}",
        reason=reason,
    )


def _follows(verb: str, row: IncomingRow, by: Acting) -> str:
    """Why a move is not open to a document now; nothing when it is."""
    try:
        HANDLING.follow(row.state, verb, permissions=by.permissions)
    except PhoiHopError:
        return _("Đang ở bước: %(state)s.") % {"state": handling_look(row.state).word}
    return ""


def _accepts(row: IncomingRow, by: Acting) -> str:
    if row.handling is None or row.state not in (HandlingState.DISTRIBUTED, HandlingState.DIRECTED):
        return _("Chưa được giao xử lý, hoặc đã nhận rồi.")
    if row.handling.lead_position_id != by.position_id:
        return _("Do %(lead)s chủ trì.") % {"lead": row.handling.lead_name}
    return _follows("accept", row, by)


def _is_seen(row: IncomingRow, by: Acting) -> str:
    return _("Đã xem từ trước.") if row.delivery.seen_at else ""


def _register(one: UUID, said: Mapping[str, Any], by: Acting) -> str:
    return _("Đã vào sổ, số đến %(number)d.") % {"number": handling.register_dispatch(one, by=by)}


def _distribute(one: UUID, said: Mapping[str, Any], by: Acting) -> str:
    handling.distribute_dispatch(one, to=UUID(said["to"]), remark=said["remark"], by=by)
    return _("Đã phân phối.")


def _direct(one: UUID, said: Mapping[str, Any], by: Acting) -> str:
    handling.direct_dispatch(
        one,
        direction=said["direction"],
        lead=UUID(said["lead"]),
        coordinators=[UUID(person) for person in said["coordinators"]],
        informed=[UUID(person) for person in said["informed"]],
        due_at=said["due_at"],
        by=by,
    )
    return " ".join(filter(None, [_("Đã ghi ý kiến chỉ đạo."), day_off_words(said["due_at"])]))


def _accept(one: UUID, said: Mapping[str, Any], by: Acting) -> str:
    handling.accept_dispatch(one, by=by)
    return _("Đã nhận xử lý. Nơi gửi đã được báo.")


def _see(one: UUID, said: Mapping[str, Any], by: Acting) -> str:
    handling.mark_seen([one], by=by)
    return _("Đã ghi nhận đã xem.")


def _distribute_form(data: Any, by: Acting) -> Form:
    return DistributeForm(data, colleagues=colleagues(by))


def _direct_form(data: Any, by: Acting) -> Form:
    return DirectForm(data, colleagues=colleagues(by))


ARRIVALS: tuple[BulkAction, ...] = (
    BulkAction(
        "register", lazy("Vào sổ"), lazy("Mỗi văn bản được cấp số đến tiếp theo của sổ; nơi gửi được báo."), "book-2",
        Permission.DISPATCH_REGISTER, partial(_look, reason=partial(_follows, "register")), _register,
    ),
    BulkAction(
        "distribute", lazy("Phân phối"), lazy("Các văn bản được chuyển cho người đã chọn."), "arrow-right",
        Permission.DISPATCH_DISTRIBUTE, partial(_look, reason=partial(_follows, "distribute")), _distribute,
        _distribute_form,
    ),
    BulkAction(
        "direct", lazy("Chỉ đạo"), lazy("Các văn bản nhận chung ý kiến chỉ đạo, chủ trì, phối hợp và hạn."), "message",
        Permission.DISPATCH_DIRECT, partial(_look, reason=partial(_follows, "direct")), _direct, _direct_form,
    ),
    BulkAction(
        "accept", lazy("Nhận xử lý"), lazy("Bạn nhận xử lý các văn bản được giao; nơi gửi được báo."), "check",
        Permission.DISPATCH_HANDLE, partial(_look, reason=_accepts), _accept,
    ),
    BulkAction(
        "seen", lazy("Đánh dấu đã xem"), lazy("Nơi gửi được báo là văn phòng đã xem."), "eye",
        Permission.DISPATCH_VIEW, partial(_look, reason=_is_seen), _see,
    ),
)  # fmt: skip
