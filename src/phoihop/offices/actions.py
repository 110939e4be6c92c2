"""This node's own entry, and the accounts and people of its offices. Runs as the owner: no page may do this yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from phoihop.core.errors import Invalid
from phoihop.core.ids import derived_id
from phoihop.core.text import name_sort_key
from phoihop.offices.directory import DelegationSpec, PersonSpec, PositionSpec
from phoihop.offices.models import (
    Account,
    Delegation,
    Node,
    NodeKey,
    Person,
    Position,
    SigningAuthority,
)
from phoihop.offices.permissions import RoleKey

OWNER_ALIAS = "owner"


def office_id(code: str) -> UUID:
    """The id of the office of that code, equal at every node."""
    return derived_id("office", code)


def body_id(office_code: str, code: str) -> UUID:
    """The id of an issuing body, equal at every node."""
    return derived_id("body", office_code, code)


def add_node(*, node_id: UUID, name: str, incarnation_id: UUID, public_key: bytes, is_self: bool) -> None:
    """Let the database know a node and its signing key before the directory lists them; this node, that is.

    Repeating it changes nothing. Raises Invalid when the database already belongs to another node: two identities must
    never write one database.
    """
    with transaction.atomic(using=OWNER_ALIAS):
        own = Node.objects.using(OWNER_ALIAS).filter(is_self=True).first()
        if is_self and own is not None and own.id != node_id:
            raise Invalid(
                "other_node",
                f"Cơ sở dữ liệu này thuộc máy chủ “{own.name}”, không khớp với khóa trong thư mục keys.",
                remedy="Khôi phục đúng thư mục keys đi cùng cơ sở dữ liệu.",
            )
        Node.objects.using(OWNER_ALIAS).update_or_create(id=node_id, defaults={"name": name, "is_self": is_self})
        NodeKey.objects.using(OWNER_ALIAS).get_or_create(
            incarnation=incarnation_id, public_key=public_key, defaults={"node_id": node_id}
        )


def load_people(people: Sequence[PersonSpec], *, password_hash: str, is_demo: bool) -> None:
    """Make or update accounts, persons, positions and delegations. All accounts get the one prepared hash.

    Raises Invalid for an unknown role, naming it.
    """
    with transaction.atomic(using=OWNER_ALIAS):
        for spec in people:
            account = _save_account(spec, password_hash, is_demo)
            for order, position in enumerate(spec.positions):
                _save_position(spec, account, position, order)
        for spec in people:
            for delegation in spec.delegations:
                _save_delegation(spec, delegation, people)


def _save_account(spec: PersonSpec, password_hash: str, is_demo: bool) -> Account:
    account, _made = Account.objects.using(OWNER_ALIAS).update_or_create(
        id=derived_id("account", spec.username),
        defaults={
            "username": spec.username,
            "full_name": spec.full_name,
            "password": password_hash,
            "is_demo": is_demo,
        },
    )
    return account


def position_id(username: str, office: str, title: str) -> UUID:
    """The id of a position made by ``load_people``."""
    return derived_id("position", username, office, title)


def _save_position(spec: PersonSpec, account: Account, position: PositionSpec, order: int) -> None:
    unknown = set(position.roles) - {role.value for role in RoleKey}
    if unknown:
        raise Invalid("role_unknown", f"Vai trò không có trong hệ thống: {', '.join(sorted(unknown))}.")
    office = office_id(position.office)
    person, _made = Person.objects.using(OWNER_ALIAS).update_or_create(
        id=derived_id("person", spec.username, position.office),
        defaults={
            "office_id": office,
            "account_id": account.id,
            "full_name": spec.full_name,
            "sort_key": name_sort_key(spec.full_name),
        },
    )
    held, _made = Position.objects.using(OWNER_ALIAS).update_or_create(
        id=position_id(spec.username, position.office, position.title),
        defaults={
            "office_id": office,
            "person": person,
            "title": position.title,
            "roles": list(position.roles),
            "order": order,
            "valid_from": position.valid_from,
            "valid_to": position.valid_to,
        },
    )
    for code, authority in position.signs:
        SigningAuthority.objects.using(OWNER_ALIAS).update_or_create(
            id=derived_id("signing", held.id, code),
            defaults={
                "office_id": office,
                "position": held,
                "body_id": body_id(position.office, code),
                "authority": authority,
            },
        )


def _save_delegation(giver: PersonSpec, delegation: DelegationSpec, people: Sequence[PersonSpec]) -> None:
    taker = next(person for person in people if person.username == delegation.taker)
    given, taken = giver.positions[0], taker.positions[0]
    Delegation.objects.using(OWNER_ALIAS).update_or_create(
        id=derived_id("delegation", giver.username, delegation.taker, delegation.valid_from.isoformat()),
        defaults={
            "office_id": office_id(given.office),
            "giver_id": position_id(giver.username, given.office, given.title),
            "taker_id": position_id(taker.username, taken.office, taken.title),
            "permissions": list(delegation.permissions),
            "body_id": body_id(given.office, delegation.body) if delegation.body else None,
            "authority": delegation.authority,
            "reason": delegation.reason,
            "valid_from": delegation.valid_from,
            "valid_to": delegation.valid_to,
        },
    )
