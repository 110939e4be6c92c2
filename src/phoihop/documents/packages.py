"""Opening a stranger's DOCX: what is inside is counted and looked through before anything parses it."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from lxml import etree

from phoihop.core.errors import Invalid

_MOST_PARTS: Final = 3_000
_MOST_BYTES: Final = 120 * 1024 * 1024
_MOST_XML: Final = 40 * 1024 * 1024
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ACTIVE: Final = ("vbaproject", "vbadata", "activex/", "/macros")
_NOTHING_FROM_OUTSIDE: Final[dict[str, Any]] = {"resolve_entities": False, "no_network": True, "load_dtd": False}
MAIN_PART: Final = "word/document.xml"


def read_package(data: bytes) -> dict[str, bytes]:
    """The XML parts of a DOCX by name, without those that act.

    Raises Invalid: ``encrypted`` (or a document of Word 97), ``not_word``, ``too_large``, ``macros``, ``damaged``.
    """
    if data.startswith(_OLD_WORD):
        raise Invalid(
            "encrypted",
            _("Tệp có mật khẩu hoặc là Word kiểu cũ (.doc) nên không đọc được."),
            remedy=_("Bỏ mật khẩu, lưu lại dưới dạng .docx rồi tải lên."),
        )
    try:
        with zipfile.ZipFile(BytesIO(data)) as package:
            return _parts(package)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as broken:
        raise not_word() from broken


def _parts(package: zipfile.ZipFile) -> dict[str, bytes]:
    inside = package.infolist()
    if len(inside) > _MOST_PARTS or sum(one.file_size for one in inside) > _MOST_BYTES:
        raise _too_large()
    _refuse_active([one.filename for one in inside])
    parts, read = {}, 0
    for one in inside:
        if not one.filename.endswith((".xml", ".rels")):
            continue
        with package.open(one) as opened:
            content = opened.read(_MOST_XML - read + 1)
        read += len(content)
        if read > _MOST_XML:
            raise _too_large()
        if content and _declares_a_type(content):
            raise not_word()
        parts[one.filename] = content
    if MAIN_PART not in parts or "[Content_Types].xml" not in parts:
        raise not_word()
    if _says_macros(parts["[Content_Types].xml"]):
        raise _macros()
    return parts


def _declares_a_type(content: bytes) -> bool:
    """Whether a part brings a document type, where entities hide; asked of a parser, since encodings differ.

    Only what stands before the first element is read. What no parser can begin counts as such a part.
    """
    try:
        for _event, root in etree.iterparse(BytesIO(content), events=("start",), **_NOTHING_FROM_OUTSIDE):
            return bool(root.getroottree().docinfo.doctype)
    except etree.XMLSyntaxError:
        return True
    return True


def _says_macros(content_types: bytes) -> bool:
    try:
        root = etree.fromstring(content_types, etree.XMLParser(**_NOTHING_FROM_OUTSIDE))
    except etree.XMLSyntaxError as broken:
        raise not_word() from broken
    return any("macroenabled" in str(value).lower() for one in root.iter() for value in one.attrib.values())


def _refuse_active(names: list[str]) -> None:
    if any(mark in name.lower() for name in names for mark in _ACTIVE):
        raise _macros()


def _macros() -> Invalid:
    return Invalid(
        "macros",
        _("Tệp Word có macro hoặc thành phần tự chạy nên không được nhận."),
        remedy=_("Lưu lại dưới dạng .docx không có macro rồi tải lên."),
    )


def _too_large() -> Invalid:
    return Invalid("too_large", _("Tệp Word quá lớn khi mở ra."), remedy=_("Giảm hình ảnh trong tệp rồi tải lên lại."))


def not_word() -> Invalid:
    """The refusal of a file that is no DOCX, or a broken one."""
    return Invalid(
        "not_word",
        _("Tệp này không phải văn bản Word (.docx) hoặc đã hỏng."),
        remedy=_("Mở bằng Word, lưu lại dưới dạng .docx rồi tải lên."),
    )
