"""Steps that are late by the limits in force: entering, distributing, directing, taking on; numbering and issuing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from phoihop.core.machine import N_
from phoihop.dispatches.deadlines import WAITS_FOR, Step, step_due
from phoihop.dispatches.limits import limits_in_force
from phoihop.dispatches.models import Dispatch, Draft, Handling
from phoihop.dispatches.rules import DraftState, HandlingState, Urgency
from phoihop.dispatches.telling import Late, holders, is_chief_told, values_of
from phoihop.exchange.models import Delivery
from phoihop.notify.sentences import Sentence
from phoihop.offices.models import IssuingBody, Office
from phoihop.offices.permissions import Permission

_PAGE, _DRAFT_PAGE = "dispatches:document", "dispatches:draft"
_MOST: Final = 5000
"""Rows of a kind looked at in one round; the next round sees the others."""

STEP_SENTENCES = {
    "register.late": Sentence(N_("Quá hạn vào sổ: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "distribute.late": Sentence(N_("Quá hạn trình, phân phối: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "direct.late": Sentence(N_("Quá hạn cho ý kiến chỉ đạo: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "accept.late": Sentence(N_("Quá hạn nhận xử lý: %(code)s – %(abstract)s"), "alarm", _PAGE),
    "number.late": Sentence(N_("Quá hạn cấp số: %(abstract)s"), "alarm", _DRAFT_PAGE),
    "issue.late": Sentence(N_("Quá hạn phát hành: %(code)s – %(abstract)s"), "alarm", _DRAFT_PAGE),
}
_DOES: Final = {
    Step.REGISTER: Permission.DISPATCH_REGISTER,
    Step.DISTRIBUTE: Permission.DISPATCH_DISTRIBUTE,
    Step.NUMBER: Permission.DISPATCH_NUMBER,
    Step.ISSUE: Permission.DISPATCH_ISSUE,
}


def late_steps(at: datetime) -> list[Late]:
    """Documents and drafts whose next step is late, with whoever is to take it, and later a chief. As the worker."""
    codes = dict(Office.objects.values_list("id", "code"))
    return [*_registrations(at, codes), *_handlings(at, codes), *_drafts(at, codes)]


def _registrations(at: datetime, codes: dict[UUID, str]) -> Iterator[Late]:
    waiting = list(
        Delivery.objects.filter(
            expected=True, registered_at__isnull=True, returned_at__isnull=True, arrived_at__isnull=False
        ).order_by("-arrived_at")[:_MOST]
    )
    documents = Dispatch.objects.in_bulk({one.subject_id for one in waiting})
    clerks = holders(_DOES[Step.REGISTER], {one.recipient_id for one in waiting})
    for one in waiting:
        document = documents.get(one.subject_id)
        if document is None or one.arrived_at is None:
            continue
        due_at = _due(Step.REGISTER, one.arrived_at, document, codes.get(one.recipient_id, ""))
        if due_at < at:
            yield Late("register", one.subject_id, "register.late", one.recipient_id, due_at,
                       clerks[one.recipient_id], one.subject_id, values_of(document))  # fmt: skip


def _handlings(at: datetime, codes: dict[UUID, str]) -> Iterator[Late]:
    waiting = {HandlingState.REGISTERED, HandlingState.DISTRIBUTED, HandlingState.DIRECTED}
    rows = list(Handling.objects.filter(state__in=waiting, finished_at__isnull=True).order_by("-registered_at")[:_MOST])
    documents = Dispatch.objects.in_bulk({one.dispatch_id for one in rows})
    chiefs = holders(Permission.DISPATCH_DISTRIBUTE, {one.office_id for one in rows})
    for one in rows:
        document, since = documents.get(one.dispatch_id), _since(one)
        if document is None or since is None:
            continue
        step = WAITS_FOR[HandlingState(one.state)]
        due_at = _due(step, since, document, codes.get(one.office_id, ""))
        if due_at >= at:
            continue
        people = [one.lead_position_id] if step is not Step.DISTRIBUTE and one.lead_position_id else []
        if not people or is_chief_told(due_at, at):
            people += [chief for chief in chiefs[one.office_id] if chief not in people]
        yield Late(step.value, one.id, f"{step.value}.late", one.office_id, due_at, people, one.dispatch_id,
                   values_of(document))  # fmt: skip


def _since(handling: Handling) -> datetime | None:
    """When the step could begin; None for a distribution of which the moment was not kept."""
    if handling.state == HandlingState.DISTRIBUTED:
        at = (handling.forwarded_to or {}).get("at")
        return datetime.fromisoformat(at) if at else None
    return handling.directed_at if handling.state == HandlingState.DIRECTED else handling.registered_at


def _due(step: Step, since: datetime, document: Dispatch, office: str) -> datetime:
    limits = limits_in_force(office=office, regime=document.regime)
    return step_due(step, since, Urgency(document.urgency), limits).latest


def _drafts(at: datetime, codes: dict[UUID, str]) -> Iterator[Late]:
    """Signed drafts that have no number, numbered ones that were not issued; the author is told with the clerks."""
    waiting = {DraftState.SIGNED, DraftState.NUMBERED}
    rows = list(Draft.objects.filter(state__in=waiting, issued_as__isnull=True).order_by("-changed_at")[:_MOST])
    regimes = dict(IssuingBody.objects.filter(id__in={one.body_id for one in rows}).values_list("id", "regime"))
    offices = {one.office_id for one in rows}
    doers = {step: holders(_DOES[step], offices) for step in (Step.NUMBER, Step.ISSUE)}
    chiefs = holders(Permission.DISPATCH_DISTRIBUTE, offices)
    for one in rows:
        step = WAITS_FOR[DraftState(one.state)]
        limits = limits_in_force(
            office=codes.get(one.office_id, ""), regime=regimes.get(one.body_id, "") if one.body_id else ""
        )
        due_at = step_due(step, one.changed_at, Urgency(one.urgency), limits).latest
        if due_at >= at:
            continue
        people = [*doers[step][one.office_id], one.author_position_id]
        people += chiefs[one.office_id] if is_chief_told(due_at, at) else []
        values = {"code": one.code, "abstract": one.abstract or "…"}
        yield Late(step.value, one.id, f"{step.value}.late", one.office_id, due_at, list(dict.fromkeys(people)),
                   one.id, values)  # fmt: skip
