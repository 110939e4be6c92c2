"""From what an operator asks for to the changes of a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from phoihop.core.errors import Invalid
from phoihop.exchange.cards import read_card
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.carrying import read_small
from phoihop.exchange.directory.rotation import own_key_changes
from phoihop.exchange.directory.state import DirectoryState

_CHANGES: TypeAdapter[tuple[c.AnyChange, ...]] = TypeAdapter(tuple[c.AnyChange, ...])


@dataclass(frozen=True)
class Wanted:
    """What a proposal is to hold. ``hosting`` pairs office and node, ``merges`` the ending office and its successor."""

    change_file: Path | None = None
    cards: tuple[Path, ...] = ()
    hosting: tuple[tuple[str, UUID], ...] = ()
    merges: tuple[tuple[str, str], ...] = ()
    closings: tuple[str, ...] = ()
    last_day: date | None = None
    since: datetime | None = None
    own_key: bool = False
    activate_successor: bool = False


def changes_of(wanted: Wanted, state: DirectoryState) -> list[c.Change]:
    """The changes that are asked for, nodes first. Raises Invalid when there is none, or a day is missing."""
    found = list(_changes(wanted, state))
    if not found:
        raise Invalid(
            "nothing_proposed",
            _("Chưa nêu thay đổi nào."),
            remedy=_("Xem các tùy chọn: phoihop directory propose --help"),
        )
    return found


def _changes(wanted: Wanted, state: DirectoryState) -> Iterator[c.Change]:
    if wanted.activate_successor:  # first, so that the successor itself may sign
        yield c.SuccessorActivated(key=state.successor or "0" * 64)
    for path in wanted.cards:
        yield _node_of(path)
    if wanted.own_key:
        yield from own_key_changes(state)
    if wanted.change_file is not None:
        yield from read_changes(read_small(wanted.change_file))
    for office, node in wanted.hosting:
        yield c.HostingMoved(office=office, node=node, valid_from=_required(wanted.since))
    for office, into in wanted.merges:
        bodies = [body.code for body in state.bodies.values() if body.office == office and body.valid_to is None]
        yield c.OfficeMerged(code=office, into=into, valid_to=_day(wanted), bodies=tuple(bodies))
    for office in wanted.closings:
        yield c.OfficeClosed(code=office, valid_to=_day(wanted))


def read_changes(text: bytes) -> tuple[c.Change, ...]:
    """A list of changes as JSON. Raises Invalid naming the first fault."""
    try:
        return _CHANGES.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Invalid(
            "changes_broken",
            _("Tệp thay đổi sai ở %(where)s: %(fault)s.") % {"where": where or _("đầu tệp"), "fault": first["msg"]},
        ) from error


def named_node(state: DirectoryState, name: str) -> UUID:
    """The node of that name or id in the directory. Raises Invalid."""
    for node, known in state.nodes.items():
        if name in (known, str(node)):
            return node
    raise Invalid("node_unknown", _("Danh bạ không có máy chủ %(about)s.") % {"about": name})


def _node_of(path: Path) -> c.NodeAdded:
    card = read_card(read_small(path).decode(errors="replace"))
    return c.NodeAdded(
        node=card.node,
        name=card.name,
        incarnation=card.incarnation,
        key=card.raw_key.hex(),
        valid_from=card.valid_from,
    )


def _day(wanted: Wanted) -> date:
    if wanted.last_day is None:
        raise Invalid("last_day_missing", _("Chưa nêu ngày hoạt động cuối cùng (--last-day)."))
    return wanted.last_day


def _required(since: datetime | None) -> datetime:
    assert since is not None
    return since
