"""What notices of documents share: the words they carry, and who holds a permission where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from phoihop.dispatches.models import Dispatch
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import positions_with


def values_of(document: Dispatch, **more: object) -> dict[str, object]:
    """Number and abstract of a document, as sentences name them."""
    return {"code": document.code or document.type_name, "abstract": document.abstract[:160], **more}


def holders(permission: Permission, offices: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """The positions that hold a permission, by office; none for an office without."""
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for office, position in positions_with(permission, offices):
        found[office].append(position)
    return found
