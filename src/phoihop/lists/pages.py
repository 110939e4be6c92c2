"""A list as a page shows it: its rows, the pages beside it, how it is sorted, what is hidden, what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from phoihop.lists.declaring import Column, ListKind, Row, Sort
from phoihop.lists.exporting import legs_of
from phoihop.lists.keyset import read_mark, read_slice
from phoihop.lists.models import SavedFilter
from phoihop.lists.selectors import Kept, default_filter, kept
from phoihop.offices.acting import Acting, check_may

PAGE = 50
EVERYTHING = "all"
"""A value that narrows nothing: in an address of its own, so that a list with a default filter can be seen whole."""


@dataclass(frozen=True)
class Heading:
    """A column's heading: where it leads when it sorts, and how the list is sorted by it now."""

    column: Column
    url: str = ""
    direction: str = ""


@dataclass(frozen=True)
class ListPage:
    """One page of a list. ``said`` is what narrows and sorts it, as the address says."""

    kind: ListKind
    by: Acting
    said: Mapping[str, str]
    sort: Sort
    descending: bool
    rows: Sequence[tuple[UUID, Row]]
    previous_url: str
    next_url: str
    first_url: str
    kept: Kept

    @property
    def shows(self) -> Mapping[str, bool]:
        """Which columns are shown, by key: templates ask before they write a cell."""
        return {one.key: one.always or one.key not in self.kept.hidden for one in self._columns}

    @property
    def headings(self) -> Sequence[Heading]:
        """The headings of the shown columns, in order."""
        shows = self.shows
        return [self._heading(one) for one in self._columns if shows[one.key]]

    @property
    def choices(self) -> Sequence[tuple[Column, bool]]:
        """The columns a person may show or hide, and whether they are shown."""
        shows = self.shows
        return [(one, shows[one.key]) for one in self._columns if not one.always]

    @property
    def query(self) -> str:
        """What narrows and sorts the list, as part of an address."""
        return urlencode(self.said)

    @property
    def saved_tabs(self) -> Sequence[tuple[SavedFilter, str, bool]]:
        """The saved filters, the address of each, and whether it is the one that is looked at."""
        here = urlencode(sorted(self.said.items()))
        base = reverse(self.kind.url_name)
        return [(one, f"{base}?{one.query or 'state=' + EVERYTHING}", one.query == here) for one in self.kept.filters]

    @property
    def bulk(self) -> Sequence[Any]:
        """What this position may do to many rows."""
        return self.kind.bulk_of(self.by)

    @property
    def _columns(self) -> Sequence[Column]:
        return [one for one in self.kind.columns if one.on_page]

    def _heading(self, column: Column) -> Heading:
        sort = next((one for one in self.kind.sorts if one.key == column.sort), None)
        if sort is None:
            return Heading(column)
        is_sorted = sort.key == self.sort.key
        descending = not self.descending if is_sorted else sort.descending
        said = {**self.said, "sort": f"-{sort.key}" if descending else sort.key}
        direction = ("descending" if self.descending else "ascending") if is_sorted else "none"
        return Heading(column, f"?{urlencode(said)}", direction)


def open_list(kind: ListKind, address: Mapping[str, Any], *, by: Acting, size: int = PAGE) -> ListPage:
    """The page of a list that an address names. What means nothing in it narrows nothing."""
    check_may(by, kind.permission)
    said = kind.wanted(address)
    sort, descending = kind.sorted_by(said.get("sort", ""))
    found = read_slice(
        legs_of(kind, said, by),
        size=size,
        after=read_mark(str(address.get("after", ""))),
        before=read_mark(str(address.get("before", ""))),
    )
    rows = kind.load(found.ids, by)
    return ListPage(
        kind, by, said, sort, descending,
        [(one, rows[one]) for one in found.ids if one in rows],
        _address(said, before=found.previous), _address(said, after=found.following),
        f"?{urlencode(said)}" if found.previous else "",
        kept(kind.key, by=by),
    )  # fmt: skip


def default_address(kind: ListKind, address: Mapping[str, Any], *, by: Acting) -> str:
    """Where the bare address of a list leads this position; empty when it opens with no filter."""
    if address:
        return ""
    default = default_filter(kind.key, by=by)
    return f"{reverse(kind.url_name)}?{default.query or 'state=' + EVERYTHING}" if default else ""


def _address(said: Mapping[str, str], **place: object) -> str:
    ((name, mark),) = place.items()
    return f"?{urlencode({**said, name: str(mark)})}" if mark is not None else ""
