"""Numbers of registers: given gapless, or typed from the existing system; voided with a reason, never reused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.ids import new_id
from phoihop.dispatches.models import Register, RegisterNumber, RegisterPeriod
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.actions import OWNER_ALIAS
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class RegisterSpec:
    """A book to be opened; see ``models.Register``."""

    body_id: UUID | None
    direction: str
    name: str
    numbered_by: str
    period: str = "year"
    per_type: bool = False
    first_number: int = 1
    term_label: str = ""


def open_registers(specs: Sequence[RegisterSpec], *, office_id: UUID) -> None:
    """Open an office's books; a book that exists keeps its settings."""
    for spec in specs:
        Register.objects.get_or_create(
            office_id=office_id,
            body_id=spec.body_id,
            direction=spec.direction,
            defaults={
                "name": spec.name,
                "numbered_by": spec.numbered_by,
                "period": spec.period,
                "per_type": spec.per_type,
                "first_number": spec.first_number,
                "term_label": spec.term_label,
            },
        )


def next_number(
    register: Register, period: str, *, holder_id: UUID, by: Acting, compose: Callable[[int], str] = str
) -> tuple[int, str]:
    """Give the next number of a period and the code composed of it, locking its row until commit: call it last.

    Raises Conflict while the register is shut, and when this series of it is closed.
    """
    _check_open(register)
    number = _advance(register, period, register.first_number, "p.last_number + 1", by=by)
    code = compose(number)
    _keep(register, period, number, code, holder_id=holder_id, by=by)
    return number, code


def keep_typed(register: Register, period: str, number: int, code: str, *, holder_id: UUID | None, by: Acting) -> None:
    """Enter a number given by the existing system; unique in its period, gaps allowed.

    Raises Conflict when it is taken, while the register is shut, or when this series of it is closed.
    """
    _check_open(register)
    _advance(register, period, number, "GREATEST(p.last_number, EXCLUDED.last_number)", by=by)
    try:
        with transaction.atomic():
            _keep(register, period, number, code, holder_id=holder_id, by=by)
    except IntegrityError as error:
        message = _("Số %(code)s đã dùng trong sổ này.") % {"code": code}
        raise Conflict(
            "number_taken",
            message,
            remedy=_("Kiểm tra lại số trong phần mềm đang dùng."),
            fields={"number": [message]},
        ) from error


def _advance(register: Register, period: str, number: int, further: str, *, by: Acting) -> int:
    """The last number of a series from now on, its row locked until commit: ``number`` when it is the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispatches_registerperiod AS p (id, office_id, register_id, period, last_number)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (office_id, register_id, period)"
            f" DO UPDATE SET last_number = {further} WHERE p.closed_at IS NULL RETURNING last_number",
            [new_id(), by.office_id, register.id, period, number],
        )
        found = cursor.fetchone()
    if found is None:
        raise Conflict(
            "register_closed",
            _("Loạt số %(series)s của sổ “%(name)s” đã khóa, không cấp thêm số.")
            % {"series": period, "name": register.name},
            remedy=_("Ghi ngày thuộc năm hoặc nhiệm kỳ hiện tại; sổ đã khóa chỉ ghi thêm được chú thích."),
        )
    return int(found[0])


def _check_open(register: Register) -> None:
    if register.shut:
        raise Conflict(
            "register_shut",
            _("Sổ “%(name)s” đang đóng sau khi máy chủ được khôi phục.") % {"name": register.name},
            remedy=_("Văn thư đối chiếu số cuối đã cấp rồi mở lại sổ tại trang Sổ văn bản."),
        )


def shut_registers() -> int:
    """Shut every register numbered by this node, as the owner: its database came out of a backup. Returns how many."""
    return Register.objects.using(OWNER_ALIAS).filter(numbered_by=Register.NumberedBy.PHOIHOP).update(shut=True)


def reopen_register(register_id: UUID, *, last_numbers: Mapping[str, int], by: Acting) -> None:
    """Open a shut register again, once the clerk has seen what the last number of each of its series really is.

    Numbers up to it are never given again. Raises NotFound for a register of another office or one that is not shut,
    Invalid for a number below what is known here.
    """
    check_may(by, Permission.DISPATCH_NUMBER)
    register = Register.objects.select_for_update().filter(id=register_id, office_id=by.office_id, shut=True).first()
    if register is None:
        raise NotFound("register_unknown", _("Không có sổ nào đang đóng như vậy."), remedy=_("Tải lại trang."))
    rows = RegisterPeriod.objects.select_for_update().filter(office_id=by.office_id, register_id=register_id)
    known = {row.period: row for row in rows}
    for series in known.keys() | last_numbers.keys():
        least = known[series].last_number if series in known else 0
        last = last_numbers.get(series, -1)
        if last < least:
            wrong = _("Số cuối ít nhất là %(number)d.") % {"number": least}
            raise Invalid("number_too_low", wrong, fields={series: [wrong]})
        if last > least:
            RegisterPeriod.objects.update_or_create(
                office_id=by.office_id, register_id=register_id, period=series, defaults={"last_number": last}
            )
    Register.objects.filter(id=register_id, office_id=by.office_id).update(shut=False)
    note(by=by, event="dispatches:register:reopen", register=str(register_id), last=dict(last_numbers))


def _keep(register: Register, period: str, number: int, code: str, *, holder_id: UUID | None, by: Acting) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispatches_registernumber"
            " (id, office_id, register_id, period, number, code, holder_id, voided_reason, given_at, given_by)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, '', %s, %s)",
            [new_id(), by.office_id, register.id, period, number, code, holder_id, now(), by.person_name],
        )


def void_number(holder_id: UUID, *, reason: str, by: Acting) -> None:
    """Void the number a draft holds: it stays in the register with the reason, and the next one is the next."""
    if not reason.strip():
        message = _("Ghi rõ lý do hủy số.")
        raise Invalid("reason_required", message, fields={"reason": [message]})
    RegisterNumber.objects.filter(holder_id=holder_id, office_id=by.office_id, voided_reason="").update(
        voided_reason=reason.strip()
    )
