"""What a list is: its columns, its sorts, how its rows are found and loaded, and what may be done with many at once.

Rooms declare their lists once, in ``AppConfig.ready``; pages, saved filters, workbooks and bulk actions follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.lists.keyset import Leg
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission

Row = Any
Wanted = Mapping[str, str]
"""What a list is narrowed to, as its address says it."""


@dataclass(frozen=True)
class Column:
    """One column. ``cell`` gives what a workbook holds; ``sort`` names the sort its heading asks for.

    A column that is ``always`` shown cannot be hidden; one that is not ``on_page`` stands in workbooks alone.
    """

    key: str
    label: str | Promise
    cell: Callable[[Row], object]
    sort: str = ""
    always: bool = False
    on_page: bool = True


@dataclass(frozen=True)
class Sort:
    """A sort. Each stands on an index. ``descending`` is the direction it begins with."""

    key: str
    descending: bool = True


@dataclass(frozen=True)
class Look:
    """What a bulk action would do to one row. ``mark`` changes when the row does; ``reason`` says why it cannot."""

    id: UUID
    name: str
    text: str
    url: str
    mark: str
    reason: str = ""

    @property
    def able(self) -> bool:
        """Whether the action would be done."""
        return not self.reason


@dataclass(frozen=True)
class BulkAction:
    """Something that may be done to many rows. ``act`` does it to one and answers in a sentence.

    ``look`` answers for those of the ids that the office has, and must say of each what ``act`` would find.
    """

    key: str
    label: str | Promise
    meaning: str | Promise
    icon: str
    permission: Permission
    look: Callable[[Sequence[UUID], Acting], Sequence[Look]]
    act: Callable[[UUID, Mapping[str, Any], Acting], str]
    form: Callable[[Any, Acting], Form] | None = None


@dataclass(frozen=True)
class ListKind:
    """A list. ``legs`` finds ids in order (see ``keyset``); ``load`` makes rows of them, by id.

    ``narrows`` are the names in its address that narrow it. ``file_name`` is that of its workbooks, without date.
    ``paper`` writes a PDF of all rows of the narrowed list to a path, for lists that have a printed form.
    """

    key: str
    title: str | Promise
    url_name: str
    permission: Permission
    columns: Sequence[Column]
    sorts: Sequence[Sort]
    narrows: frozenset[str]
    legs: Callable[[Wanted, Sort, bool, Acting], Sequence[Leg]]
    load: Callable[[Sequence[UUID], Acting], Mapping[UUID, Row]]
    file_name: str
    bulk: Sequence[BulkAction] = field(default_factory=tuple)
    paper: Callable[[Path, Wanted, Sequence[Sequence[object]], Acting], None] | None = None

    def sorted_by(self, word: str) -> tuple[Sort, bool]:
        """The sort an address names, and whether it descends; the first sort for anything else."""
        found = next((sort for sort in self.sorts if sort.key == word.removeprefix("-")), None)
        if found is None:
            return self.sorts[0], self.sorts[0].descending
        return found, word.startswith("-")

    def wanted(self, said: Mapping[str, Any]) -> dict[str, str]:
        """What of an address narrows or sorts this list, without the place in it."""
        names = self.narrows | {"sort"}
        return {name: str(said[name]) for name in said if name in names and str(said[name]).strip()}

    def bulk_of(self, by: Acting) -> Sequence[BulkAction]:
        """What this position may do to many rows."""
        return [one for one in self.bulk if by.may(one.permission)]


_kinds: dict[str, ListKind] = {}


def register_list(kind: ListKind) -> None:
    """Make a list known. Filled in ``AppConfig.ready``."""
    _kinds[kind.key] = kind


def list_kind(key: str) -> ListKind:
    """A list by its key. Raises NotFound."""
    found = _kinds.get(key)
    if found is None:
        raise NotFound("list_unknown", _("Không có danh sách này."))
    return found
