"""From offices as specs state them to the changes that make the directory say so: demonstration, imports, tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from phoihop.core.clock import now
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.actions import Applied, change_directory
from phoihop.exchange.directory.keyfile import RegionKey
from phoihop.exchange.directory.selectors import load_state
from phoihop.exchange.directory.state import DirectoryState
from phoihop.offices.directory import BodySpec, OfficeSpec


def load_offices(offices: Sequence[OfficeSpec], *, node_id: UUID, key: RegionKey) -> Applied:
    """Make the directory say what the specs say, hosted by one node; what it says already needs no record.

    Parents may come in any order. Raises Invalid for what contradicts the directory.
    """
    return change_directory(changes_for(offices, node_id=node_id, state=load_state()), key=key)


def changes_for(
    offices: Sequence[OfficeSpec], *, node_id: UUID, state: DirectoryState, since: datetime | None = None
) -> Iterator[c.Change]:
    """The changes from ``state`` to what the specs say. Offices hosted elsewhere move at ``since`` (default: now)."""
    for office in offices:
        yield from _office_changes(office, node_id, state, since or now())
        for order, body in enumerate(office.bodies):
            yield from _body_changes(office, body, order, state)


def _office_changes(office: OfficeSpec, node: UUID, state: DirectoryState, since: datetime) -> Iterator[c.Change]:
    terms: dict[str, Any] = {
        "code": office.code,
        "name": office.name,
        "short_name": office.short_name,
        "parent": office.parent,
        "region_code": office.region_code,
        "province_code": office.province_code,
        "commune_code": office.commune_code,
        "hotline": office.hotline,
    }
    known = state.offices.get(office.code)
    if known is None:
        yield c.OfficeOpened(node=node, valid_from=office.valid_from, **terms)
        return
    if any(getattr(known, name) != value for name, value in terms.items()):
        yield c.OfficeChanged(valid_from=max(office.valid_from, known.valid_from), **terms)
    if known.node != node:
        yield c.HostingMoved(office=office.code, node=node, valid_from=since)


def _body_changes(office: OfficeSpec, body: BodySpec, order: int, state: DirectoryState) -> Iterator[c.Change]:
    terms: dict[str, Any] = {
        "office": office.code,
        "code": body.code,
        "name": body.name,
        "regime": body.regime,
        "notation": body.notation,
        "place": body.place,
        "superior_name": body.superior_name,
        "edxml_id": body.edxml_id,
        "order": order,
    }
    known = state.bodies.get(state.moved.get((office.code, body.code), (office.code, body.code)))
    if known is None:
        yield c.BodyOpened(valid_from=body.valid_from, **terms)
    elif any(getattr(known, name) != value for name, value in terms.items()):
        yield c.BodyChanged(valid_from=max(body.valid_from, known.valid_from), **terms)
