"""The books of the acting office, and the last number of each series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.dispatches.models import Register, RegisterPeriod
from phoihop.offices.acting import Acting
from phoihop.offices.snapshot import directory


@dataclass(frozen=True)
class Book:
    """A register, the body it belongs to (empty: all), and its series, newest first, with the last number known.

    ``periods`` are the series that hold numbers.
    """

    register: Register
    body_name: str
    series: tuple[tuple[str, int], ...]
    periods: Mapping[str, RegisterPeriod] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What tells it from the office's other books of the same name."""
        return " · ".join(part for part in (self.register.name, self.body_name) if part)


def books(*, by: Acting) -> Sequence[Book]:
    """All books of the office, shut ones first: two queries."""
    known: dict[UUID, dict[str, RegisterPeriod]] = defaultdict(dict)
    for row in RegisterPeriod.objects.filter(office_id=by.office_id):
        known[row.register_id][row.period] = row
    registers = Register.objects.filter(office_id=by.office_id).order_by("-shut", "direction", "name", "id")
    return [_book(register, known[register.id]) for register in registers]


def shut_book(register_id: UUID, *, by: Acting) -> Book:
    """One shut book. Raises NotFound for another office's, and for one that is open."""
    register = Register.objects.filter(id=register_id, office_id=by.office_id, shut=True).first()
    if register is None:
        raise NotFound("register_unknown", _("Không có sổ nào đang đóng như vậy."), remedy=_("Tải lại trang."))
    rows = RegisterPeriod.objects.filter(office_id=by.office_id, register_id=register_id)
    return _book(register, {row.period: row for row in rows})


def _book(register: Register, periods: Mapping[str, RegisterPeriod]) -> Book:
    """A series of this year that the book does not know yet may have begun after the backup: it is offered too."""
    known = {series: row.last_number for series, row in periods.items()}
    if register.numbered_by == Register.NumberedBy.PHOIHOP:
        present = str(today().year) if register.period == "year" else register.term_label
        types = {period.partition("/")[2] for period in known} if register.per_type else {""}
        offered = {f"{present}/{kind}" if kind else present: 0 for kind in types} if present else {}
        known = {**offered, **known}
    body = directory().bodies.get(register.body_id) if register.body_id else None
    return Book(register, body.name if body else "", tuple(sorted(known.items(), reverse=True)), periods)
