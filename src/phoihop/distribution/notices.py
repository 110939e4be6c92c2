"""Who is told of lists that other offices publish or stop using: those who keep lists where they are received."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from phoihop.core.machine import N_
from phoihop.distribution.models import PublishedVersion
from phoihop.distribution.records import STATED
from phoihop.distribution.selectors.facts import offices_ever
from phoihop.exchange.records import DISCLOSURE
from phoihop.exchange.registry import Logged
from phoihop.exchange.store import members_of
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence, register_sentences
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import positions_with

PAGE = "distribution:list"
PUBLISHED, RETIRED = "list.published", "list.retired"
SENTENCES = {
    PUBLISHED: Sentence(N_("%(owner)s công bố danh sách nơi nhận “%(name)s” để dùng chung"), "address-book", PAGE),
    RETIRED: Sentence(N_("%(owner)s ngừng dùng danh sách nơi nhận “%(name)s”: %(reason)s"), "archive", PAGE),
}


def register() -> None:
    """Make the sentences known to ``notify``."""
    register_sentences(SENTENCES)


def follow_log(rows: Sequence[Logged]) -> None:
    """Tell the offices that newly have a list, or have one that is retired. Runs with the sequencer, as the worker.

    A list is told of once to each position: further versions, and offices that had it before, bring no second notice.
    """
    said = [row for row in rows if row.kind in (STATED, DISCLOSURE)]
    newest = _newest({row.subject_id for row in said}) if said else {}
    audiences = {row.subject_id: row.audience_id for row in said if row.subject_id in newest}
    if audiences:
        _tell(newest, audiences)


def _newest(subjects: Iterable[UUID]) -> Mapping[UUID, PublishedVersion]:
    """The newest version of those subjects that are lists."""
    rows = PublishedVersion.objects.filter(list_id__in=list(subjects))
    return {row.list_id: row for row in rows.order_by("list_id", "-number").distinct("list_id")}


def _tell(newest: Mapping[UUID, PublishedVersion], audiences: Mapping[UUID, UUID]) -> None:
    members = members_of(list(set(audiences.values())))
    keepers = _keepers({office for audience in members.values() for office in audience.offices})
    owners = offices_ever({row.owner_id for row in newest.values()})
    tellings: list[Telling] = []
    for list_id, audience_id in audiences.items():
        row = newest[list_id]
        key = RETIRED if row.is_retired else PUBLISHED
        owner = owners.get(row.owner_id)
        values = {"name": row.name, "reason": row.reason[:160], "owner": owner.short_name if owner else ""}
        tellings += [
            Telling(office, position, key, f"{key}:{list_id}", list_id, values)
            for office in members[audience_id].offices - {row.owner_id}
            for position in keepers[office]
        ]
    tell(tellings)


def _keepers(offices: Iterable[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for office, position in positions_with(Permission.DISTRIBUTION_EDIT, offices):
        found[office].append(position)
    return found
