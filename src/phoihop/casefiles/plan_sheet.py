"""Danh mục hồ sơ of a year as a workbook, out and in: code, title, how long it is kept, who keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext as _
from openpyxl import Workbook

from phoihop.casefiles.actions import CasefileInput
from phoihop.casefiles.models import Casefile
from phoihop.casefiles.rules import RETENTIONS
from phoihop.casefiles.wording import retention_words
from phoihop.core.errors import Invalid
from phoihop.core.text import TextProblem, clean_line, fold
from phoihop.lists.incoming_books import Bounds, open_incoming
from phoihop.lists.workbook import MEDIA_TYPE, plain
from phoihop.offices.acting import Acting
from phoihop.offices.selectors import colleagues

__all__ = ["BOUNDS", "MEDIA_TYPE", "Plan", "plan_workbook", "read_plan"]

BOUNDS: Final = Bounds(megabytes=5, unpacked_megabytes=40, rows=2_000, columns=20)
_HEAD_WITHIN: Final = 20
_COLUMNS: Final = {
    "code": ("so, ky hieu", "so va ky hieu", "so, ky hieu ho so", "so va ky hieu ho so", "ky hieu"),
    "title": ("tieu de", "tieu de ho so", "ten ho so"),
    "retention": ("thoi han bao quan", "thoi han luu", "thoi han"),
    "keeper": ("nguoi lap", "nguoi lap ho so", "don vi, nguoi lap ho so", "don vi/ nguoi lap ho so"),
}
_NUMBER: Final = re.compile(r"\d+")


@dataclass
class Plan:
    """The casefiles a workbook names, and a sentence for each row that cannot be taken."""

    rows: list[CasefileInput] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def plan_workbook(rows: Iterable[Casefile]) -> bytes:
    """The list of a year; without casefiles, the template to fill."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Danh mục hồ sơ"))
    sheet.append([_("Số, ký hiệu"), _("Tiêu đề hồ sơ"), _("Thời hạn bảo quản"), _("Người lập")])
    for one in rows:
        keeper = one.keeper.partition(",")[0]
        sheet.append([plain(text) for text in (one.code, one.title, retention_words(one.retention), keeper)])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def read_plan(content: bytes, *, year: int, by: Acting) -> Plan:
    """What the first visible sheet names. Rows whose keeper is left out are kept by the acting position.

    Raises Invalid when the file cannot be read as a workbook, or has no heading for code and title.
    """
    book = open_incoming(content, BOUNDS, with_results=True)
    rows = book.sheet(book.visible[0]).rows if book.visible else []
    head, places = _head(rows)
    people = _people(by)
    plan, seen = Plan(), set[str]()
    for number, row in enumerate(rows[head + 1 :], head + 2):
        said = {name: _text(row[place]) if place < len(row) else "" for name, place in places.items()}
        if not (said["code"] or said["title"]):
            continue
        faults = _faults(said, people, seen)
        seen.add(said["code"])
        if faults:
            plan.faults += [_("Dòng %(row)d: %(fault)s") % {"row": number, "fault": one} for one in faults]
            continue
        keeper = people[fold(said["keeper"])] if said.get("keeper") else by.position_id
        plan.rows.append(CasefileInput(year, said["code"], said["title"], _retention(said) or 0, keeper))
    if not plan.rows and not plan.faults:
        plan.faults.append(_("Bảng tính không có dòng nào dưới dòng tiêu đề."))
    return plan


def _head(rows: Sequence[Sequence[Any]]) -> tuple[int, Mapping[str, int]]:
    for number, row in enumerate(rows[:_HEAD_WITHIN]):
        texts = [fold(_text(one)) for one in row]
        places = {name: place for name, known in _COLUMNS.items() for place, text in enumerate(texts) if text in known}
        if {"code", "title"} <= places.keys():
            return number, places
    message = _("Không tìm thấy dòng tiêu đề; cần cột “Số, ký hiệu” và “Tiêu đề hồ sơ”.")
    raise Invalid("plan_headless", message, fields={"file": [message]})


def _people(by: Acting) -> Mapping[str, UUID]:
    found: dict[str, UUID] = {}
    for one in colleagues(by):
        found.setdefault(fold(one.title), one.id)
        found[fold(one.person.full_name)] = one.id
    return found


def _faults(said: Mapping[str, str], people: Mapping[str, UUID], seen: set[str]) -> list[str]:
    faults = []
    if not said["code"]:
        faults.append(_("thiếu số, ký hiệu."))
    if not said["title"]:
        faults.append(_("thiếu tiêu đề."))
    if said["code"] in seen:
        faults.append(_("số, ký hiệu “%(code)s” đã có ở dòng trên.") % {"code": said["code"]})
    if _retention(said) is None:
        years = ", ".join(retention_words(one) for one in RETENTIONS)
        faults.append(_("thời hạn bảo quản phải là một trong: %(years)s.") % {"years": years})
    if said.get("keeper") and fold(said["keeper"]) not in people:
        faults.append(_("không có “%(name)s” trong văn phòng.") % {"name": said["keeper"]})
    return faults


def _retention(said: Mapping[str, str]) -> int | None:
    """Years, 0 for ever; None for what cannot be read. A row that says nothing is kept ten years."""
    text = fold(said.get("retention", ""))
    if not text:
        return 10
    if "vinh vien" in text:
        return 0
    number = _NUMBER.search(text)
    years = int(number[0]) if number and len(number[0]) < 4 else -1  # nothing is kept a thousand years
    return years if years in RETENTIONS and years else None


def _text(value: Any) -> str:
    try:
        return clean_line(str(value)) if value is not None else ""
    except TextProblem:
        return "�"
