"""Lists made by the clerk of VP UBND Nghệ An, and a directory that changes under them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from phoihop.core.clock import today
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.listing import settle_recipients, take_lists
from phoihop.dispatches.models import Draft
from phoihop.dispatches.selectors.recipient_changes import recipient_changes
from phoihop.distribution.actions import ListInput, save_list
from phoihop.distribution.models import DistributionList
from phoihop.exchange.directory.actions import change_directory
from phoihop.exchange.directory.changes import OfficeMerged
from phoihop.offices.actions import office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import NGHE_AN, REGION, directory_key
from tests.dispatches.papers import drafted, office_of, open_books, stated


def token(office: OfficeSpec) -> str:
    """An office as a member of a list."""
    return f"office:{office_id(office.code)}"


def ids(*offices: OfficeSpec) -> frozenset[UUID]:
    """The ids of offices."""
    return frozenset(office_id(office.code) for office in offices)


def listed(
    *members: str | OfficeSpec, name: str = "Các tỉnh", office: OfficeSpec = NGHE_AN, who: str = "vanthu"
) -> DistributionList:
    """A new list."""
    tokens = [one if isinstance(one, str) else token(one) for one in members]
    with office_of(who, office) as by:
        return save_list(ListInput(name, members=tokens), by=by)


def changed(row: DistributionList, *members: str | OfficeSpec, reason: str = "Đổi", who: str = "vanthu") -> None:
    """The list with other members."""
    tokens = [one if isinstance(one, str) else token(one) for one in members]
    with office_of(who, NGHE_AN) as by:
        save_list(ListInput(row.name, row.purpose, tokens, reason), by=by, list_id=row.id)


def merge(gone: OfficeSpec, into: OfficeSpec) -> None:
    """Yesterday was the last day of an office; another goes on with its work."""
    codes = tuple(body.code for body in gone.bodies)
    merged = OfficeMerged(code=gone.code, into=into.code, valid_to=today() - timedelta(days=1), bodies=codes)
    change_directory([merged], key=directory_key())


def draft_of(draft_id: UUID) -> Draft:
    """A draft of VP UBND Nghệ An as it stands."""
    with office_of("chuyenvien", NGHE_AN):
        return Draft.objects.get(id=draft_id)


def sent_to(draft_id: UUID) -> set[UUID]:
    """Whom it is addressed to."""
    return {UUID(row["office"]) for row in draft_of(draft_id).recipients}


def by_list(*lists: Any) -> UUID:
    """A letter to the Region's office and to whoever is in these lists."""
    draft = drafted(stated(REGION))
    with office_of("chuyenvien", NGHE_AN) as by:
        take_lists(draft.id, [one.id for one in lists], by=by)
    return draft.id


def step(who: str, act: str, draft_id: UUID, **more: Any) -> None:
    """One step of a draft, by a member of the cast."""
    with office_of(who, NGHE_AN) as by:
        getattr(drafting, act)(draft_id, by=by, **more)


def number(draft_id: UUID) -> None:
    """The draft submitted, signed and numbered."""
    open_books()
    step("chuyenvien", "submit_draft", draft_id)
    step("lanhdao", "sign_draft", draft_id)
    step("vanthu", "number_draft", draft_id)


def settle(draft_id: UUID, choice: str, who: str) -> None:
    """Decide on changed recipients, knowing what changed."""
    with office_of(who, NGHE_AN) as by:
        digest = recipient_changes(draft_of(draft_id), by=by).digest
        settle_recipients(draft_id, choice=choice, digest=digest, by=by)
