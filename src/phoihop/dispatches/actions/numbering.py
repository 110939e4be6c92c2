"""Numbers of registers: given gapless, or typed from the existing system; voided with a reason, never reused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.ids import new_id
from phoihop.dispatches.models import Register, RegisterNumber
from phoihop.offices.acting import Acting


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
    """Give the next number of a period and the code composed of it, locking its row until commit: call it last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO dispatches_registerperiod AS p (id, office_id, register_id, period, last_number)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (office_id, register_id, period)"
            " DO UPDATE SET last_number = p.last_number + 1 RETURNING last_number",
            [new_id(), by.office_id, register.id, period, register.first_number],
        )
        (number,) = cursor.fetchone()
    code = compose(int(number))
    _keep(register, period, int(number), code, holder_id=holder_id, by=by)
    return int(number), code


def keep_typed(register: Register, period: str, number: int, code: str, *, holder_id: UUID | None, by: Acting) -> None:
    """Enter a number given by the existing system; unique in its period, gaps allowed. Raises Conflict."""
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
