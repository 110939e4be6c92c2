"""The steps of agreeing on a draft. Pure: no Django, no clock.

Steps follow one another; inside a step people are asked at once, and all or any of them must agree. A step that is
gone through again, because somebody later sent the draft back to it, is a new ``turn``; what was said before stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol, TypeVar
from uuid import UUID

from phoihop.core.machine import N_

MOST_STEPS: Final = 8


class StepKind(StrEnum):
    """What a step is for."""

    APPROVE = "approve"
    FORMAT = "format"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]


_KIND_LABELS: Final = {StepKind.APPROVE: N_("Duyệt bản thảo"), StepKind.FORMAT: N_("Kiểm tra thể thức")}


class Needs(StrEnum):
    """Whose agreement ends a step."""

    ALL = "all"
    ANY = "any"

    @property
    def label(self) -> str:
        return _NEEDS_LABELS[self]


_NEEDS_LABELS: Final = {Needs.ALL: N_("Tất cả cùng duyệt"), Needs.ANY: N_("Một trong những người này")}


class TaskState(StrEnum):
    """How one person's part stands."""

    LATER = "later"
    ASKED = "asked"
    APPROVED = "approved"
    RETURNED = "returned"
    SPARED = "spared"
    HANDED = "handed"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _STATE_LABELS[self]


_S = TaskState
_STATE_LABELS: Final = {
    _S.LATER: N_("Chưa đến lượt"),
    _S.ASKED: N_("Đang chờ"),
    _S.APPROVED: N_("Đã duyệt"),
    _S.RETURNED: N_("Trả lại"),
    _S.SPARED: N_("Người khác đã duyệt"),
    _S.HANDED: N_("Đã giao người khác"),
    _S.CLOSED: N_("Không duyệt nữa"),
}


class OpinionState(StrEnum):
    """How a colleague answered."""

    ASKED = "asked"
    AGREED = "agreed"
    REMARKS = "remarks"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return _OPINION_LABELS[self]


_OPINION_LABELS: Final = {
    OpinionState.ASKED: N_("Chưa trả lời"),
    OpinionState.AGREED: N_("Đồng ý"),
    OpinionState.REMARKS: N_("Có ý kiến"),
    OpinionState.CLOSED: N_("Không trả lời"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a route: ``people`` are position ids, ``days`` in how many days they should answer."""

    kind: StepKind
    title: str
    needs: Needs
    people: tuple[UUID, ...]
    days: int | None = None

    def stored(self) -> dict[str, Any]:
        """As the row of a route keeps it."""
        return {
            "kind": self.kind.value,
            "title": self.title,
            "needs": self.needs.value,
            "people": [str(one) for one in self.people],
            "days": self.days,
        }

    @staticmethod
    def read(row: Mapping[str, Any]) -> Step:
        """A stored step."""
        people = tuple(UUID(one) for one in row["people"])
        return Step(StepKind(row["kind"]), row["title"], Needs(row["needs"]), people, row["days"])


class Task(Protocol):
    """What is asked of a task here."""

    step: int
    turn: int
    needs: str
    state: str


T = TypeVar("T", bound=Task)


def in_force(tasks: Iterable[T]) -> dict[int, list[T]]:
    """The tasks of the last turn of each step of a round, by step, in order."""
    latest: dict[int, list[T]] = {}
    for task in sorted(tasks, key=lambda one: (one.step, one.turn)):
        kept = latest.setdefault(task.step, [])
        if kept and kept[0].turn != task.turn:
            kept.clear()
        kept.append(task)
    return latest


def is_done(turn: Sequence[Task]) -> bool:
    """Whether enough people of a step have agreed; those whose part went to others do not count."""
    counted = [task.state for task in turn if task.state != TaskState.HANDED]
    approved = [state for state in counted if state == TaskState.APPROVED]
    return bool(approved) if turn[0].needs == Needs.ANY else bool(counted) and len(approved) == len(counted)


def current_step(tasks: Iterable[Task]) -> int | None:
    """The step that waits for somebody; None when all are done or the round is over."""
    asked = [step for step, turn in in_force(tasks).items() if any(one.state == TaskState.ASKED for one in turn)]
    return min(asked) if asked else None
