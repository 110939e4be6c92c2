"""Two versions of the directory side by side: what becomes of each office and body. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from phoihop.exchange.directory.lines import (
    BODY_WORDS,
    OFFICE_WORDS,
    REGIME_WORDS,
    BodyLine,
    Difference,
    Effect,
    OfficeLine,
    Step,
)
from phoihop.exchange.directory.state import BodyState, DirectoryState, OfficeState
from phoihop.exchange.directory.wording import day

_OFFICE_FIELDS = tuple(field for field in OFFICE_WORDS if field != "code")
_BODY_FIELDS = tuple(field for field in BODY_WORDS if field != "code")


def steps_between(
    before: DirectoryState, after: DirectoryState, offices: Sequence[OfficeLine], bodies: Sequence[BodyLine]
) -> Iterator[Step]:
    """What becomes of what the lines name, in their order; then of what changes with them without being named."""
    rows = {line.code: line.row for line in offices}
    for code in [*rows, *(code for code in after.offices if code not in rows)]:
        was, now = before.offices.get(code), after.offices[code]
        if code in rows or was != now:
            found = _differences(_of_office(was, before), _of_office(now, after), OFFICE_WORDS, _OFFICE_FIELDS)
            yield Step("office", _effect(was, now, found), code, now.name, "", rows.get(code, 0), tuple(found))
    body_rows = {_key(before, after, line): line.row for line in bodies}
    for key in [*body_rows, *(key for key in after.bodies if key not in body_rows)]:
        old, new = before.bodies.get(key), after.bodies[key]
        if key in body_rows or old != new:
            found = _differences(_of_body(old), _of_body(new), BODY_WORDS, _BODY_FIELDS)
            row = body_rows.get(key, 0)
            yield Step("body", _effect(old, new, found), new.code, new.name, new.office, row, tuple(found))


def _key(before: DirectoryState, after: DirectoryState, line: BodyLine) -> tuple[str, str]:
    place = (line.office, line.code)
    return before.moved.get(place, after.moved.get(place, place))


def _effect(
    was: OfficeState | BodyState | None, now: OfficeState | BodyState, differences: Sequence[Difference]
) -> Effect:
    if was is None:
        return Effect.NEW
    if now.valid_to is not None and was.valid_to is None:
        return Effect.ENDED
    return Effect.CHANGED if differences else Effect.UNCHANGED


def _differences(
    old: Mapping[str, str], new: Mapping[str, str], words: Mapping[str, str], fields: Sequence[str]
) -> list[Difference]:
    """For what is new (``old`` is empty), only what is stated."""
    return [
        Difference(_(words[name]), old.get(name, ""), new[name]) for name in fields if old.get(name, "") != new[name]
    ]


def _of_office(office: OfficeState | None, state: DirectoryState) -> dict[str, str]:
    if office is None:
        return {}
    said = {name: str(getattr(office, name)) for name in _OFFICE_FIELDS if name not in {"valid_from", "valid_to"}}
    return said | {"node": state.nodes.get(office.node, "")} | _days(office.valid_from, office.valid_to)


def _of_body(body: BodyState | None) -> dict[str, str]:
    if body is None:
        return {}
    said = {name: str(getattr(body, name)) for name in _BODY_FIELDS if name not in {"valid_from", "valid_to"}}
    order = str(body.order) if body.order else ""
    return said | {"regime": _(REGIME_WORDS[body.regime]), "order": order} | _days(body.valid_from, body.valid_to)


def _days(since: date, until: date | None) -> dict[str, str]:
    return {"valid_from": day(since), "valid_to": day(until) if until else ""}
