"""Merging two offices: what the directory will say, and what open work of the one that ends there is, in numbers.

The numbers are read as the node, not as the office: whoever runs the node sees how much there is, and none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext as _

from phoihop.core.clock import local, now, today
from phoihop.core.isolation import scope
from phoihop.core.machine import N_
from phoihop.dispatches.models import Draft, Handling, Quarantined, Register
from phoihop.dispatches.rules import DraftState
from phoihop.exchange.directory.lines import BodyLine, DirectoryPlan, OfficeLine, Places
from phoihop.exchange.directory.planning import plan_directory
from phoihop.exchange.directory.selectors import present_state
from phoihop.exchange.directory.state import BodyState, DirectoryState, OfficeState
from phoihop.exchange.keys import own_identity
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.actions import office_id
from phoihop.offices.models import Delegation, Position
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import valid_on


@dataclass(frozen=True)
class Merger:
    """An office that goes into another after its last day; ``ends`` are codes of its bodies that end with it."""

    code: str
    into: str
    last_day: date
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenWork:
    """How much is open in an office, today. ``is_known`` is False where another node hosts it."""

    is_known: bool
    received: int = 0
    handling: int = 0
    late: int = 0
    next_due: datetime | None = None
    sent: int = 0
    drafts: int = 0
    waiting: int = 0
    people: int = 0
    positions: int = 0
    delegations: int = 0
    books: int = 0


@dataclass(frozen=True)
class WorkLine:
    """One sort of open work in words: how much, and what will happen to it."""

    what: str
    much: str
    after: str


def open_offices() -> Sequence[OfficeState]:
    """The offices that may be merged or merged into, by code."""
    state = present_state(using="default")
    return sorted((one for one in state.offices.values() if one.valid_to is None), key=lambda one: one.name)


def open_bodies(code: str) -> Sequence[BodyState]:
    """The bodies an office issues for."""
    state = present_state(using="default")
    found = (body for body in state.bodies.values() if body.office == code and body.valid_to is None)
    return sorted(found, key=lambda body: (body.order, body.code))


def plan_merger(merger: Merger, *, by: Acting) -> DirectoryPlan:
    """What the merger changes in the directory; its faults stand at the fields ``code``, ``into`` and ``last_day``."""
    check_may(by, Permission.NODE_OPERATE)
    state = present_state(using="default")
    known = state.offices.get(merger.code)
    lines = [] if known is None else [_line(known, merger, state)]
    bodies = [_body_line(body, merger) for body in open_bodies(merger.code) if body.code in merger.ends]
    node = own_identity().node_id
    return plan_directory(lines, bodies, state=state, places=Places(), node=node, today=today())


def _line(office: OfficeState, merger: Merger, state: DirectoryState) -> OfficeLine:
    return OfficeLine(
        code=office.code,
        name=office.name,
        short_name=office.short_name,
        valid_from=office.valid_from,
        parent=office.parent,
        region_code=office.region_code,
        province_code=office.province_code,
        commune_code=office.commune_code,
        hotline=office.hotline,
        node=state.nodes[office.node],
        valid_to=merger.last_day,
        successor=merger.into,
        cells={"code": "code", "successor": "into", "valid_to": "last_day"},
    )


def _body_line(body: BodyState, merger: Merger) -> BodyLine:
    return BodyLine(
        office=body.office,
        code=body.code,
        name=body.name,
        regime=body.regime,
        notation=body.notation,
        place=body.place,
        superior_name=body.superior_name,
        edxml_id=body.edxml_id,
        order=body.order,
        valid_from=body.valid_from,
        valid_to=merger.last_day,
        cells={"valid_to": "last_day"},
    )


def open_work(code: str, *, by: Acting) -> OpenWork:
    """How much is open in an office that this node hosts. Counts alone, as the node knows them."""
    check_may(by, Permission.NODE_OPERATE)
    known = present_state(using="default").offices.get(code)
    if known is None or known.node != own_identity().node_id:
        return OpenWork(is_known=False)
    with scope("worker", read_only=True):
        return _counted(office_id(code))


def _counted(office: UUID) -> OpenWork:
    open_deliveries = Delivery.objects.filter(expected=True, done_at=None, returned_at=None)
    in_hand = Handling.objects.filter(office_id=office, finished_at=None, returned_at=None)
    due = in_hand.aggregate(
        all=Count("id"), late=Count("id", filter=Q(due_at__lt=now())), next=Min("due_at", filter=Q(due_at__gte=now()))
    )
    held = Position.objects.filter(valid_on(today()), office_id=office)
    people = held.aggregate(people=Count("person_id", distinct=True), positions=Count("id"))
    sent = open_deliveries.filter(owner_id=office).exclude(recipient_id=office)
    return OpenWork(
        is_known=True,
        received=open_deliveries.filter(recipient_id=office).exclude(owner_id=office).count(),
        handling=due["all"],
        late=due["late"],
        next_due=due["next"],
        sent=sent.aggregate(many=Count("subject_id", distinct=True))["many"],
        drafts=_drafts(office).count(),
        waiting=Quarantined.objects.filter(office_id=office, resolved_at=None).count(),
        people=people["people"],
        positions=people["positions"],
        delegations=Delegation.objects.filter(valid_on(today()), office_id=office).count(),
        books=Register.objects.filter(office_id=office).count(),
    )


_WORK = (
    (
        N_("Văn bản đến chưa xử lý xong"),
        N_("%(received)d văn bản"),
        N_("%(into)s nhận được từng văn bản, kèm mọi trao đổi trước đó, và vào sổ của mình để xử lý tiếp."),
    ),
    (
        N_("Việc đã giao"),
        N_("%(handling)d việc, %(late)d quá hạn"),
        N_("Phân công và hạn không chuyển theo: %(into)s phân công lại. Nên giải quyết xong trước ngày cuối."),
    ),
    (
        N_("Văn bản đi, nơi nhận chưa xử lý xong"),
        N_("%(sent)d văn bản"),
        N_("%(into)s xem được và theo dõi tiếp. Sau ngày cuối không ai thu hồi, đính chính được nữa."),
    ),
    (
        N_("Dự thảo chưa phát hành"),
        N_("%(drafts)d dự thảo"),
        N_("Ở lại %(name)s, không chuyển theo. Phát hành trước ngày cuối, hoặc soạn lại ở %(into)s."),
    ),
    (
        N_("Tệp chờ văn thư kiểm tra"),
        N_("%(waiting)d tệp"),
        N_("Ở lại %(name)s. Văn thư kiểm tra xong trước ngày cuối."),
    ),
    (
        N_("Người và chức vụ"),
        N_("%(people)d người, %(positions)d chức vụ"),
        N_("Sau ngày cuối không làm việc ở %(name)s nữa. Quản trị %(into)s nhập chức vụ mới cho người chuyển sang."),
    ),
    (
        N_("Ủy quyền đang có hiệu lực"),
        N_("%(delegations)d ủy quyền"),
        N_("Hết hiệu lực cùng %(name)s; %(into)s ủy quyền lại nếu cần."),
    ),
    (
        N_("Sổ văn bản"),
        N_("%(books)d sổ"),
        N_("Giữ nguyên ở %(name)s. %(into)s mở sổ cho cơ quan chuyển sang, ghi tiếp số đã đến."),
    ),
)


def _drafts(office: UUID) -> QuerySet[Draft]:
    """What the office's own list of drafts shows: not those nobody wrote in, nor those withdrawn."""
    untouched = Q(revision=1, abstract="", content="")
    rows = Draft.objects.filter(office_id=office, issued_as=None).exclude(state=DraftState.WITHDRAWN)
    return rows.exclude(untouched)


def work_lines(work: OpenWork, *, name: str, into: str) -> Sequence[WorkLine]:
    """What is open, and what becomes of it, for the one who decides. ``name`` ends, ``into`` goes on."""
    values = {**asdict(work), "name": name, "into": into}
    lines = [WorkLine(_(what), _(much) % values, _(after) % values) for what, much, after in _WORK]
    if work.next_due is not None:
        due = _("hạn gần nhất %(day)s") % {"day": f"{local(work.next_due):%d/%m/%Y}"}
        lines[1] = replace(lines[1], much=f"{lines[1].much}; {due}")
    return lines
