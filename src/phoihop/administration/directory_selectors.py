"""What is read of the directory for its pages: the table as previewed, proposals, one office with its past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from phoihop.administration.directory_sheet import body_title, office_title, read_directory
from phoihop.administration.models import DirectoryProposal, SheetUpload
from phoihop.administration.sheets import Fault
from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.core.text import fold
from phoihop.exchange.directory.actions import read_proposal
from phoihop.exchange.directory.chain import Entry
from phoihop.exchange.directory.changes import Change
from phoihop.exchange.directory.lines import DirectoryPlan, Places
from phoihop.exchange.directory.planning import plan_directory
from phoihop.exchange.directory.selectors import HistoryItem, applied_entry, history, present_state
from phoihop.exchange.directory.wording import sentence
from phoihop.exchange.keys import own_identity
from phoihop.exchange.models import PastHosting, Succession
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import IssuingBody, Office
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import valid_on
from phoihop.territory.models import Commune, Province, Region

_MOST_LISTED = 50


def directory_uploads(by: Acting) -> Sequence[SheetUpload]:
    """The last tables of the directory that the acting office uploaded, without their content."""
    check_may(by, Permission.NODE_OPERATE)
    rows = SheetUpload.objects.filter(office_id=by.office_id, kind=SheetUpload.Kind.DIRECTORY).defer("content")
    return list(rows.order_by("-made_at", "-id")[:_MOST_LISTED])


def directory_upload(upload_id: UUID, by: Acting) -> SheetUpload:
    """One of them. Raises NotFound."""
    check_may(by, Permission.NODE_OPERATE)
    rows = SheetUpload.objects.filter(office_id=by.office_id, kind=SheetUpload.Kind.DIRECTORY, id=upload_id)
    found = rows.first()
    if found is None:
        raise NotFound("sheet_unknown", _("Không có tệp này trong văn phòng, hoặc đã bị xóa theo hạn."))
    return found


@dataclass(frozen=True)
class DirectoryPreview:
    """What a table would change; while there are faults, nothing can be proposed."""

    plan: DirectoryPlan
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]

    @property
    def may_propose(self) -> bool:
        """Whether there is something to change and nothing in the way."""
        return not self.faults and bool(self.plan.changes)


def directory_preview(upload: SheetUpload) -> DirectoryPreview:
    """Read the kept workbook again and compare it with the directory of this moment."""
    sheet = read_directory(bytes(upload.content))
    plan = plan_directory(
        sheet.offices,
        sheet.bodies,
        state=present_state(using="default"),
        places=places_of_today(),
        node=own_identity().node_id,
        today=today(),
    )
    titles = {"office": office_title(), "body": body_title()}
    found = tuple(Fault(titles[one.table], one.address, one.message, one.remedy) for one in plan.faults)
    return DirectoryPreview(plan, (*sheet.faults, *found), sheet.remarks)


def places_of_today() -> Places:
    """The codes of provinces, communes and regions of today: three queries."""
    now = (Q(valid_from=None) | Q(valid_from__lte=today())) & (Q(valid_to=None) | Q(valid_to__gte=today()))
    return Places(
        frozenset(Province.objects.filter(now).values_list("code", flat=True)),
        dict(Commune.objects.filter(now).values_list("code", "province_id")),
        frozenset(Region.objects.values_list("code", flat=True)),
    )


class ProposalState(StrEnum):
    """How far a proposal has come. Outdated: the directory went on without it."""

    WAITING = "waiting"
    APPLIED = "applied"
    OUTDATED = "outdated"


@dataclass(frozen=True)
class ProposalView:
    """A proposal with what it says and how far it has come."""

    row: DirectoryProposal
    entry: Entry
    state: ProposalState
    applied_at: datetime | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """What it changes, in words."""
        return tuple(sentence(change) for change in self.entry.changes)


def proposals(by: Acting) -> Sequence[ProposalView]:
    """The last proposals of the acting office, the newest first."""
    check_may(by, Permission.NODE_OPERATE)
    rows = DirectoryProposal.objects.filter(office_id=by.office_id).order_by("-made_at", "-id")
    known = {item.number: item for item in history(using="default")}
    return [_viewed(row, known.get(row.number)) for row in rows[:_MOST_LISTED]]


def proposal_of(proposal_id: UUID, by: Acting) -> ProposalView:
    """One proposal of the acting office. Raises NotFound."""
    check_may(by, Permission.NODE_OPERATE)
    row = DirectoryProposal.objects.filter(office_id=by.office_id, id=proposal_id).first()
    if row is None:
        raise NotFound("proposal_unknown", _("Không có đề nghị này trong văn phòng."))
    found = applied_entry(row.number)
    if found is None:
        return _viewed(row, None)
    return _judged(row, *found)


def _viewed(row: DirectoryProposal, known: HistoryItem | None) -> ProposalView:
    if known is None:
        return ProposalView(row, read_proposal(bytes(row.content)), ProposalState.WAITING, None)
    return _judged(row, known.entry, known.applied_at)


def _judged(row: DirectoryProposal, known: Entry, applied_at: datetime) -> ProposalView:
    entry = read_proposal(bytes(row.content))
    if known == entry:
        return ProposalView(row, entry, ProposalState.APPLIED, applied_at)
    return ProposalView(row, entry, ProposalState.OUTDATED, None)


@dataclass(frozen=True)
class OfficeEntry:
    """One office of the list with its bodies."""

    office: Office
    bodies: tuple[IssuingBody, ...]
    is_present: bool


def directory_offices(*, words: str = "", with_former: bool = False) -> Sequence[OfficeEntry]:
    """Offices with their bodies, by words of names or codes without diacritics; ended ones on demand. Two queries."""
    rows = Office.objects.select_related("parent", "node")
    present = set(Office.objects.filter(valid_on(today())).values_list("id", flat=True)) if with_former else None
    offices = list(rows if with_former else rows.filter(valid_on(today())))
    bodies: dict[UUID, list[IssuingBody]] = {}
    for body in IssuingBody.objects.all() if with_former else IssuingBody.objects.filter(valid_on(today())):
        bodies.setdefault(body.office_id, []).append(body)
    wanted = fold(words)
    found = [
        OfficeEntry(office, tuple(bodies.get(office.id, ())), present is None or office.id in present)
        for office in offices
    ]
    return [one for one in found if wanted in fold(_words(one))] if wanted else found


def _words(entry: OfficeEntry) -> str:
    names = " ".join(f"{body.name} {body.code}" for body in entry.bodies)
    return f"{entry.office.name} {entry.office.short_name} {entry.office.code} {names}"


@dataclass(frozen=True)
class OfficePast:
    """One version of the directory that says something about an office."""

    item: HistoryItem
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class OfficeView:
    """An office as the directory knows it, through time."""

    office: Office
    bodies: tuple[IssuingBody, ...]
    below: tuple[Office, ...]
    hostings: tuple[tuple[str, datetime], ...]
    successor: Office | None
    merged: tuple[Office, ...]
    past: tuple[OfficePast, ...]


def office_view(code: str) -> OfficeView:
    """One office, present or former, by its code. Raises NotFound."""
    office = Office.objects.select_related("parent", "node").filter(code=code).first()
    if office is None:
        raise NotFound("office_unknown", _("Không có văn phòng mang mã “%(code)s”.") % {"code": code})
    names = present_state(using="default").nodes
    hosted = PastHosting.objects.filter(office_id=office.id).order_by("until").values_list("node_id", "until")
    into = Succession.objects.filter(office_id=office.id).values_list("successor_id", flat=True).first()
    merged = list(Succession.objects.filter(successor_id=office.id).values_list("office_id", flat=True))
    others = {one.id: one for one in Office.objects.filter(id__in=[*merged, *([into] if into else [])])}
    return OfficeView(
        office,
        tuple(IssuingBody.objects.filter(office_id=office.id)),
        tuple(Office.objects.filter(valid_on(today()), parent_id=office.id)),
        tuple((names.get(node, ""), until) for node, until in hosted),
        others.get(into) if into else None,
        tuple(others[one] for one in merged),
        tuple(_past_of(code)),
    )


def _past_of(code: str) -> Sequence[OfficePast]:
    found = []
    for item in history(using="default"):
        said = tuple(sentence(change) for change in item.entry.changes if code in _codes(change))
        if said:
            found.append(OfficePast(item, said))
    return found


def _codes(change: Change) -> set[Any]:
    """The codes of the offices a change is about; the code of a body is another thing."""
    if hasattr(change, "office"):
        return {change.office}
    return {getattr(change, "code", ""), getattr(change, "into", "")}
