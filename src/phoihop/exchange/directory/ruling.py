"""Which changes the directory allows: one function for each kind, from one state to the next. Pure.

What a change refers to must exist and be open; nothing is used twice; nothing overlaps that must not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.chain import NOTHING_BEFORE, Entry, digest_of, is_signed_by, read_entry
from phoihop.exchange.directory.state import BodyState, DirectoryState, KeyState, OfficeState
from phoihop.exchange.envelope import Rejected

_DEEPEST = 20
"""Levels of offices above one another; more is a circle or a mistake."""


class ChangeRefused(Rejected):
    """A change that contradicts the directory. ``about`` is the code, name or key it is about."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code, about)
        self.about = about


class Forked(Rejected):
    """A record, well signed, that is not the one known under its number, or does not continue it: two directories."""

    def __init__(self, number: int) -> None:
        super().__init__("directory_forked", f"version {number}")
        self.number = number


class Gap(Rejected):
    """A record that comes too early: versions from ``first`` to ``last`` are missing before it."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__("directory_gap", f"versions {first} to {last} are missing")
        self.first, self.last = first, last


def advance(state: DirectoryState, signed: bytes) -> DirectoryState:
    """The directory after one more record.

    Raises Gap when it comes too early, Forked when it continues another directory than ours, ChangeRefused when it
    says what cannot be, and Rejected for what is malformed or signed by nobody who may.
    """
    entry = read_entry(signed)
    if state.is_founded and entry.directory != state.directory:
        raise Rejected("directory_other", f"directory {entry.directory}")
    if not is_signed_by(signed, signers(state, entry)):
        raise Rejected("directory_signature", f"version {entry.number}")
    if entry.number > state.number + 1:
        raise Gap(state.number + 1, entry.number - 1)
    if entry.number != state.number + 1 or entry.prev != state.head:
        raise Forked(entry.number)
    return replace(apply_changes(state, entry), head=digest_of(signed))


def signers(state: DirectoryState, entry: Entry) -> Sequence[str]:
    """The keys that may have signed a record: the directory's own, and its successor where it takes over."""
    if not state.is_founded:
        first = entry.changes[0]
        return [first.key] if isinstance(first, c.DirectoryFounded) else []
    return [state.key, state.successor] if entry.takes_over and state.successor else [state.key]


def apply_changes(state: DirectoryState, entry: Entry) -> DirectoryState:
    """The directory after the changes of an entry, whoever signed it; ``head`` stays. Raises ChangeRefused."""
    if not state.is_founded and entry.prev != NOTHING_BEFORE:
        raise ChangeRefused("not_the_first")
    draft = replace(
        state,
        directory=entry.directory,
        number=entry.number,
        nodes=dict(state.nodes),
        keys=dict(state.keys),
        offices=dict(state.offices),
        bodies=dict(state.bodies),
        moved=dict(state.moved),
    )
    for position, change in enumerate(entry.changes):
        if isinstance(change, c.DirectoryFounded) != (position == 0 and entry.number == 1):
            raise ChangeRefused("not_the_first")
        draft = _RULINGS[type(change)](draft, change)
    _check_tree(draft)
    _check_edxml(draft)
    return draft


def _founded(draft: DirectoryState, change: c.DirectoryFounded) -> DirectoryState:
    return replace(
        draft, name=change.name, founding_key=change.key, key=change.key, used_keys=draft.used_keys | {change.key}
    )


def _successor_announced(draft: DirectoryState, change: c.SuccessorAnnounced) -> DirectoryState:
    if change.key in draft.used_keys or change.key in draft.keys:
        raise ChangeRefused("key_used", change.key[:16])
    return replace(draft, successor=change.key, used_keys=draft.used_keys | {change.key})


def _successor_activated(draft: DirectoryState, change: c.SuccessorActivated) -> DirectoryState:
    if change.key != draft.successor:
        raise ChangeRefused("successor_unknown", change.key[:16])
    return replace(draft, key=change.key, successor="")


def _node_added(draft: DirectoryState, change: c.NodeAdded) -> DirectoryState:
    if change.node in draft.nodes:
        raise ChangeRefused("node_exists", change.name)
    if change.name in draft.nodes.values():
        raise ChangeRefused("node_name_taken", change.name)
    draft.nodes[change.node] = change.name
    return _with_key(draft, change)


def _key_added(draft: DirectoryState, change: c.KeyAdded) -> DirectoryState:
    _node_name(draft, change.node)
    return _with_key(draft, change)


def _with_key(draft: DirectoryState, change: c.NodeAdded | c.KeyAdded) -> DirectoryState:
    if change.key in draft.used_keys or change.key in draft.keys:
        raise ChangeRefused("key_used", change.key[:16])
    if any(key.incarnation == change.incarnation and key.node != change.node for key in draft.keys.values()):
        raise ChangeRefused("incarnation_used", str(change.incarnation))
    if change.valid_to is not None and change.valid_to <= change.valid_from:
        raise ChangeRefused("key_time", change.key[:16])
    draft.keys[change.key] = KeyState(change.node, change.incarnation, change.key, change.valid_from, change.valid_to)
    return draft


def _key_retired(draft: DirectoryState, change: c.KeyRetired) -> DirectoryState:
    known = draft.keys.get(change.key)
    if known is None or known.node != change.node:
        raise ChangeRefused("key_unknown", change.key[:16])
    if change.valid_to <= known.valid_from or (known.valid_to is not None and change.valid_to > known.valid_to):
        raise ChangeRefused("key_time", change.key[:16])
    draft.keys[change.key] = replace(known, valid_to=change.valid_to)
    return draft


def _office_opened(draft: DirectoryState, change: c.OfficeOpened) -> DirectoryState:
    if change.code in draft.offices:
        raise ChangeRefused("office_exists", change.code)
    _node_name(draft, change.node)
    terms = change.model_dump(exclude={"kind", "version"})
    draft.offices[change.code] = OfficeState(**terms)
    return draft


def _office_changed(draft: DirectoryState, change: c.OfficeChanged) -> DirectoryState:
    office = _open_office(draft, change.code)
    if change.valid_from < office.valid_from:
        raise ChangeRefused("day_before_opening", change.code)
    terms = change.model_dump(exclude={"kind", "version", "valid_from"})
    draft.offices[change.code] = replace(office, **terms)
    return draft


def _office_closed(draft: DirectoryState, change: c.OfficeClosed) -> DirectoryState:
    below = sorted(one.code for one in draft.offices.values() if one.parent == change.code and one.valid_to is None)
    if below:
        raise ChangeRefused("offices_below", ", ".join(below[:5]))
    return _end_office(draft, change.code, change.valid_to, successor="", kept=())


def _office_merged(draft: DirectoryState, change: c.OfficeMerged) -> DirectoryState:
    into = _open_office(draft, change.into)
    if change.into == change.code or into.valid_from > change.valid_to:
        raise ChangeRefused("successor_wrong", change.into)
    for code in change.bodies:
        _open_body(draft, change.code, code)
    above = _open_office(draft, change.code).parent
    for one in list(draft.offices.values()):
        if one.parent == change.code and one.valid_to is None:
            parent = above if one.code == change.into else change.into
            draft.offices[one.code] = replace(one, parent=parent)
    return _end_office(draft, change.code, change.valid_to, successor=change.into, kept=change.bodies)


def _end_office(draft: DirectoryState, code: str, day: date, *, successor: str, kept: Sequence[str]) -> DirectoryState:
    office = _open_office(draft, code)
    if day < office.valid_from:
        raise ChangeRefused("day_before_opening", code)
    draft.offices[code] = replace(office, valid_to=day, successor=successor)
    for key, body in list(draft.bodies.items()):
        if body.office != code or body.valid_to is not None:
            continue
        if body.code in kept:
            draft.bodies[key] = _moved(draft, body, successor)
        elif day < body.valid_from:
            raise ChangeRefused("day_before_opening", body.code)
        else:
            draft.bodies[key] = replace(body, valid_to=day)
    return draft


def _moved(draft: DirectoryState, body: BodyState, office: str) -> BodyState:
    if _place_taken(draft, office, body.code):
        raise ChangeRefused("body_exists", body.code)
    draft.moved[office, body.code] = (body.home, body.code)
    return replace(body, office=office)


def _place_taken(draft: DirectoryState, office: str, code: str) -> bool:
    return (office, code) in draft.bodies or (office, code) in draft.moved


def _hosting_moved(draft: DirectoryState, change: c.HostingMoved) -> DirectoryState:
    office = _open_office(draft, change.office)
    _node_name(draft, change.node)
    if office.node == change.node:
        raise ChangeRefused("hosted_there", change.office)
    if office.past and change.valid_from <= office.past[-1][0]:
        raise ChangeRefused("hosting_overlaps", change.office)
    if not any(key.is_valid_at(change.valid_from) for key in draft.keys_of(change.node)):
        raise ChangeRefused("host_without_key", change.office)
    past: tuple[tuple[datetime, UUID], ...] = (*office.past, (change.valid_from, office.node))
    draft.offices[change.office] = replace(office, node=change.node, past=past)
    return draft


def _body_opened(draft: DirectoryState, change: c.BodyOpened) -> DirectoryState:
    office = _open_office(draft, change.office)
    if _place_taken(draft, change.office, change.code):
        raise ChangeRefused("body_exists", change.code)
    if change.valid_from < office.valid_from:
        raise ChangeRefused("day_before_opening", change.code)
    terms = change.model_dump(exclude={"kind", "version"})
    draft.bodies[change.office, change.code] = BodyState(home=change.office, **terms)
    return draft


def _body_changed(draft: DirectoryState, change: c.BodyChanged) -> DirectoryState:
    body = _open_body(draft, change.office, change.code)
    if change.valid_from < body.valid_from:
        raise ChangeRefused("day_before_opening", change.code)
    terms = change.model_dump(exclude={"kind", "version", "valid_from"})
    draft.bodies[body.home, body.code] = replace(body, **terms)
    return draft


def _body_closed(draft: DirectoryState, change: c.BodyClosed) -> DirectoryState:
    body = _open_body(draft, change.office, change.code)
    if change.valid_to < body.valid_from:
        raise ChangeRefused("day_before_opening", change.code)
    draft.bodies[body.home, body.code] = replace(body, valid_to=change.valid_to)
    return draft


def _node_name(draft: DirectoryState, node: UUID) -> str:
    if node not in draft.nodes:
        raise ChangeRefused("node_unknown", str(node))
    return draft.nodes[node]


def _open_office(draft: DirectoryState, code: str) -> OfficeState:
    office = draft.offices.get(code)
    if office is None:
        raise ChangeRefused("office_unknown", code)
    if office.valid_to is not None:
        raise ChangeRefused("office_closed", code)
    return office


def _open_body(draft: DirectoryState, office: str, code: str) -> BodyState:
    body = draft.bodies.get(draft.moved.get((office, code), (office, code)))
    if body is None or body.office != office:
        raise ChangeRefused("body_unknown", code)
    if body.valid_to is not None:
        raise ChangeRefused("body_closed", code)
    return body


def _check_edxml(draft: DirectoryState) -> None:
    """Two open bodies under one identifier: what comes from the national exchange would have two addressees."""
    seen: set[str] = set()
    for body in draft.bodies.values():
        if body.edxml_id and body.valid_to is None:
            if body.edxml_id in seen:
                raise ChangeRefused("edxml_id_taken", body.edxml_id)
            seen.add(body.edxml_id)


def _check_tree(draft: DirectoryState) -> None:
    """Asked when all changes of a record are made, so that they may stand in any order."""
    for office in draft.offices.values():
        if not office.parent:
            continue
        parent = draft.offices.get(office.parent)
        if parent is None:  # also above one that was opened and closed in the same record
            raise ChangeRefused("office_unknown", office.parent)
        if office.valid_to is not None:
            continue
        if parent.valid_to is not None:
            raise ChangeRefused("office_closed", office.parent)
        _check_no_circle(draft, office)


def _check_no_circle(draft: DirectoryState, office: OfficeState) -> None:
    above, steps = office.parent, 0
    while above:
        steps += 1
        if above == office.code or steps > _DEEPEST:
            raise ChangeRefused("parents_circular", office.code)
        above = draft.offices[above].parent if above in draft.offices else ""


_RULINGS: dict[type[c.Change], Callable[[DirectoryState, Any], DirectoryState]] = {
    c.DirectoryFounded: _founded,
    c.SuccessorAnnounced: _successor_announced,
    c.SuccessorActivated: _successor_activated,
    c.NodeAdded: _node_added,
    c.KeyAdded: _key_added,
    c.KeyRetired: _key_retired,
    c.OfficeOpened: _office_opened,
    c.OfficeChanged: _office_changed,
    c.OfficeClosed: _office_closed,
    c.OfficeMerged: _office_merged,
    c.HostingMoved: _hosting_moved,
    c.BodyOpened: _body_opened,
    c.BodyChanged: _body_changed,
    c.BodyClosed: _body_closed,
}
