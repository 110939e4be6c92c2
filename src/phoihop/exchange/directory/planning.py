"""From a table of offices and bodies to the changes that make the directory say so, and what each of them does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pydantic import ValidationError

from phoihop.core.errors import PhoiHopError
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.actions import preview
from phoihop.exchange.directory.comparing import steps_between
from phoihop.exchange.directory.line_rules import BODY_TERMS, OFFICE_TERMS, body_known, check_bodies, check_offices
from phoihop.exchange.directory.lines import BodyLine, DirectoryPlan, Faults, OfficeLine, Places, PlanFault
from phoihop.exchange.directory.state import DirectoryState


def plan_directory(
    offices: Sequence[OfficeLine],
    bodies: Sequence[BodyLine],
    *,
    state: DirectoryState,
    places: Places,
    node: UUID,
    today: date,
) -> DirectoryPlan:
    """What these lines would change in ``state``. Offices and bodies they leave out stay as they are.

    New offices without a node are hosted by ``node``; what is called otherwise is called so from ``today``. Nothing is
    stored. Faults are found all at once, each with its cell.
    """
    faults = Faults()
    check_offices(offices, state, places, faults)
    listed = {line.code: line for line in reversed(offices)}
    check_bodies(bodies, listed, state, faults)
    if faults:
        return DirectoryPlan(state.number, state.head, faults=tuple(faults))
    nodes = {name: one for one, name in state.nodes.items()}
    changes: list[c.Change] = []
    for made in (
        _opened(offices, state, nodes, node),
        _renamed(offices, state, today),
        _bodies(bodies, state, today),
        _merged(offices, bodies, state, faults),
        _closed(offices, listed, state),
    ):
        changes.extend(_made(made, faults))
    return _judged(state, changes, offices, bodies, faults)


Wanted = Iterator[tuple[OfficeLine | BodyLine, type[c.Change], dict[str, Any]]]
"""Lines, each with the kind of its change and what that says."""


def _made(wanted: Wanted, faults: Faults) -> Iterator[c.Change]:
    """The changes; what their form refuses is told at its cell."""
    for line, kind, terms in wanted:
        try:
            yield kind(**terms)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            key = str(first["loc"][0]) if first["loc"] else "code"
            message = _("Giá trị không dùng được trong danh bạ.")
            faults.at(line, key, message, _("Bỏ ký tự ẩn, dấu cách thừa; không quá 300 ký tự."))


def _judged(
    state: DirectoryState,
    changes: Sequence[c.Change],
    offices: Sequence[OfficeLine],
    bodies: Sequence[BodyLine],
    faults: Faults,
) -> DirectoryPlan:
    after = state
    if changes and not faults:
        try:
            after = preview(state, changes).after
        except PhoiHopError as error:
            faults.found.append(PlanFault("office", "", error.message, error.remedy))
    if faults:
        return DirectoryPlan(state.number, state.head, faults=tuple(faults))
    steps = steps_between(state, after, offices, bodies)
    return DirectoryPlan(state.number, state.head, steps=tuple(steps), changes=tuple(changes))


def _opened(lines: Sequence[OfficeLine], state: DirectoryState, nodes: Mapping[str, UUID], own: UUID) -> Wanted:
    for line in lines:
        if line.code not in state.offices:
            since = {"code": line.code, "node": nodes.get(line.node, own), "valid_from": line.valid_from}
            yield line, c.OfficeOpened, since | _terms(line, OFFICE_TERMS)


def _renamed(lines: Sequence[OfficeLine], state: DirectoryState, today: date) -> Wanted:
    for line in lines:
        known = state.offices.get(line.code)
        if known is not None and known.valid_to is None and _differs(line, known, OFFICE_TERMS):
            since = {"code": line.code, "valid_from": max(today, known.valid_from)}
            yield line, c.OfficeChanged, since | _terms(line, OFFICE_TERMS)


def _bodies(lines: Sequence[BodyLine], state: DirectoryState, today: date) -> Wanted:
    for line in lines:
        known, named = body_known(state, line.office, line.code), {"office": line.office, "code": line.code}
        if known is None:
            yield line, c.BodyOpened, named | {"valid_from": line.valid_from} | _terms(line, BODY_TERMS)
        elif known.valid_to is None and _differs(line, known, BODY_TERMS):
            yield line, c.BodyChanged, named | {"valid_from": max(today, known.valid_from)} | _terms(line, BODY_TERMS)
        if line.valid_to is not None and (known is None or known.valid_to is None):
            yield line, c.BodyClosed, named | {"valid_to": line.valid_to}


def _ending(lines: Sequence[OfficeLine], state: DirectoryState) -> list[OfficeLine]:
    """Lines that end an office which has not ended yet."""
    return [
        line
        for line in lines
        if line.valid_to is not None and ((known := state.offices.get(line.code)) is None or known.valid_to is None)
    ]


def _merged(lines: Sequence[OfficeLine], bodies: Sequence[BodyLine], state: DirectoryState, faults: Faults) -> Wanted:
    """An office that is merged into one that is merged itself comes first: its successor must still be there."""
    waiting = [line for line in _ending(lines, state) if line.successor]
    while waiting:
        targets = {line.successor for line in waiting}
        free = [line for line in waiting if line.code not in targets]
        for line in free or waiting:
            kept = _kept(line, bodies, state)
            _check_free(line, kept, bodies, state, faults)
            said = {"code": line.code, "into": line.successor, "valid_to": line.valid_to, "bodies": kept}
            yield line, c.OfficeMerged, said
        waiting = [line for line in waiting if line not in (free or waiting)]


def _kept(line: OfficeLine, bodies: Sequence[BodyLine], state: DirectoryState) -> tuple[str, ...]:
    """The bodies that go on: all that are open and whose line does not end them."""
    ended = {body.code for body in bodies if body.office == line.code and body.valid_to is not None}
    opened = {body.code for body in bodies if body.office == line.code}
    standing = {body.code for body in state.bodies.values() if body.office == line.code and body.valid_to is None}
    closed = {body.code for body in state.bodies.values() if body.office == line.code and body.valid_to is not None}
    return tuple(sorted((opened | standing) - ended - closed))


def _check_free(
    line: OfficeLine, kept: Sequence[str], bodies: Sequence[BodyLine], state: DirectoryState, faults: Faults
) -> None:
    there = {body.code for body in bodies if body.office == line.successor}
    for code in kept:
        if code in there or body_known(state, line.successor, code) is not None:
            message = _("Văn phòng %(office)s đã có cơ quan ban hành mang mã %(code)s.")
            remedy = _("Ghi ngày kết thúc cho một trong hai cơ quan đó trước khi nhập.")
            faults.at(line, "successor", message % {"office": line.successor, "code": code}, remedy)


def _closed(lines: Sequence[OfficeLine], listed: Mapping[str, OfficeLine], state: DirectoryState) -> Wanted:
    """Those below come before those above: an office with open offices beneath it does not end."""
    closing = [line for line in _ending(lines, state) if not line.successor]
    for line in sorted(closing, key=lambda line: -_depth(line.code, listed, state)):
        yield line, c.OfficeClosed, {"code": line.code, "valid_to": line.valid_to}


def _depth(code: str, listed: Mapping[str, OfficeLine], state: DirectoryState) -> int:
    steps = 0
    while code and steps < 50:
        line, known = listed.get(code), state.offices.get(code)
        code = line.parent if line else known.parent if known else ""
        steps += 1
    return steps


def _differs(line: OfficeLine | BodyLine, known: object, terms: Sequence[str]) -> bool:
    return any(getattr(line, term) != getattr(known, term) for term in terms)


def _terms(line: OfficeLine | BodyLine, terms: Sequence[str]) -> dict[str, Any]:
    return {term: getattr(line, term) for term in terms}
