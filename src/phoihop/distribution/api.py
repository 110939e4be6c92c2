"""The part of the public API about distribution lists. The API room mounts ``router``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from phoihop.distribution.selectors.facts import offices_ever
from phoihop.distribution.selectors.lists import ListEntry, list_for, lists_for
from phoihop.distribution.selectors.membership import Membership, members_now, memberships
from phoihop.offices.api import acting_of

router = Router(tags=["distribution"])


class ListOut(Schema):
    """A list the office may use."""

    id: UUID
    owner: str = Field(description="Code of the office whose list it is.")
    name: str
    purpose: str
    version: int
    changed_at: datetime
    retired: bool
    members: int = Field(description="How many offices are in it now.")


class EndedOut(Schema):
    """An office the list names that is no more."""

    office: str
    successor: str = Field(description="Who goes on with its work and is in the list instead; may be empty.")


class ListMembersOut(ListOut):
    """The same with who is in it now."""

    offices: list[str] = Field(description="Codes, in Vietnamese order.")
    ended: list[EndedOut]
    seen: str = Field(description="To be sent with a document: says that exactly these offices were seen.")


class ListsOut(Schema):
    """Lists, own ones first."""

    items: list[ListOut]


@router.get("/distribution-lists", response=ListsOut, operation_id="list_distribution_lists")
def list_distribution_lists(
    request: HttpRequest,
    q: Annotated[str, Query(max_length=200, description="Words of name or purpose, diacritics or not.")] = "",
    retired: Annotated[bool, Query(description="Also those not to be used any more.")] = False,
) -> ListsOut:
    """The lists of this office, and those that others published to it."""
    by = acting_of(request)
    entries = lists_for(by, words=q, retired=retired)
    found = memberships(entries, by=by)
    codes = {one: office.code for one, office in offices_ever({entry.owner_id for entry in entries}).items()}
    return ListsOut(
        items=[
            ListOut.model_validate(_said(entry, found[entry.id], codes.get(entry.owner_id, ""))) for entry in entries
        ]
    )


@router.get("/distribution-lists/{uuid:list_id}", response=ListMembersOut, operation_id="get_distribution_list")
def get_distribution_list(request: HttpRequest, list_id: UUID) -> ListMembersOut:
    """One list with who is in it now."""
    by = acting_of(request)
    entry, found = list_for(list_id, by=by), members_now(list_id, by=by)
    owner = offices_ever([entry.owner_id])[entry.owner_id].code
    return ListMembersOut.model_validate(
        _said(entry, found, owner)
        | {
            "offices": [office.code for office in found.offices],
            "ended": [
                {"office": one.office.code, "successor": one.heir.code if one.heir else ""} for one in found.ended
            ],
            "seen": found.digest,
        }
    )


def _said(entry: ListEntry, found: Membership, owner: str) -> dict[str, object]:
    return {
        "id": entry.id,
        "owner": owner,
        "name": entry.name,
        "purpose": entry.purpose,
        "version": entry.number,
        "changed_at": entry.changed_at,
        "retired": entry.is_retired,
        "members": len(found.offices),
    }
