"""Who a draft is addressed to: reading what a form or the API sent, and who will therefore receive it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid
from phoihop.offices.models import Office
from phoihop.offices.snapshot import directory

Role = Literal["main", "copy"]


@dataclass(frozen=True)
class Addressee:
    """An office of the directory with the part it is addressed in."""

    office: Office
    role: Role


def addressees(
    rows: Sequence[Mapping[str, object]], *, sender_id: UUID, kept: Collection[UUID] = ()
) -> Sequence[Addressee]:
    """The offices named by rows of {"office", "role"}, in Vietnamese order, main before copy.

    ``kept`` are offices that may be named though they are no more; they are not among those returned. Raises Invalid
    for any other office that does not exist today, and for the sender itself.
    """
    wanted: dict[UUID, Role] = {}
    for row in rows:
        office_id, role = _read(row)
        if wanted.get(office_id, "copy") == "copy":
            wanted[office_id] = role
    if sender_id in wanted:
        raise _invalid("recipient_self", _("Văn phòng gửi không thể là nơi nhận."))
    today = directory().offices
    known = {office: today[office] for office in wanted if office in today}
    if missing := set(wanted) - set(known) - set(kept):
        raise _invalid(
            "recipient_unknown",
            _("Có %(count)d nơi nhận không còn trong danh bạ.") % {"count": len(missing)},
        )
    found = [Addressee(office, wanted[office.id]) for office in known.values()]
    return sorted(found, key=lambda one: (one.role != "main", one.office.sort_key))


def _read(row: Mapping[str, object]) -> tuple[UUID, Role]:
    try:
        office = UUID(str(row["office"]))
    except (KeyError, ValueError) as error:
        raise _invalid("recipient_unknown", _("Nơi nhận không hợp lệ.")) from error
    role = row.get("role", "main")
    if role not in ("main", "copy"):
        raise _invalid("recipient_role", _("Nơi nhận chỉ có thể là nhận chính hoặc để biết."))
    return office, role


def _invalid(code: str, message: str) -> Invalid:
    return Invalid(code, message, fields={"recipients": [message]})
