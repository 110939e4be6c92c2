"""The steps an office sets for its drafts, by type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.text import clean_line
from phoihop.dispatches.approving import MOST_STEPS, Step
from phoihop.dispatches.models import ApprovalRoute
from phoihop.dispatches.selectors.approving import positions, route
from phoihop.dispatches.types import Regime, rules_for
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

MOST_DAYS = 90


def save_route(
    *, steps: Sequence[Step], type_code: str = "", route_id: UUID | None = None, by: Acting
) -> ApprovalRoute:
    """Set the steps for a type, or for every type. Drafts on their way keep the steps they began with.

    Raises Invalid with the step at fault (``steps``), Conflict when the type has a route already.
    """
    check_may(by, Permission.DISPATCH_ROUTES)
    cleaned = _cleaned(steps, by=by)
    if type_code and type_code not in {kind.key for one in Regime for kind in rules_for(one, today()).types}:
        message = _("Không có loại văn bản này.")
        raise Invalid("type_unknown", message, fields={"type_code": [message]})
    found = route(route_id, by=by, for_update=True) if route_id else ApprovalRoute(office_id=by.office_id)
    found.type_code, found.steps = type_code, [step.stored() for step in cleaned]
    found.changed_at, found.changed_by = now(), by.person_name
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        message = _("Loại văn bản này đã có quy trình.")
        raise Conflict(
            "route_exists", message, remedy=_("Sửa quy trình đang có."), fields={"type_code": [message]}
        ) from error
    note(by=by, event="dispatches:route:save", route=str(found.id), type=type_code, steps=found.steps)
    return found


def remove_route(route_id: UUID, *, by: Acting) -> None:
    """Take a route away; drafts on their way keep their steps."""
    found = route(route_id, by=by, for_update=True)
    note(by=by, event="dispatches:route:remove", route=str(found.id), type=found.type_code, steps=found.steps)
    found.delete()


def _cleaned(steps: Sequence[Step], *, by: Acting) -> Sequence[Step]:
    if not 1 <= len(steps) <= MOST_STEPS:
        _refuse(_("Quy trình có từ 1 đến %(most)d bước.") % {"most": MOST_STEPS})
    held = positions({one for step in steps for one in step.people}, by=by)
    cleaned = []
    for place, step in enumerate(steps, 1):
        people = tuple(dict.fromkeys(step.people))
        if not people or any(one not in held for one in people):
            _refuse(_("Bước %(place)d: chọn người đang giữ chức vụ của văn phòng.") % {"place": place})
        if step.days is not None and not 0 <= step.days <= MOST_DAYS:
            _refuse(_("Bước %(place)d: hạn từ 0 đến %(most)d ngày làm việc.") % {"place": place, "most": MOST_DAYS})
        title = clean_line(step.title) or _(step.kind.label)
        if len(title) > 100:
            _refuse(_("Bước %(place)d: tên bước dài quá 100 ký tự.") % {"place": place})
        cleaned.append(replace(step, title=title, people=people))
    return cleaned


def _refuse(message: str) -> None:
    raise Invalid("steps_unfit", message, fields={"steps": [message]})
