"""A register as it is kept: every number of a series and what became of it, in the columns of NĐ 30/2020 Phụ lục IV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.dispatches.models import Dispatch, Draft, Handling, Register, RegisterNumber, RegisterPeriod
from phoihop.dispatches.selectors.changes import withheld
from phoihop.dispatches.selectors.registers import Book, books
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.snapshot import directory

_OF_DOCUMENTS = (
    "id", "issuer_name", "code", "type_name", "abstract", "dated", "signatory_name", "recipients", "other_recipients",
    "issued_at", "standing",
)  # fmt: skip
_OF_DRAFTS = ("id", "abstract", "dated", "signer_name", "unit", "issued_as", "state")
_OF_HANDLINGS = (
    "id", "dispatch_id", "office_id", "lead_name", "forwarded_to", "directed_at", "accepted_at", "returned_at",
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """A series of a book of the acting office; ``period`` is its row, None while it holds no number."""

    register: Register
    body_name: str
    series: str
    others: tuple[str, ...]
    period: RegisterPeriod | None

    @property
    def is_closed(self) -> bool:
        """Whether it gives no more numbers."""
        return self.period is not None and self.period.closed_at is not None


@dataclass(frozen=True)
class RegisterLine:
    """One number. ``document`` is missing while it is not issued, and once its content was removed.

    ``recipients`` are the names of the offices it went to, as they are or were called.
    """

    number: RegisterNumber
    document: Dispatch | None = None
    draft: Draft | None = None
    handling: Handling | None = None
    arrived_at: datetime | None = None
    recipients: tuple[str, ...] = ()

    @property
    def is_voided(self) -> bool:
        """Whether the number was given up, with a reason."""
        return bool(self.number.voided_reason)

    @property
    def is_reserved(self) -> bool:
        """Whether the number waits for its document to be issued."""
        return not self.is_voided and self.document is None and self.draft is not None


def book_of(direction: str, book: str, series: str, *, by: Acting, among: Sequence[Book] | None = None) -> Chosen:
    """The book and series an address names, else the first book that holds numbers and its newest series.

    ``among`` are the office's books, when they were read before. Raises NotFound where the office keeps no such book.
    """
    check_may(by, Permission.DISPATCH_VIEW)
    all_books = books(by=by) if among is None else among
    kept = sorted((one for one in all_books if one.register.direction == direction), key=lambda one: not one.periods)
    found = next((one for one in kept if str(one.register.id) == book or not book), None)
    if found is None:
        raise NotFound("register_unknown", _("Văn phòng không có sổ này."), remedy=_("Chọn sổ ở trang Sổ văn bản."))
    known = tuple(sorted(found.periods, reverse=True))
    chosen = series if series in found.periods else (known[0] if known else "")
    return Chosen(found.register, found.body_name, chosen, known, found.periods.get(chosen))


def numbers_of(
    register_id: UUID, series: str, *, by: Acting, since: date | None = None, until: date | None = None
) -> QuerySet[RegisterNumber]:
    """The numbers of a series, of all days or of those given from ``since`` to ``until``."""
    rows = RegisterNumber.objects.filter(office_id=by.office_id, register_id=register_id, period=series)
    if since is not None:
        rows = rows.filter(given_at__date__gte=since)
    return rows.filter(given_at__date__lte=until) if until is not None else rows


def register_lines(ids: Sequence[UUID], *, direction: str, by: Acting) -> Mapping[UUID, RegisterLine]:
    """Lines of a register by number, in at most five reads however many."""
    numbers = list(RegisterNumber.objects.filter(office_id=by.office_id, id__in=ids))
    holders = [one.holder_id for one in numbers if one.holder_id]
    documents = {one.id: one for one in Dispatch.objects.filter(id__in=holders).only(*_OF_DOCUMENTS)}
    for given_up in withheld([key for key, one in documents.items() if one.standing != "issued"], by=by):
        documents.pop(given_up, None)
    if direction == "in":
        return _arrived(numbers, documents, holders, by)
    return _issued(numbers, documents, holders, by)


def _arrived(
    numbers: Sequence[RegisterNumber], documents: Mapping[UUID, Dispatch], holders: Sequence[UUID], by: Acting
) -> Mapping[UUID, RegisterLine]:
    arrived = Delivery.objects.filter(recipient_id=by.office_id, subject_id=OuterRef("dispatch_id"))
    own = Handling.objects.filter(office_id=by.office_id, dispatch_id__in=holders).only(*_OF_HANDLINGS)
    handlings = {one.dispatch_id: one for one in own.annotate(arrived_at=Subquery(arrived.values("arrived_at")[:1]))}
    lines = {}
    for one in numbers:
        key = one.holder_id or one.id
        handling = handlings.get(key)
        arrived_at = handling.arrived_at if handling else None
        lines[one.id] = RegisterLine(one, documents.get(key), handling=handling, arrived_at=arrived_at)
    return lines


def _issued(
    numbers: Sequence[RegisterNumber], documents: Mapping[UUID, Dispatch], holders: Sequence[UUID], by: Acting
) -> Mapping[UUID, RegisterLine]:
    own = Draft.objects.filter(office_id=by.office_id, id__in=holders).only(*_OF_DRAFTS)
    drafts = {one.id: one for one in own}
    names = _names_of(documents.values())
    lines = {}
    for one in numbers:
        key = one.holder_id or one.id
        found = documents.get(key)
        recipients = tuple(names.get(UUID(to["office"]), "") for to in found.recipients) if found else ()
        lines[one.id] = RegisterLine(one, found, drafts.get(key), recipients=tuple(filter(None, recipients)))
    return lines


def _names_of(documents: Iterable[Dispatch]) -> Mapping[UUID, str]:
    """Offices of today from the directory; those that have closed since are looked up."""
    wanted = {UUID(to["office"]) for one in documents for to in one.recipients}
    present = directory().offices
    closed = Office.objects.filter(id__in=wanted - present.keys()).order_by("valid_from").values_list("id", "name")
    return {**{one: present[one].name for one in wanted & present.keys()}, **dict(closed)}
