"""How far an urgent document got with every office it was sent to: for its issuer, the silent ones first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Forbidden
from phoihop.dispatches.deadlines import Step, step_due
from phoihop.dispatches.limits import limits_in_force
from phoihop.dispatches.models import CallNote, Confirmation, Dispatch, Reminder
from phoihop.dispatches.rules import TELEGRAM, HandlingState, Urgency
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.detail import DispatchDetail
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office
from phoihop.territory.models import Commune, Province
from phoihop.territory.selectors import region_provinces


class Reach(StrEnum):
    """How far a document got with one office, the least first. ``UNKNOWN``: nothing came back from its node yet."""

    UNKNOWN = "unknown"
    UNOPENED = "unopened"
    OPENED = "opened"
    RETURNED = "returned"
    CONFIRMED = "confirmed"


SILENT = frozenset({Reach.UNKNOWN, Reach.UNOPENED, Reach.OPENED})


@dataclass(frozen=True)
class Reached:
    """One office: since when it stands there, who confirmed, who was telephoned, where it lies (lon, lat)."""

    office: Office
    reach: Reach
    at: datetime | None
    confirmed_by: str = ""
    returned_reason: str = ""
    calls: Sequence[CallNote] = ()
    place: tuple[float, float] | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it has neither confirmed nor returned it."""
        return self.reach in SILENT


@dataclass(frozen=True)
class ProvinceTotal:
    """How many offices of a province stand where; the name is empty for the region's own offices."""

    code: str
    name: str
    counts: Mapping[Reach, int]

    @property
    def silent(self) -> int:
        """How many have not confirmed."""
        return sum(count for reach, count in self.counts.items() if reach in SILENT)

    @property
    def all(self) -> int:
        """How many it was sent to."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Followed:
    """Everything the page of confirmations shows. ``due_at``: by when one is expected, from the limits in force."""

    dispatch: Dispatch
    rows: Sequence[Reached]
    totals: Sequence[ProvinceTotal]
    reminders: Sequence[Reminder]
    due_at: datetime
    is_late: bool
    counts: Mapping[Reach, int] = field(default_factory=dict)

    @property
    def silent(self) -> int:
        """How many have not confirmed."""
        return sum(row.is_silent for row in self.rows)


def asks_confirmation(document: Dispatch) -> bool:
    """Whether people confirm by name that it has come: a công điện, and whatever is hỏa tốc."""
    return document.type_code == TELEGRAM or document.urgency == Urgency.EXPRESS


@dataclass(frozen=True)
class Confirming:
    """What the document's page offers: to confirm, or to follow who did; and what the office itself confirmed."""

    is_owner: bool = False
    is_asked: bool = False
    done: Confirmation | None = None


def confirming(detail: DispatchDetail, *, by: Acting) -> Confirming | None:
    """What the acting office may do about confirming; None where nobody does. One query at most."""
    document = detail.dispatch
    if document.origin != "issued" or not asks_confirmation(document):
        return None
    if detail.side == "owner":
        return Confirming(is_owner=True)
    if detail.incoming is None:
        return None
    done = Confirmation.objects.filter(dispatch_id=document.id, office_id=by.office_id).first()
    returned = detail.incoming.state is HandlingState.RETURNED
    return Confirming(is_asked=done is None and not returned, done=done)


def follow_confirmations(dispatch_id: UUID, *, by: Acting) -> Followed:
    """Every office with how far it got. Raises NotFound, and Forbidden for a document of another office."""
    document = access.dispatch(dispatch_id, by=by)
    if document.owner_id != by.office_id or document.origin != "issued":
        raise Forbidden("not_owner", _("Chỉ nơi gửi theo dõi và nhắc các nơi nhận."))
    provinces = {one.code: one for one in region_provinces()}
    rows = sorted(_rows(document, provinces), key=lambda row: (list(Reach).index(row.reach), row.office.sort_key))
    limits = limits_in_force(office=by.office_code, regime=document.regime)
    due_at = step_due(Step.REGISTER, document.issued_at, Urgency(document.urgency), limits).latest
    return Followed(
        document,
        rows,
        _totals(rows, provinces),
        list(Reminder.objects.filter(dispatch_id=document.id).order_by("-at")[:20]),
        due_at,
        now() > due_at,
        Counter(row.reach for row in rows),
    )


def _rows(document: Dispatch, provinces: Mapping[str, Province]) -> list[Reached]:
    deliveries = {one.recipient_id: one for one in Delivery.objects.filter(subject_id=document.id, expected=True)}
    offices = list(Office.objects.filter(id__in=deliveries).select_related("node"))
    confirmed = {one.office_id: one for one in Confirmation.objects.filter(dispatch_id=document.id)}
    calls: dict[UUID, list[CallNote]] = defaultdict(list)
    for call in CallNote.objects.filter(dispatch_id=document.id).order_by("-at"):
        calls[call.called_id].append(call)
    communes = Commune.objects.in_bulk([one.commune_code for one in offices if one.commune_code], field_name="code")
    return [
        _row(
            office,
            deliveries[office.id],
            confirmed.get(office.id),
            calls[office.id],
            _place(office, communes, provinces),
        )
        for office in offices
    ]


def _row(
    office: Office,
    delivery: Delivery,
    confirmation: Confirmation | None,
    calls: Sequence[CallNote],
    place: tuple[float, float] | None,
) -> Reached:
    did = [at for at in (delivery.accepted_at, delivery.done_at, delivery.answered_at) if at]
    if confirmation is not None:
        said = f"{confirmation.name}, {confirmation.title}"
        return Reached(office, Reach.CONFIRMED, confirmation.at, said, calls=calls, place=place)
    if delivery.returned_at:
        reason = delivery.returned_reason
        return Reached(office, Reach.RETURNED, delivery.returned_at, returned_reason=reason, calls=calls, place=place)
    if did:
        return Reached(office, Reach.CONFIRMED, min(did), calls=calls, place=place)
    opened = [at for at in (delivery.seen_at, delivery.registered_at) if at]
    if opened:
        return Reached(office, Reach.OPENED, min(opened), calls=calls, place=place)
    known = delivery.arrived_at is not None
    return Reached(office, Reach.UNOPENED if known else Reach.UNKNOWN, delivery.arrived_at, calls=calls, place=place)


def _place(
    office: Office, communes: Mapping[str, Commune], provinces: Mapping[str, Province]
) -> tuple[float, float] | None:
    unit = communes.get(office.commune_code) if office.commune_code else provinces.get(office.province_code)
    return (unit.lon, unit.lat) if unit is not None and unit.lon is not None and unit.lat is not None else None


def _totals(rows: Sequence[Reached], provinces: Mapping[str, Province]) -> list[ProvinceTotal]:
    counts: dict[str, Counter[Reach]] = defaultdict(Counter)
    for row in rows:
        counts[row.office.province_code][row.reach] += 1
    order = ["", *provinces]
    listed = sorted(counts, key=lambda code: order.index(code) if code in order else len(order))
    return [
        ProvinceTotal(code, provinces[code].full_name if code in provinces else _("Cấp Quân khu"), counts[code])
        for code in listed
    ]
