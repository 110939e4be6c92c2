"""Roles and their permissions, held against a table that a reviewer reads."""

from __future__ import annotations

from phoihop.offices.permissions import ROLES, Permission, RoleKey, permissions_of
from tests.contracts.permission_matrix import SNAPSHOT, rendered

SEES_NO_CONTENT = {Permission.NODE_OPERATE}
"""Permissions that open no page with matter of an office."""


def test_the_matrix_is_the_one_that_was_reviewed() -> None:
    assert rendered() == SNAPSHOT.read_text(), (
        "roles or permissions changed: run python -m tests.contracts.permission_matrix and have the table reviewed"
    )


def test_every_permission_is_held_by_some_role() -> None:
    held = frozenset[Permission]().union(*(role.permissions for role in ROLES.values()))
    assert held == set(Permission)


def test_every_role_is_described() -> None:
    assert set(ROLES) == set(RoleKey)
    for role in ROLES.values():
        assert str(role.name).strip()
        assert str(role.meaning).strip()


def test_the_node_operator_sees_no_content() -> None:
    assert permissions_of([RoleKey.NODE_OPERATOR.value]) <= SEES_NO_CONTENT


def test_signing_and_numbering_are_in_different_hands() -> None:
    """Nghị định 30/2020: the records clerk gives number and date after the signature, and does not sign."""
    for key, role in ROLES.items():
        assert not {Permission.DISPATCH_SIGN, Permission.DISPATCH_NUMBER} <= role.permissions, key


def test_an_unknown_role_gives_nothing() -> None:
    assert permissions_of(["tong_giam_doc"]) == frozenset()
