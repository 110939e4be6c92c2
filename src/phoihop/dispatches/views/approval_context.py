"""How a draft stands with those who agree on it, as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.machine import N_
from phoihop.dispatches.actions.opinions import OPEN_STATES
from phoihop.dispatches.approving import OpinionState, StepKind, TaskState, current_step, in_force
from phoihop.dispatches.forms.approving import AmendForm, AnswerForm, ApproveForm, AskForm, ReassignForm
from phoihop.dispatches.forms.drafts import ReasonForm
from phoihop.dispatches.models import ApprovalTask, Draft, DraftOpinion, DraftVersion
from phoihop.dispatches.rules import DraftState
from phoihop.dispatches.selectors.approving import (
    kept_of,
    last_round,
    my_opinion,
    my_task,
    opinions_of,
    route_for,
    stands_in_for,
    tasks_of,
    versions_of,
)
from phoihop.dispatches.text_changes import Passage, changes
from phoihop.offices.acting import Acting
from phoihop.offices.models import Position
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues

_TONES: Final[Mapping[str, tuple[str, str]]] = {
    TaskState.LATER: ("neutral", "clock"),
    TaskState.ASKED: ("amber", "clock"),
    TaskState.APPROVED: ("green", "check"),
    TaskState.RETURNED: ("orange", "corner-up-left"),
    TaskState.SPARED: ("neutral", "check"),
    TaskState.HANDED: ("neutral", "arrow-right"),
    TaskState.CLOSED: ("neutral", "x"),
    OpinionState.AGREED: ("green", "check"),
    OpinionState.REMARKS: ("blue", "message"),
}
_EVENTS: Final = {
    "submitted": N_("Trình"),
    "returned": N_("Trả lại"),
    "stepped_back": N_("Trả về bước trước"),
    "amended": N_("Sửa khi duyệt"),
    "asked": N_("Xin ý kiến"),
}
_REMARKED: Final = frozenset({"returned", "stepped_back"})


@dataclass(frozen=True)
class ShownPart:
    """One person's part, an approval or an opinion: in which words, by whom in fact, and when."""

    row: ApprovalTask | DraftOpinion
    word: str
    tone: str
    icon: str
    deputy: str
    is_late: bool
    reassign: ReassignForm | None = None


@dataclass(frozen=True)
class ShownStep:
    """One step of the way: what it is for, whose agreement ends it, and how far it is."""

    title: str
    needs: str
    parts: Sequence[ShownPart]
    is_current: bool
    is_done: bool


@dataclass(frozen=True)
class ShownVersion:
    """A text as it was, why it was kept, and its address."""

    version: DraftVersion
    event: str
    url: str


@dataclass(frozen=True)
class Remarked:
    """What has been done to the text since somebody remarked on it, or changed it himself."""

    by: str
    at: datetime
    remark: str
    is_amendment: bool
    abstract: tuple[Passage, ...]
    content: tuple[Passage, ...]
    files: Sequence[str]

    @property
    def is_untouched(self) -> bool:
        """Whether nothing has changed."""
        return not (self.abstract or self.content or self.files)


@dataclass(frozen=True)
class Deed:
    """Something the acting position can do here; ``dialog`` names the dialog that asks for it."""

    verb: str
    label: str
    form: forms.Form | None
    url: str
    dialog: str
    is_primary: bool = False


def approval_context(found: Draft, by: Acting, *, file_hashes: Mapping[str, str]) -> dict[str, Any]:
    """Everything the approval card and its dialogs say. ``file_hashes`` are today's files by name."""
    kept = kept_of(found, by=by)
    tasks = tasks_of(found, by=by) if kept.tasks else ()
    opinions = opinions_of(found, by=by) if kept.opinions else ()
    versions = versions_of(found, by=by) if kept.versions else ()
    latest = last_round(tasks)
    standing = stands_in_for(by) if tasks or opinions else frozenset({by.position_id})
    task = my_task(latest, standing, by=by) if found.state == DraftState.REVIEWING else None
    asked = my_opinion(opinions, standing, by=by)
    may_reassign = by.may(Permission.DISPATCH_ROUTES) and found.state == DraftState.REVIEWING
    plans = kept.routes and found.state == DraftState.DRAFTING
    return {
        "approval_steps": _steps(latest, colleagues(by) if may_reassign else (), found),
        "planned": route_for(found, by=by) if plans else (),
        "opinions": [_opinion(one) for one in opinions],
        "versions": [_version(one, found) for one in reversed(versions)],
        "remarked": _remarked(found, versions, file_hashes),
        "my_task": task,
        "my_task_for": task.name if task and task.position_id != by.position_id else "",
        "checks_format": task is not None and task.kind == StepKind.FORMAT,
        "my_question": asked,
        "may_ask": may_ask(found, by=by),
        "deeds": [*_deeds(found, task, latest, by), *_answering(found, asked)],
    }


def _steps(tasks: Sequence[ApprovalTask], people: Sequence[Position], found: Draft) -> list[ShownStep]:
    waits = current_step(tasks) if found.state == DraftState.REVIEWING else None
    return [
        ShownStep(
            turn[0].title,
            _("tất cả cùng duyệt") if turn[0].needs == "all" and len(turn) > 1 else
            _("một người duyệt là đủ") if len(turn) > 1 else "",
            [_task(one, people) for one in turn],
            place == waits,
            (waits is not None and place < waits) or found.state not in (DraftState.REVIEWING, DraftState.DRAFTING),
        )
        for place, turn in in_force(tasks).items()
    ]  # fmt: skip


def _task(task: ApprovalTask, people: Sequence[Position]) -> ShownPart:
    tone, icon = _TONES[task.state]
    state = TaskState(task.state)
    is_open = state in {TaskState.ASKED, TaskState.LATER}
    deputy = "" if is_open or task.decided_by == task.name or state is TaskState.HANDED else task.decided_by
    form = (
        ReassignForm(initial={"task": task.id}, people=people, auto_id=f"r{task.id}_%s") if people and is_open else None
    )
    late = state is TaskState.ASKED and task.due_on is not None and task.due_on < today()
    return ShownPart(task, _(state.label), tone, icon, deputy, late, form)


def _opinion(opinion: DraftOpinion) -> ShownPart:
    state = OpinionState(opinion.state)
    tone, icon = _TONES.get(opinion.state, ("amber", "clock"))
    deputy = opinion.answered_by if opinion.answered_by not in ("", opinion.name) else ""
    late = state is OpinionState.ASKED and opinion.due_on is not None and opinion.due_on < today()
    return ShownPart(opinion, _(state.label), tone, icon, deputy, late)


def _version(version: DraftVersion, found: Draft) -> ShownVersion:
    url = reverse("dispatches:draft_version", args=[found.id, version.number])
    return ShownVersion(version, event_word(version.event), url)


def event_word(event: str) -> str:
    """Why a version was kept, in words."""
    return _(_EVENTS[event])


def _remarked(found: Draft, versions: Sequence[DraftVersion], files: Mapping[str, str]) -> Remarked | None:
    """Since the last remark; or what an approver changed after the last submission."""
    place = next((i for i in range(len(versions) - 1, -1, -1) if versions[i].event in {*_REMARKED, "amended"}), None)
    if place is None:
        return None
    last = versions[place]
    is_amendment = last.event == "amended"
    base = versions[place - 1] if is_amendment and place else last
    after = last if is_amendment else found
    return Remarked(
        last.by_name, last.at, last.remark, is_amendment, changes(base.abstract, after.abstract),
        changes(base.content, after.content), [] if is_amendment else changed_files(base, files),
    )  # fmt: skip


def changed_files(version: DraftVersion, files: Mapping[str, str]) -> list[str]:
    """Names of files that came, went or became others since a version."""
    before = {row["name"]: row["sha256"] for row in version.files}
    return sorted({name for name, _sum in before.items() ^ files.items()})


def _deeds(found: Draft, task: ApprovalTask | None, tasks: Sequence[ApprovalTask], by: Acting) -> list[Deed]:
    signs = found.body_id is not None and by.signing_for(found.body_id) is not None
    may_sign = found.state == DraftState.SUBMITTED and signs and by.may(Permission.DISPATCH_SIGN)
    deeds = []
    if task is not None:
        label = _("Đạt thể thức") if task.kind == StepKind.FORMAT else _("Duyệt")
        deeds = [
            _deed("approve", label, found, is_primary=True),
            _deed("amend", _("Sửa rồi duyệt"), found),
            _deed("return", _("Trả lại người soạn"), found),
        ]
    if (task is not None and task.step > 1) or (may_sign and tasks):
        deeds.append(_deed("step_back", _("Trả về bước trước"), found))
    return deeds


def may_ask(found: Draft, *, by: Acting) -> bool:
    """Whether this position may ask for opinions on the draft now."""
    return by.may(Permission.DISPATCH_DRAFT) and found.state in OPEN_STATES


def _answering(found: Draft, asked: DraftOpinion | None) -> list[Deed]:
    return [_deed("answer", _("Trả lời ý kiến"), found, is_primary=True)] if asked else []


def _deed(verb: str, label: str, found: Draft, *, is_primary: bool = False) -> Deed:
    url = reverse("dispatches:approval", args=[found.id, verb])
    return Deed(verb, label, deed_form(verb, found, ()), url, f"approval-{verb}", is_primary)


def deed_form(verb: str, found: Draft, people: Sequence[Position], data: Any = None) -> forms.Form:
    """The form of a verb, empty or as it was sent."""
    auto_id = f"approval_{verb}_%s"
    read = {"revision": found.revision}
    match verb:
        case "approve":
            return ApproveForm(data, initial=read, auto_id=auto_id)
        case "amend":
            text = {"abstract": found.abstract, "content": found.content}
            return AmendForm(data, initial=read | text, auto_id=auto_id)
        case "reassign":
            return ReassignForm(data, people=people, auto_id=auto_id)
        case "ask":
            return AskForm(data, people=people, auto_id=auto_id)
        case "answer":
            return AnswerForm(data, auto_id=auto_id)
        case _:
            return ReasonForm(data, auto_id=auto_id)
