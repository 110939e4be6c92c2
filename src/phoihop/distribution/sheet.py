"""The members of a list as a workbook, out and in. A row in is found by its code, else by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from openpyxl import Workbook

from phoihop.core.errors import Invalid
from phoihop.core.text import TextProblem, clean_line, fold
from phoihop.distribution.selectors.facts import standing_now
from phoihop.distribution.selectors.membership import Membership
from phoihop.lists.incoming_books import Bounds, open_incoming
from phoihop.lists.workbook import MEDIA_TYPE, plain

__all__ = ["BOUNDS", "MEDIA_TYPE", "Read", "members_workbook", "read_members"]

BOUNDS = Bounds(megabytes=5, unpacked_megabytes=40, rows=5_000, columns=20)
_HEAD_WITHIN = 20
_NOT_IN_TITLES = re.compile(r"[\\/*?:\[\]]")


@dataclass
class Read:
    """The offices a workbook names, and a sentence for each row that could not be taken."""

    offices: list[UUID] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def members_workbook(title: str, membership: Membership, provinces: Mapping[str, str]) -> bytes:
    """Who is in a list now: code, name, province."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_TITLES.sub(" ", title)[:24].strip() or "1")
    sheet.append([_("Mã"), _("Tên văn phòng"), _("Tỉnh, thành phố")])
    for office in membership.offices:
        said = (office.code, office.name, provinces.get(office.province_code, ""))
        sheet.append([plain(value) for value in said])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def read_members(content: bytes) -> Read:
    """The offices of today that a workbook names, each once. Raises Invalid when it cannot be read as one."""
    rows = _rows(content)
    by_code = {fold(office.code): office.id for office in standing_now().rows.values()}
    by_name: dict[str, list[UUID]] = {}
    for office in standing_now().rows.values():
        for name in {fold(office.name), fold(office.short_name)}:
            by_name.setdefault(name, []).append(office.id)
    found = Read()
    for number, texts in rows:
        _take(number, texts, by_code, by_name, found)
    if not found.offices and not found.faults:
        found.faults.append(_("Bảng tính không có dòng nào dưới dòng tiêu đề."))
    return found


def _take(
    number: int, texts: Sequence[str], by_code: Mapping[str, UUID], by_name: Mapping[str, Sequence[UUID]], found: Read
) -> None:
    said = {"row": number, "text": next((text for text in texts if text), "")}
    office = next((by_code[fold(text)] for text in texts if fold(text) in by_code), None)
    if office is None:
        named = next((by_name[fold(text)] for text in texts if fold(text) in by_name), ())
        if len(named) > 1:
            found.faults.append(_("Dòng %(row)d: có nhiều văn phòng tên “%(text)s”; ghi mã.") % said)
            return
        office = named[0] if named else None
    if office is None:
        found.faults.append(_("Dòng %(row)d: không có văn phòng “%(text)s” trong danh bạ hiện nay.") % said)
    elif office in found.offices:
        found.faults.append(_("Dòng %(row)d: “%(text)s” đã có ở dòng trên.") % said)
    else:
        found.offices.append(office)


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    rows = _read(content)
    headings = {fold(_("Mã")), fold(_("Tên văn phòng")), "ma", "ten van phong", "code", "office"}
    head = next((n for n, row in enumerate(rows[:_HEAD_WITHIN]) if headings & {fold(_text(one)) for one in row}), None)
    if head is None:
        raise _refused(_("Không tìm thấy dòng tiêu đề; cần cột “Mã” hoặc “Tên văn phòng”."))
    wanted = [place for place, one in enumerate(rows[head]) if fold(_text(one)) in headings]
    return list(_filled(rows[head + 1 :], wanted, head + 2))


def _read(content: bytes) -> list[Sequence[Any]]:
    book = open_incoming(content, BOUNDS, with_results=True)
    if not book.visible:
        raise _refused(_("Bảng tính không có trang nào hiện ra."))
    sheet = book.sheet(book.visible[0])
    if sheet.is_too_long:
        raise _refused(_("Bảng tính có quá %(most)d dòng.") % {"most": BOUNDS.rows})
    return sheet.rows


def _filled(rows: Iterable[Sequence[Any]], wanted: Sequence[int], first: int) -> Iterable[tuple[int, list[str]]]:
    for number, row in enumerate(rows, first):
        texts = [_text(row[place]) for place in wanted]
        if any(texts):
            yield number, texts


def _text(value: Any) -> str:
    if value is None:
        return ""
    try:
        return clean_line(str(value))
    except TextProblem:
        return "�"


def _refused(message: str) -> Invalid:
    remedy = _("Mở bằng Excel hoặc LibreOffice, lưu thành .xlsx rồi tải lên lại.")
    return Invalid("sheet_unreadable", message, remedy=remedy, fields={"file": [f"{message} {remedy}"]})
