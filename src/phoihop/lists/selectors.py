"""What a position keeps of lists, and its workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.lists.models import Export, ListChoice, SavedFilter
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission

_MOST_FILTERS = 50


@dataclass(frozen=True)
class Kept:
    """The hidden columns, the filters at hand, and the id of the one the list opens with."""

    hidden: frozenset[str] = frozenset()
    filters: Sequence[SavedFilter] = field(default_factory=tuple)
    default_id: UUID | None = None


def kept(list_key: str, *, by: Acting) -> Kept:
    """What the acting position, and its office, keep of a list."""
    choice = ListChoice.objects.filter(office_id=by.office_id, position_id=by.position_id, list_key=list_key).first()
    rows = SavedFilter.objects.filter(_mine_or_shared(by), office_id=by.office_id, list_key=list_key)
    filters = list(rows.order_by("name", "id")[:_MOST_FILTERS])
    if choice is None:
        return Kept(filters=filters)
    return Kept(frozenset(map(str, choice.hidden)), filters, choice.default_filter_id)


def default_filter(list_key: str, *, by: Acting) -> SavedFilter | None:
    """The filter the list opens with for the acting position, as long as it is there."""
    chosen = ListChoice.objects.filter(office_id=by.office_id, position_id=by.position_id, list_key=list_key)
    mine = SavedFilter.objects.filter(_mine_or_shared(by), office_id=by.office_id, list_key=list_key)
    return mine.filter(id__in=chosen.values("default_filter_id")).first()


def saved_filter(filter_id: UUID, *, by: Acting) -> SavedFilter:
    """One filter this position may use. Raises NotFound."""
    found = SavedFilter.objects.filter(_mine_or_shared(by), id=filter_id, office_id=by.office_id).first()
    if found is None:
        raise NotFound("filter_unknown", _("Không tìm thấy bộ lọc này."))
    return found


def may_remove_filter(found: SavedFilter, *, by: Acting) -> bool:
    """Whoever made it, and for the office's filters its administrator."""
    return found.made_by == by.position_id or by.may(Permission.OFFICE_ADMINISTER)


def _mine_or_shared(by: Acting) -> Q:
    return Q(position_id=by.position_id) | Q(position_id=None)


def exports(*, by: Acting, most: int = 50) -> Sequence[Export]:
    """The workbooks this position asked for, newest first."""
    return list(Export.objects.filter(office_id=by.office_id, position_id=by.position_id).order_by("-made_at")[:most])


def export(export_id: UUID, *, by: Acting) -> Export:
    """One workbook of the acting position. Raises NotFound."""
    found = Export.objects.filter(id=export_id, office_id=by.office_id, position_id=by.position_id).first()
    if found is None:
        raise NotFound("export_unknown", _("Không tìm thấy tệp xuất này."))
    return found
