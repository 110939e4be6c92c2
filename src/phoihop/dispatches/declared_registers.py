"""The registers in and out as lists: pages by number, workbooks, and the printed book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from phoihop.dispatches.forms.registers import RegisterQuery
from phoihop.dispatches.register_columns import REGISTER_IN_COLUMNS, REGISTER_OUT_COLUMNS
from phoihop.dispatches.selectors.register_lines import Chosen, RegisterLine, book_of, numbers_of, register_lines
from phoihop.documents.registers import PrintedRegister, write_register
from phoihop.lists.declaring import Column, ListKind, Sort, Wanted, register_list
from phoihop.lists.keyset import Leg
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission

NARROWING = frozenset({"book", "series", "since", "until"})
_IN_WIDTHS = (17, 13, 34, 27, 18, 0, 32, 17, 24, 24)
_OUT_WIDTHS = (27, 18, 0, 27, 52, 24, 13, 17, 18, 26)


def chosen_book(direction: str, said: Wanted, by: Acting) -> Chosen:
    """The book and series an address names."""
    return book_of(direction, said.get("book", ""), said.get("series", ""), by=by)


def _legs(direction: str, said: Wanted, sort: Sort, descending: bool, by: Acting) -> Sequence[Leg]:
    since, until = RegisterQuery(said).days
    register_id, series = _place(direction, said, by)
    rows = numbers_of(register_id, series, by=by, since=since, until=until)
    return [Leg(rows, sort.key, "id", descending)]


def _place(direction: str, said: Wanted, by: Acting) -> tuple[UUID, str]:
    """The register and series of an address; what it does not name is looked up."""
    try:
        return UUID(said["book"]), said["series"]
    except (KeyError, ValueError):
        chosen = chosen_book(direction, said, by)
        return chosen.register.id, chosen.series


def _load(direction: str, ids: Sequence[UUID], by: Acting) -> Mapping[UUID, RegisterLine]:
    return register_lines(ids, direction=direction, by=by)


def _paper(direction: str, path: Path, said: Wanted, rows: Sequence[Sequence[object]], by: Acting) -> None:
    chosen = chosen_book(direction, said, by)
    columns, widths = (REGISTER_IN_COLUMNS, _IN_WIDTHS) if direction == "in" else (REGISTER_OUT_COLUMNS, _OUT_WIDTHS)
    write_register(
        path,
        PrintedRegister(
            office=by.office_name,
            body=chosen.body_name,
            title=_("SỔ ĐĂNG KÝ VĂN BẢN ĐẾN") if direction == "in" else _("SỔ ĐĂNG KÝ VĂN BẢN ĐI"),
            facts=_facts(chosen, said, len(rows)),
            head=tuple(str(one.label) for one in columns),
            widths=widths,
            rows=tuple(tuple(_written(cell) for cell in row) for row in rows),
            ending=_ending(chosen),
            signatures=(_("Văn thư"), _("Chánh Văn phòng")),
        ),
    )


def _facts(chosen: Chosen, said: Wanted, count: int) -> tuple[str, ...]:
    since, until = RegisterQuery(said).days
    facts = [_("Năm, nhiệm kỳ, loạt số: %(series)s") % {"series": chosen.series}]
    if since or until:
        facts.append(_("Từ ngày %(since)s đến ngày %(until)s") % {"since": _day(since), "until": _day(until)})
    return (*facts, _("Số lượng số đăng ký: %(n)d") % {"n": count})


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "…"


def _ending(chosen: Chosen) -> tuple[str, ...]:
    if not chosen.is_closed or chosen.period is None:
        return (_("Sổ chưa khóa."),)
    remarks = (f"{one['at']}: {one['text']} ({one['by']})" for one in chosen.period.remarks)
    return (*chosen.period.closing.get("sentences", ()), *remarks)


def _written(cell: object) -> str:
    if cell is None:
        return ""
    return cell.strftime("%d/%m/%Y") if isinstance(cell, date) else str(cell)


def _kind(key: str, direction: str, title: str | Promise, columns: Sequence[Column], file_name: str) -> ListKind:
    return ListKind(
        key=key,
        title=title,
        url_name=f"dispatches:{key}",
        permission=Permission.DISPATCH_VIEW,
        columns=columns,
        sorts=(Sort("number", descending=False),),
        narrows=NARROWING,
        legs=partial(_legs, direction),
        load=partial(_load, direction),
        file_name=file_name,
        paper=partial(_paper, direction),
    )


REGISTER_IN = _kind("register_in", "in", lazy("Sổ đăng ký văn bản đến"), REGISTER_IN_COLUMNS, "so-van-ban-den")
REGISTER_OUT = _kind("register_out", "out", lazy("Sổ đăng ký văn bản đi"), REGISTER_OUT_COLUMNS, "so-van-ban-di")


def register() -> None:
    """Make the registers known to pages, workbooks and printed forms."""
    for kind in (REGISTER_IN, REGISTER_OUT):
        register_list(kind)
