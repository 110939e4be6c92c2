"""State machines as data: one description gives the checks, the buttons and the diagram in the documentation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from phoihop.core.errors import Conflict, Forbidden, Invalid

S = TypeVar("S", bound=StrEnum)


def N_(text: str) -> str:  # noqa: N802 - the name under which message extraction knows it
    """The text itself, marked for translation; whoever shows it calls ``gettext`` on it."""
    return text


@dataclass(frozen=True, slots=True)
class Move(Generic[S]):
    """A verb that leads from any of ``sources`` to ``target`` (or stays, when ``target`` is None).

    ``permission`` is the value a position must hold; ``label`` is the Vietnamese word on the button.
    """

    verb: str
    label: str
    sources: frozenset[S]
    target: S | None
    permission: str
    needs_reason: bool = False


@dataclass(frozen=True, slots=True)
class Machine(Generic[S]):
    """States with their Vietnamese labels, in reading order, and the moves between them.

    Raises ValueError when the data contradicts itself: two moves for one verb in one state, an unknown state, or a
    state that no move reaches.
    """

    title: str
    labels: dict[S, str]
    initial: frozenset[S]
    moves: tuple[Move[S], ...]

    def __post_init__(self) -> None:
        named = {state for move in self.moves for state in (*move.sources, move.target or next(iter(move.sources)))}
        if unknown := (named | self.initial) - self.labels.keys():
            raise ValueError(f"{self.title}: states without label {sorted(unknown)}")
        ways = [(state, move.verb) for move in self.moves for state in move.sources]
        if len(ways) != len(set(ways)):
            raise ValueError(f"{self.title}: a verb means two things in one state")
        if lost := self.labels.keys() - self._reachable():
            raise ValueError(f"{self.title}: nothing leads to {sorted(lost)}")

    def moves_from(self, state: S) -> tuple[Move[S], ...]:
        """What can be done in a state, in the order of the description; nothing in a final one."""
        return tuple(move for move in self.moves if state in move.sources)

    def is_final(self, state: S) -> bool:
        """Whether nothing more can be done in this state."""
        return not self.moves_from(state)

    def find(self, state: S, verb: str) -> Move[S]:
        """The move of that verb in that state.  Raises Conflict ``state_changed`` when there is none now."""
        for move in self.moves_from(state):
            if move.verb == verb:
                return move
        raise Conflict(
            "state_changed",
            N_("Việc này không còn phù hợp với trạng thái hiện tại của văn bản."),
            remedy=N_("Tải lại trang để xem trạng thái mới nhất."),
        )

    def follow(self, state: S, verb: str, *, permissions: Collection[str], reason: str = "") -> S:
        """The state after the verb.

        Raises Conflict ``state_changed``, Forbidden ``permission`` or Invalid ``reason_required`` (on field
        ``reason``); their texts are translated by whoever shows them.
        """
        move = self.find(state, verb)
        if move.permission not in permissions:
            raise Forbidden(
                "permission",
                N_("Chức vụ đang dùng không có quyền làm việc này."),
                remedy=N_("Chọn chức vụ khác, hoặc báo người có thẩm quyền."),
            )
        if move.needs_reason and not reason.strip():
            wanted = N_("Ghi rõ lý do.")
            raise Invalid("reason_required", wanted, fields={"reason": [wanted]})
        return state if move.target is None else move.target

    def diagram(self) -> str:
        """The machine as a Mermaid state diagram, for the documentation."""
        lines = ["stateDiagram-v2"]
        lines += [f"    state {_quoted(label)} as {state.value}" for state, label in self.labels.items()]
        lines += [f"    [*] --> {state.value}" for state in self.labels if state in self.initial]
        for move in self.moves:
            mark = " (nêu lý do)" if move.needs_reason else ""
            for state in self.labels:
                if state in move.sources:
                    target = state if move.target is None else move.target
                    lines.append(f"    {state.value} --> {target.value} : {move.label}{mark} [{move.permission}]")
        lines += [f"    {state.value} --> [*]" for state in self.labels if self.is_final(state)]
        return "\n".join(lines) + "\n"

    def _reachable(self) -> set[S]:
        reached, waiting = set(self.initial), list(self.initial)
        while waiting:
            following = {move.target for move in self.moves_from(waiting.pop()) if move.target is not None}
            waiting += following - reached
            reached |= following
        return reached


def _quoted(label: str) -> str:
    return '"' + label.replace('"', "'") + '"'
