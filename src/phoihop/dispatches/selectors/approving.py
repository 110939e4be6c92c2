"""How a draft stands in its office: who is asked, who said what, and what its text was."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.dispatches.approving import OpinionState, Step, TaskState
from phoihop.dispatches.models import ApprovalRoute, ApprovalTask, Draft, DraftOpinion, DraftVersion
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Delegation, Position
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import lent_today, valid_on

_NO_DEPUTY = [Permission.DISPATCH_VIEW.value, Permission.DISPATCH_DRAFT.value]


@dataclass(frozen=True)
class PlannedStep:
    """A step as it will be gone through: the people who hold their positions today."""

    step: Step
    people: Sequence[Position]

    @property
    def names(self) -> str:
        """Who they are, in one line."""
        return ", ".join(one.person.full_name for one in self.people)


def route_for(draft: Draft, *, by: Acting) -> Sequence[PlannedStep]:
    """The steps a draft passes before signature; none where the office has set none."""
    kinds = {draft.type_code, ""}
    rows = ApprovalRoute.objects.filter(office_id=by.office_id, type_code__in=kinds).order_by("-type_code")
    route = rows.first()
    if route is None:
        return ()
    steps = [Step.read(row) for row in route.steps]
    held = positions({one for step in steps for one in step.people}, by=by)
    return [PlannedStep(step, [held[one] for one in step.people if one in held]) for step in steps]


def positions(ids: Collection[UUID], *, by: Acting) -> dict[UUID, Position]:
    """Those positions of the acting office that are held today."""
    rows = Position.objects.filter(valid_on(today()), office_id=by.office_id, id__in=ids).select_related("person")
    return {one.id: one for one in rows}


def stands_in_for(by: Acting) -> frozenset[UUID]:
    """Positions for which this one may act today: its own, and those that lent it work beyond reading and drafting."""
    return frozenset({by.position_id, *lenders_of(by)})


def lenders_of(by: Acting) -> QuerySet[Delegation, UUID]:
    """Positions that lent the acting one work beyond reading and drafting."""
    return _lent().filter(taker_id=by.position_id).values_list("giver_id", flat=True)


def deputies_of(ids: Collection[UUID]) -> Sequence[UUID]:
    """The positions that may act today for one of these."""
    return list(_lent().filter(giver_id__in=ids).values_list("taker_id", flat=True))


def _lent() -> QuerySet[Delegation]:
    plain = Q(body__isnull=True, permissions__contained_by=_NO_DEPUTY)
    return lent_today().exclude(plain)


@dataclass(frozen=True)
class Kept:
    """Which kinds of rows there are about a draft, so that a page of a fresh one asks once and not for each."""

    tasks: bool
    opinions: bool
    versions: bool
    routes: bool


_KEPT = """
SELECT EXISTS (SELECT FROM dispatches_approvaltask WHERE draft_id = %(draft)s AND office_id = %(office)s),
 EXISTS (SELECT FROM dispatches_draftopinion WHERE draft_id = %(draft)s AND office_id = %(office)s),
 EXISTS (SELECT FROM dispatches_draftversion WHERE draft_id = %(draft)s AND office_id = %(office)s),
 EXISTS (SELECT FROM dispatches_approvalroute WHERE office_id = %(office)s)
"""


def kept_of(draft: Draft, *, by: Acting) -> Kept:
    """What there is about a draft."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT, {"draft": draft.id, "office": by.office_id})
        row = cursor.fetchone()
    assert row is not None
    return Kept(*row)


def tasks_of(draft: Draft, *, by: Acting) -> Sequence[ApprovalTask]:
    """Every task of a draft, through all its rounds, in order."""
    rows = ApprovalTask.objects.filter(office_id=by.office_id, draft_id=draft.id)
    return list(rows.order_by("round", "step", "turn", "position_title", "id"))


def last_round(tasks: Sequence[ApprovalTask]) -> Sequence[ApprovalTask]:
    """The tasks of the latest submission."""
    latest = max((one.round for one in tasks), default=0)
    return [one for one in tasks if one.round == latest]


def my_task(tasks: Sequence[ApprovalTask], for_positions: Collection[UUID], *, by: Acting) -> ApprovalTask | None:
    """The task that waits for the acting position, its own before one of somebody it stands in for."""
    mine = [one for one in tasks if one.state == TaskState.ASKED and one.position_id in for_positions]
    return min(mine, key=lambda one: one.position_id != by.position_id, default=None)


def versions_of(draft: Draft, *, by: Acting) -> Sequence[DraftVersion]:
    """What the draft said at each turn, oldest first."""
    return list(DraftVersion.objects.filter(office_id=by.office_id, draft_id=draft.id).order_by("number"))


def version(draft: Draft, number: int, *, by: Acting) -> DraftVersion:
    """One version of a draft. Raises NotFound."""
    found = DraftVersion.objects.filter(office_id=by.office_id, draft_id=draft.id, number=number).first()
    if found is None:
        raise NotFound("version_unknown", _("Không có bản này của dự thảo."))
    return found


def opinions_of(draft: Draft, *, by: Acting) -> Sequence[DraftOpinion]:
    """Who was asked for an opinion, in order, and what they answered."""
    rows = DraftOpinion.objects.filter(office_id=by.office_id, draft_id=draft.id)
    return list(rows.order_by("asked_at", "position_title", "id"))


def my_opinion(opinions: Sequence[DraftOpinion], for_positions: Collection[UUID], *, by: Acting) -> DraftOpinion | None:
    """The question that waits for the acting position, its own before one of somebody it stands in for."""
    mine = [one for one in opinions if one.state == OpinionState.ASKED and one.position_id in for_positions]
    return min(mine, key=lambda one: one.position_id != by.position_id, default=None)


def routes(*, by: Acting) -> Sequence[ApprovalRoute]:
    """The routes of the acting office, that of all types first."""
    check_may(by, Permission.DISPATCH_ROUTES)
    return list(ApprovalRoute.objects.filter(office_id=by.office_id).order_by("type_code"))


def route(route_id: UUID, *, by: Acting, for_update: bool = False) -> ApprovalRoute:
    """One route of the acting office. Raises NotFound."""
    check_may(by, Permission.DISPATCH_ROUTES)
    rows = ApprovalRoute.objects.filter(id=route_id, office_id=by.office_id)
    found = (rows.select_for_update() if for_update else rows).first()
    if found is None:
        raise NotFound("route_unknown", _("Không tìm thấy quy trình này."))
    return found
