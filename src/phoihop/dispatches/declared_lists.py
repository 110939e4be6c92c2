"""The lists of this room, declared: incoming, outgoing, drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from phoihop.dispatches.forms.filters import NARROWING, NARROWING_ARRIVALS, ListQuery
from phoihop.dispatches.list_columns import DRAFT_COLUMNS, INCOMING_COLUMNS, OUTGOING_COLUMNS
from phoihop.dispatches.many import ARRIVALS
from phoihop.dispatches.models import Draft
from phoihop.dispatches.selectors import listed
from phoihop.dispatches.selectors.lists import IncomingRow, ListFilter, OutgoingRow
from phoihop.dispatches.selectors.search import search_ids
from phoihop.lists.declaring import ListKind, Sort, Wanted, register_list
from phoihop.lists.keyset import Leg
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission

MOST_FOUND = 2000


def _filter(said: Wanted, by: Acting) -> ListFilter:
    query = ListQuery(said)
    return query.wanted(ids=search_ids(query.words, by=by, most=MOST_FOUND) if query.words else None)


def _incoming(said: Wanted, sort: Sort, descending: bool, by: Acting) -> Sequence[Leg]:
    return listed.incoming_legs(_filter(said, by), sort.key, descending, by=by)


def _outgoing(said: Wanted, sort: Sort, descending: bool, by: Acting) -> Sequence[Leg]:
    return listed.outgoing_legs(_filter(said, by), sort.key, descending, by=by)


def _drafts(said: Wanted, sort: Sort, descending: bool, by: Acting) -> Sequence[Leg]:
    return listed.draft_legs(said.get("state", ""), "mine" in said, descending, by=by)


def _load_incoming(ids: Sequence[UUID], by: Acting) -> Mapping[UUID, IncomingRow]:
    return listed.listed_incoming(ids, by=by)


def _load_outgoing(ids: Sequence[UUID], by: Acting) -> Mapping[UUID, OutgoingRow]:
    return listed.listed_outgoing(ids, by=by)


def _load_drafts(ids: Sequence[UUID], by: Acting) -> Mapping[UUID, Draft]:
    return listed.listed_drafts(ids, by=by)


INCOMING = ListKind(
    "incoming", _("Văn bản đến"), "dispatches:incoming", Permission.DISPATCH_VIEW, INCOMING_COLUMNS,
    (Sort("arrived"), Sort("registered"), Sort("due", descending=False)), NARROWING_ARRIVALS, _incoming, _load_incoming,
    "van-ban-den", ARRIVALS,
)  # fmt: skip
OUTGOING = ListKind(
    "outgoing", _("Văn bản đi"), "dispatches:outgoing", Permission.DISPATCH_VIEW, OUTGOING_COLUMNS,
    (Sort("issued"), Sort("due", descending=False)), NARROWING, _outgoing, _load_outgoing, "van-ban-di",
)  # fmt: skip
DRAFTS = ListKind(
    "drafts", _("Dự thảo"), "dispatches:drafts", Permission.DISPATCH_VIEW, DRAFT_COLUMNS, (Sort("changed"),),
    frozenset({"state", "mine"}), _drafts, _load_drafts, "du-thao",
)  # fmt: skip


def register() -> None:
    """Make the lists known to pages, workbooks and bulk actions."""
    for kind in (INCOMING, OUTGOING, DRAFTS):
        register_list(kind)
