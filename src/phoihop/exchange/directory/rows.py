"""The rows pages read, derived from the directory's state; and, at its founding, the state from rows already there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from phoihop.core.text import sort_key
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.state import BodyState, DirectoryState, KeyState, OfficeState
from phoihop.exchange.models import PastHosting, Succession
from phoihop.offices.actions import OWNER_ALIAS, body_id, office_id
from phoihop.offices.models import Directory, IssuingBody, Node, NodeKey, Office

K = TypeVar("K")
V = TypeVar("V")


def write(before: DirectoryState, after: DirectoryState) -> None:
    """Make the rows of everything that differs equal to ``after``. Runs as the owner, in the caller's transaction."""
    _write_nodes(_differing(before.nodes, after.nodes))
    _write_keys(_differing(before.keys, after.keys))
    offices = _differing(before.offices, after.offices)
    Office.objects.using(OWNER_ALIAS).bulk_create(
        [office_row(office) for office in offices.values()],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            *("code", "name", "short_name", "sort_key", "parent", "node", "region_code", "province_code"),
            *("commune_code", "hotline", "valid_from", "valid_to"),
        ],
    )
    _write_hosting(offices)
    IssuingBody.objects.using(OWNER_ALIAS).bulk_create(
        [body_row(body) for body in _differing(before.bodies, after.bodies).values()],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[
            *("office", "code", "name", "superior_name", "regime", "notation", "place", "edxml_id", "order"),
            *("valid_from", "valid_to"),
        ],
    )
    Directory.objects.using(OWNER_ALIAS).update_or_create(id=1, defaults={"version": after.number})


def _differing(before: Mapping[K, V], after: Mapping[K, V]) -> dict[K, V]:
    return {key: value for key, value in after.items() if before.get(key) != value}


def _write_nodes(nodes: Mapping[UUID, str]) -> None:
    """A node not listed yet, which is this one, gives way when its name is another's in the directory."""
    rows = Node.objects.using(OWNER_ALIAS)
    for row in rows.filter(name__in=list(nodes.values())).exclude(id__in=list(nodes)):
        rows.filter(id=row.id).update(name=f"{row.name}-{row.id.hex[-8:]}")
    rows.bulk_create(
        [Node(id=node, name=name) for node, name in nodes.items()],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name"],
    )


def _write_keys(keys: Mapping[str, KeyState]) -> None:
    NodeKey.objects.using(OWNER_ALIAS).bulk_create(
        [
            NodeKey(
                node_id=key.node,
                incarnation=key.incarnation,
                public_key=bytes.fromhex(key.key),
                valid_from=key.valid_from,
                valid_to=key.valid_to,
            )
            for key in keys.values()
        ],
        update_conflicts=True,
        unique_fields=["incarnation", "public_key"],
        update_fields=["valid_from", "valid_to"],
    )


def _write_hosting(offices: Mapping[str, OfficeState]) -> None:
    PastHosting.objects.using(OWNER_ALIAS).bulk_create(
        [
            PastHosting(office_id=office_id(office.code), node_id=node, until=until)
            for office in offices.values()
            for until, node in office.past
        ],
        ignore_conflicts=True,
    )
    Succession.objects.using(OWNER_ALIAS).bulk_create(
        [
            Succession(
                office_id=office_id(office.code),
                successor_id=office_id(office.successor),
                since=office.valid_to + timedelta(days=1),
            )
            for office in offices.values()
            if office.successor and office.valid_to
        ],
        ignore_conflicts=True,
    )


def office_row(office: OfficeState) -> Office:
    """The row of an office."""
    return Office(
        id=office_id(office.code),
        code=office.code,
        name=office.name,
        short_name=office.short_name,
        sort_key=sort_key(office.name),
        parent_id=office_id(office.parent) if office.parent else None,
        node_id=office.node,
        region_code=office.region_code,
        province_code=office.province_code,
        commune_code=office.commune_code,
        hotline=office.hotline,
        valid_from=office.valid_from,
        valid_to=office.valid_to,
    )


def body_row(body: BodyState) -> IssuingBody:
    """The row of a body; its id stays when another office goes on issuing for it."""
    return IssuingBody(
        id=body_id(body.home, body.code),
        office_id=office_id(body.office),
        code=body.code,
        name=body.name,
        superior_name=body.superior_name,
        regime=body.regime,
        notation=body.notation,
        place=body.place,
        edxml_id=body.edxml_id,
        order=body.order,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )


def existing() -> Iterator[c.Change]:
    """The nodes that stand in the rows before there is a directory, as changes: this node, that is."""
    for node in Node.objects.using(OWNER_ALIAS).order_by("id"):
        keys = list(NodeKey.objects.using(OWNER_ALIAS).filter(node=node).order_by("valid_from", "id"))
        for number, key in enumerate(keys):
            terms: dict[str, Any] = {
                "node": node.id,
                "incarnation": key.incarnation,
                "key": bytes(key.public_key).hex(),
                "valid_from": key.valid_from,
                "valid_to": key.valid_to,
            }
            yield c.NodeAdded(name=node.name, **terms) if number == 0 else c.KeyAdded(**terms)


def differences(state: DirectoryState) -> list[str]:
    """Names of rows that are not what the directory says: offices and bodies by code, nodes and keys by id."""
    found: list[str] = []
    stored = {row.id: row for row in Office.objects.using(OWNER_ALIAS)}
    wanted = {row.id: row for row in map(office_row, state.offices.values())}
    found += [row.code for row in _unequal(stored, wanted)]
    bodies = {row.id: row for row in IssuingBody.objects.using(OWNER_ALIAS)}
    wanted_bodies = {row.id: row for row in map(body_row, state.bodies.values())}
    found += [row.code for row in _unequal(bodies, wanted_bodies)]
    keys = {bytes(row.public_key).hex(): row for row in NodeKey.objects.using(OWNER_ALIAS).select_related("node")}
    own = {key for key, row in keys.items() if row.node.is_self}
    for key, row in keys.items():
        listed = state.keys.get(key)
        told = KeyState(row.node_id, row.incarnation, key, row.valid_from, row.valid_to)
        if (listed is None and key not in own) or (listed is not None and listed != told):
            found.append(key[:16])
    found += [key[:16] for key in state.keys if key not in keys]
    hosting = set(PastHosting.objects.using(OWNER_ALIAS).values_list("office_id", "node_id", "until"))
    said = {(office_id(one.code), node, until) for one in state.offices.values() for until, node in one.past}
    codes = {office_id(code): code for code in state.offices}
    found += sorted({codes.get(office, str(office)) for office, _node, _until in hosting ^ said})
    return found


R = TypeVar("R", Office, IssuingBody)


def _unequal(stored: Mapping[UUID, R], wanted: Mapping[UUID, R]) -> list[R]:
    """Rows that are missing, not wanted, or differ in a column."""
    found = [stored.get(one) or wanted[one] for one in stored.keys() ^ wanted.keys()]
    for one in stored.keys() & wanted.keys():
        mine, said = stored[one], wanted[one]
        if any(getattr(mine, f.attname) != getattr(said, f.attname) for f in mine._meta.concrete_fields):
            found.append(mine)
    return found
