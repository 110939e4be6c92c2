"""Reading casefiles of the acting office."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from phoihop.casefiles.models import Casefile, Item
from phoihop.casefiles.registry import Described, source_of
from phoihop.casefiles.rules import CasefileState
from phoihop.core.errors import NotFound
from phoihop.core.text import fold
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

MOST = 2_000


@dataclass(frozen=True)
class ListedItem:
    """An item with how it reads; ``described`` is None for a note and for what is no longer there."""

    item: Item
    described: Described | None


def casefiles(*, by: Acting, year: int | None = None, state: str = "", words: str = "") -> Sequence[Casefile]:
    """Casefiles with ``size``, how much lies in them; of a year, a state, with words (without diacritics)."""
    check_may(by, Permission.DISPATCH_VIEW)
    found: QuerySet[Casefile] = Casefile.objects.filter(office_id=by.office_id)
    if year is not None:
        found = found.filter(year=year)
    if state:
        found = found.filter(state=state)
    counted = found.annotate(size=Count("items", filter=Q(items__removed_at__isnull=True)))
    rows = counted.order_by("-year", "code")[:MOST]
    wanted = fold(words).split()
    return [one for one in rows if all(word in fold(f"{one.code} {one.title} {one.keeper}") for word in wanted)]


def years(*, by: Acting) -> Sequence[int]:
    """The years of which there are casefiles, latest first."""
    found = Casefile.objects.filter(office_id=by.office_id).values_list("year", flat=True).distinct()
    return sorted(found, reverse=True)


def casefile(casefile_id: UUID, *, by: Acting) -> Casefile:
    """One casefile of the acting office. Raises NotFound."""
    check_may(by, Permission.DISPATCH_VIEW)
    found = Casefile.objects.filter(id=casefile_id, office_id=by.office_id).first()
    if found is None:
        raise NotFound("casefile_unknown", _("Không tìm thấy hồ sơ này."))
    return found


def items_of(found: Casefile, *, by: Acting, removed: bool = False) -> Sequence[ListedItem]:
    """What lies in a casefile, in order, or what was taken out of it. One query for each kind of thing."""
    rows = list(Item.objects.filter(casefile=found, removed_at__isnull=not removed).order_by("number", "id"))
    described = _described(rows, by)
    return [ListedItem(one, described.get(one.subject_id) if one.subject_id else None) for one in rows]


def _described(rows: Sequence[Item], by: Acting) -> Mapping[UUID, Described]:
    by_kind: dict[str, set[UUID]] = defaultdict(set)
    for one in rows:
        if one.subject_id is not None:
            by_kind[one.kind].add(one.subject_id)
    found: dict[UUID, Described] = {}
    for kind, ids in by_kind.items():
        source = source_of(kind)
        found |= source.describe(ids, by) if source else {}
    return found


def open_casefiles(*, by: Acting) -> Sequence[Casefile]:
    """Those that can be filled now; one's own first, then the ones last changed."""
    rows = list(Casefile.objects.filter(office_id=by.office_id, state=CasefileState.OPEN).order_by("-changed_at")[:300])
    return sorted(rows, key=lambda one: one.position_id != by.position_id)


def holding(subject_id: UUID, *, by: Acting) -> Sequence[Casefile]:
    """The casefiles in which a thing lies."""
    lying = Item.objects.filter(office_id=by.office_id, subject_id=subject_id, removed_at__isnull=True)
    return list(Casefile.objects.filter(id__in=lying.values("casefile_id")).order_by("code"))
