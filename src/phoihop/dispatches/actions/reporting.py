"""How far documents got at the acting office, reported in a batch by software it uses, under the rules of the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound, PhoiHopError
from phoihop.dispatches.actions.handling import (
    accept_dispatch,
    finish_dispatch,
    hold_handlings,
    register_dispatch,
    return_dispatch,
)
from phoihop.exchange.actions import give_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

ReportedState = Literal["seen", "registered", "accepted", "returned", "done"]
"""What an office can say of itself; *arrived* is the exchange's to say."""


@dataclass(frozen=True)
class Report:
    """That a document got to ``state``; ``reason`` is needed for a return and is the result when it is done."""

    dispatch: UUID
    state: ReportedState
    reason: str = ""


def report_states(reports: Sequence[Report], *, by: Acting) -> Sequence[UUID]:
    """State all of them or none, in order. Returns the documents for which something new was stated.

    Registering gives a số đến, and accepting, returning and finishing follow the states of handling: nothing is said
    to the sender that the office's own books would not show. Raises at ``items.N`` what the single act raises.
    """
    check_may(by, Permission.DISPATCH_VIEW)
    _refuse_foreign(reports, by)
    hold_handlings([report.dispatch for report in reports if report.state != "seen"], by=by)
    seen = dict.fromkeys(report.dispatch for report in reports if report.state == "seen")
    stated = dict.fromkeys(give_receipts([(one, ReceiptState.SEEN, "") for one in seen], by=by))
    for index, report in enumerate(reports):
        if report.state != "seen":
            try:
                _act(report, by)
            except PhoiHopError as error:
                error.fields = {f"items.{index}": [error.message], **_under(index, error.fields)}
                raise
            stated[report.dispatch] = None
    return list(stated)


def _refuse_foreign(reports: Sequence[Report], by: Acting) -> None:
    wanted = {report.dispatch for report in reports}
    known = set(
        Delivery.objects.filter(recipient_id=by.office_id, subject_id__in=wanted, expected=True).values_list(
            "subject_id", flat=True
        )
    )
    if wanted - known:
        message = _("Văn bản này không được gửi đến văn phòng.")
        fields = {f"items.{n}.dispatch": [message] for n, one in enumerate(reports) if one.dispatch not in known}
        raise NotFound("delivery_unknown", _("Có văn bản không được gửi đến văn phòng này."), fields=fields)


def _act(report: Report, by: Acting) -> None:
    match report.state:
        case "registered":
            register_dispatch(report.dispatch, by=by)
        case "accepted":
            accept_dispatch(report.dispatch, by=by)
        case "returned":
            return_dispatch(report.dispatch, reason=report.reason, by=by)
        case "done":
            finish_dispatch(report.dispatch, result=report.reason, by=by)


def _under(index: int, fields: dict[str, list[str]]) -> dict[str, list[str]]:
    return {f"items.{index}.{name}": texts for name, texts in fields.items()}
