"""Khóa sổ: a series of a register that gives no more numbers; what is wrong in it is put right by remarks alone."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import local, now, today
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.text import clean_line
from phoihop.dispatches.models import Draft, Register, RegisterNumber, RegisterPeriod
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

LONGEST_REMARK = 500
MOST_REMARKS = 200
_MOST_NAMED = 50


def close_series(register_id: UUID, series: str, *, by: Acting) -> RegisterPeriod:
    """Close a series for good, with what it holds at that moment: how many numbers, from which to which, voided ones.

    Raises Conflict before the last day of its year, while a number waits to be issued, when it is closed already or
    holds no number; NotFound for a book of others.
    """
    check_may(by, Permission.DISPATCH_NUMBER)
    register, row = _locked(register_id, series, by=by)
    if row.closed_at is not None:
        raise Conflict("register_closed", _("Loạt số này đã khóa trước đó."), remedy=_("Tải lại trang."))
    _check_over(register, series)
    numbers = _numbers(row, by=by)
    _check_all_issued([one for one in numbers if not one.voided_reason], by=by)
    row.closed_at, row.closed_by = now(), by.person_name
    row.closing = {"sentences": list(_sentences(numbers, row))}
    row.save(update_fields=["closed_at", "closed_by", "closing"])
    note(by=by, event="dispatches:register:close", register=str(register.id), series=series, numbers=len(numbers))
    return row


def remark_on_series(register_id: UUID, series: str, *, text: str, by: Acting) -> None:
    """Ghi chú thích: what is to be known of a closed series; nothing written before it changes.

    Raises Invalid without a text, Conflict while the series is open or holds very many remarks.
    """
    check_may(by, Permission.DISPATCH_NUMBER)
    words = clean_line(text)
    if not words or len(words) > LONGEST_REMARK:
        message = _("Ghi nội dung chú thích, tối đa %(most)d ký tự.") % {"most": LONGEST_REMARK}
        raise Invalid("remark_required", message, fields={"remark": [message]})
    register, row = _locked(register_id, series, by=by)
    if row.closed_at is None or len(row.remarks) >= MOST_REMARKS:
        raise Conflict("register_open", _("Chỉ ghi chú thích vào sổ đã khóa."), remedy=_("Tải lại trang."))
    at = local(now()).strftime("%H:%M %d/%m/%Y")
    row.remarks = [*row.remarks, {"at": at, "by": by.person_name, "text": words}]
    row.save(update_fields=["remarks"])
    note(by=by, event="dispatches:register:remark", register=str(register.id), series=series)


def _locked(register_id: UUID, series: str, *, by: Acting) -> tuple[Register, RegisterPeriod]:
    register = Register.objects.filter(id=register_id, office_id=by.office_id).first()
    rows = RegisterPeriod.objects.select_for_update().filter(office_id=by.office_id, register_id=register_id)
    row = rows.filter(period=series).first()
    if register is None:
        raise NotFound("register_unknown", _("Văn phòng không có sổ này."), remedy=_("Chọn sổ ở trang Sổ văn bản."))
    if row is None:
        raise Conflict("series_empty", _("Loạt số này chưa có số nào."), remedy=_("Chọn sổ ở trang Sổ văn bản."))
    return register, row


def _check_over(register: Register, series: str) -> None:
    """A year ends on 31 December; when a term ends, the office says."""
    year = series.partition("/")[0]
    if register.period == "year" and year.isdecimal() and today() < date(int(year), 12, 31):
        raise Conflict(
            "period_not_over",
            _("Năm %(year)s chưa hết, chưa khóa được sổ.") % {"year": year},
            remedy=_("Khóa sổ từ ngày 31/12."),
        )


def _numbers(row: RegisterPeriod, *, by: Acting) -> Sequence[RegisterNumber]:
    numbers = RegisterNumber.objects.filter(office_id=by.office_id, register_id=row.register_id, period=row.period)
    return list(numbers.order_by("number").only("number", "code", "voided_reason", "holder_id"))


def _check_all_issued(numbers: Sequence[RegisterNumber], *, by: Acting) -> None:
    holders = {one.holder_id: one.code for one in numbers if one.holder_id}
    open_drafts = Draft.objects.filter(office_id=by.office_id, issued_as__isnull=True, id__in=holders)
    waiting = [holders[one] for one in open_drafts.values_list("id", flat=True)[:_MOST_NAMED]]
    if waiting:
        raise Conflict(
            "numbers_waiting",
            _("Còn số đã cấp mà chưa phát hành: %(codes)s.") % {"codes": ", ".join(sorted(waiting))},
            remedy=_("Phát hành hoặc rút các văn bản này rồi khóa sổ."),
        )


def _sentences(numbers: Sequence[RegisterNumber], row: RegisterPeriod) -> Sequence[str]:
    assert row.closed_at is not None
    said = {"at": local(row.closed_at).strftime("%H:%M %d/%m/%Y"), "by": row.closed_by, "n": len(numbers)}
    yielded = [_("Khóa sổ lúc %(at)s, người khóa: %(by)s. Sổ có %(n)d số đăng ký.") % said]
    if numbers:
        ends = {"first": numbers[0].number, "last": numbers[-1].number}
        yielded.append(_("Số đầu: %(first)d; số cuối: %(last)d.") % ends)
    voided = [f"{one.code} ({one.voided_reason})" for one in numbers if one.voided_reason]
    yielded.append(_("Số hủy: %(codes)s.") % {"codes": "; ".join(voided) if voided else _("không có")})
    missing = _missing([one.number for one in numbers])
    if missing:
        yielded.append(_("Số không có trong sổ: %(numbers)s.") % {"numbers": ", ".join(missing)})
    return yielded


def _missing(numbers: Sequence[int]) -> Sequence[str]:
    """Runs of numbers between the first and the last that the series does not hold, such as 12 or 15–18."""
    runs = []
    for before, after in itertools.pairwise(numbers):
        if after - before == 2:
            runs.append(str(before + 1))
        elif after - before > 2:
            runs.append(f"{before + 1}–{after - 1}")
    return runs[:_MOST_NAMED]
