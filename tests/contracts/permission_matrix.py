"""Who may do what, as a table for people to read: ``python -m tests.contracts.permission_matrix`` writes it anew."""

from __future__ import annotations

from pathlib import Path

from phoihop.offices.permissions import ROLES, Permission, RoleKey

SNAPSHOT = Path(__file__).with_name("permission_matrix.txt")


def rendered() -> str:
    """Permissions down, roles across, and a cross where a role has the permission."""
    roles = list(RoleKey)
    widths = [len(role.value) for role in roles]
    first = max(len(permission.value) for permission in Permission)
    lines = ["  ".join([" " * first, *(role.value for role in roles)])]
    for permission in Permission:
        marks = [
            ("x" if permission in ROLES[role].permissions else "-").center(width)
            for role, width in zip(roles, widths, strict=True)
        ]
        lines.append("  ".join([permission.value.ljust(first), *marks]).rstrip())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(rendered())
