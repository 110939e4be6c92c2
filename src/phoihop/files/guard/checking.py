"""Checking what is typed and what is sent in. Every way in leads through one of these two functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy

from phoihop.core.errors import Invalid
from phoihop.files.extraction import CannotRead, Passage, extract_text
from phoihop.files.guard.incidents import Sighting, keep_incident
from phoihop.files.guard.marks import Level, find_mark, find_mark_in_name, find_mark_in_property
from phoihop.files.guard.notice import SPOTS, SecretFound
from phoihop.offices.acting import Acting

FIRST_PAGES: Final = 10
"""A mark stands on the first page; a bundle of papers has several first pages."""

_MENDED: Final = "application/vnd.openxmlformats-officedocument."
_LONG_FIELDS: Final = frozenset(("content", "remark"))
_WHERE: Final = {"page": "first_pages", "header": "stamp", "cell": "cell", "scan": "scan", "name": "first_pages"}
_MESSAGES: Final = {
    "encrypted": gettext_lazy("Tệp “%(name)s” đặt mật khẩu nên không kiểm tra được; chưa nhận."),
    "damaged": gettext_lazy("Tệp “%(name)s” bị hỏng hoặc không đúng định dạng nên không kiểm tra được; chưa nhận."),
    "too_large": gettext_lazy("Tệp “%(name)s” bung ra quá lớn nên không kiểm tra được; chưa nhận."),
    "too_many_pages": gettext_lazy("Tệp “%(name)s” quá nhiều trang nên không kiểm tra được; chưa nhận."),
    "polyglot": gettext_lazy("Tệp “%(name)s” ghép hai định dạng làm một nên không được nhận."),
    "embedded": gettext_lazy("Tệp “%(name)s” có tệp khác nhúng bên trong mà không kiểm tra được; chưa nhận."),
    "too_slow": gettext_lazy("Tệp “%(name)s” đọc quá lâu nên không kiểm tra được; chưa nhận."),
}
_REMEDIES: Final = {
    "encrypted": gettext_lazy("Bỏ mật khẩu của tệp rồi gửi lại."),
    "damaged": gettext_lazy("Mở tệp bằng phần mềm đã tạo ra nó, lưu lại rồi gửi lại."),
    "too_large": gettext_lazy("Lưu lại tệp không kèm ảnh lớn, hoặc xuất ra PDF rồi gửi lại."),
    "too_many_pages": gettext_lazy("Tách tệp thành nhiều phần dưới 5.000 trang."),
    "polyglot": gettext_lazy("Xuất lại tệp từ phần mềm soạn thảo rồi gửi lại."),
    "embedded": gettext_lazy("Bỏ tệp nhúng khỏi văn bản và đính kèm riêng từng tệp."),
    "too_slow": gettext_lazy("Tách tệp thành nhiều phần rồi gửi lại."),
}


def see_text(fields: Mapping[str, str]) -> tuple[str, Level] | None:
    """The first field that bears a mark, and the mark. Pure; what was typed is neither kept nor logged."""
    for field, text in fields.items():
        if text and (level := find_mark(text, "text" if field in _LONG_FIELDS else "title")):
            return field, level
    return None


def check_text(fields: Mapping[str, str], *, place: str, by: Acting) -> None:
    """Raise SecretFound, at the field, when a typed text bears a mark; keeps an incident, and nothing of the text."""
    if found := see_text(fields):
        field, level = found
        seen = Sighting(level, field if field in SPOTS else "other")
        keep_incident(seen, place=place, by=by)
        raise SecretFound(seen, field=field)


def check_name(name: str, *, place: str, by: Acting) -> None:
    """Raise SecretFound when the name of a file bears a mark."""
    if level := find_mark_in_name(name):
        _stop(Sighting(level, "file_name"), place, by)


def check_file(
    path: Path, *, name: str, media_type: str, place: str, by: Acting | None, must_be_readable: bool = True
) -> None:
    """Raise SecretFound when a file's name, properties or first pages bear a mark.

    Raises Invalid, saying what to do, when it cannot be looked at; unless it need not be readable, as what others
    have sent already. ``by`` is None for the node's own work, which keeps the incident itself.
    """
    if level := find_mark_in_name(name):
        _stop(Sighting(level, "file_name"), place, by)
    try:
        read = extract_text(path, media_type, pages=FIRST_PAGES, scans=True)
    except CannotRead as error:
        if must_be_readable and not _is_nobodys(error, media_type):
            raise cannot_read(error, name) from error
        return
    if seen := next(_sightings(read.passages), None):
        _stop(seen, place, by)


def _is_nobodys(error: CannotRead, media_type: str) -> bool:
    """A broken PDF or picture shows nobody anything; Word and Excel mend broken files, so those are refused."""
    return error.code == "damaged" and not media_type.startswith(_MENDED)


def _stop(seen: Sighting, place: str, by: Acting | None) -> None:
    if by is not None:
        keep_incident(seen, place=place, by=by)
    raise SecretFound(seen)


def _sightings(passages: Sequence[Passage]) -> Iterator[Sighting]:
    for one in passages:
        if level := _mark_of(one):
            yield Sighting(level, _WHERE.get(one.place, "property"))


def _mark_of(one: Passage) -> Level | None:
    match one.place:
        case "property":
            return find_mark_in_property(one.key, one.text)
        case "header":
            return find_mark(one.text, "stamp")
        case "cell":
            return find_mark(one.text, "cell")
        case "scan":
            return find_mark(one.text, "scan")
        case "name":
            return find_mark_in_name(one.text)
    return find_mark(one.text, "text")


def cannot_read(error: CannotRead, name: str) -> Invalid:
    """What a person is told of a file that cannot be looked at."""
    code = error.code if error.code in _MESSAGES else "damaged"
    return Invalid(f"file_{code}", str(_MESSAGES[code]) % {"name": name}, remedy=str(_REMEDIES[code]))
