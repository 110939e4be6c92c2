"""A casefile as a package for the archive: its files, a list of its documents, a protocol, metadata and hashes.

The archive is a ZIP: ``tai-lieu/`` with the files as they are, ``muc-luc-van-ban.pdf`` and ``bien-ban-giao-nhan.pdf``
(PDF/A-2b), ``metadata.xml`` and ``SHA256SUMS``, which ``sha256sum -c`` reads.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Final
from xml.etree import ElementTree

from django.utils.translation import gettext as _

from phoihop.casefiles.models import Casefile
from phoihop.casefiles.registry import PackedFile, source_of
from phoihop.casefiles.selectors import ListedItem
from phoihop.casefiles.wording import retention_words
from phoihop.core.clock import local, now
from phoihop.core.errors import NotFound
from phoihop.core.text import slug
from phoihop.documents.registers import PrintedRegister, write_register
from phoihop.files.storage import open_stored, read_chunks
from phoihop.offices.acting import Acting

NAMESPACE: Final = "urn:phoihop:casefile:1"
_HEAD_WIDTHS: Final = (10, 32, 22, 50, 0, 26)
_FILE_WIDTHS: Final = (10, 0, 50, 30)


@dataclass(frozen=True)
class Packed:
    """One file in the package: its path there, the item it belongs to, size in bytes; empty hash when it is missing."""

    path: str
    number: int
    file: PackedFile
    size: int = 0
    sha256: str = ""


def write_package(
    target: IO[bytes], found: Casefile, items: Sequence[ListedItem], files: Sequence[Packed], *, by: Acting
) -> None:
    """Write the package of a casefile, with the files of ``files_of``, to an open file.

    Asks nothing of the database, since other processes typeset the lists. Reads the files in parts; memory does not
    grow with them.
    """
    with (
        TemporaryDirectory() as folder,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped,
    ):
        packed = [_put(zipped, one) for one in files]
        papers = {
            "muc-luc-van-ban.pdf": _contents(found, items, packed, by),
            "bien-ban-giao-nhan.pdf": _protocol(found, items, packed, by),
        }
        sums = [f"{one.sha256}  {one.path}" for one in packed if one.sha256]
        for name, paper in papers.items():
            path = Path(folder) / name
            write_register(path, paper)
            zipped.write(path, name)
            sums.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}")
        metadata = _metadata(found, items, packed, by)
        zipped.writestr("metadata.xml", metadata)
        sums.append(f"{hashlib.sha256(metadata).hexdigest()}  metadata.xml")
        zipped.writestr("SHA256SUMS", "\n".join(sums) + "\n")


def files_of(items: Sequence[ListedItem], *, by: Acting) -> Sequence[Packed]:
    """Which files the items bring, and where each stands in the package."""
    return list(_files(items, by))


def _files(items: Sequence[ListedItem], by: Acting) -> Iterator[Packed]:
    for one in items:
        source = source_of(one.item.kind)
        files = source.files(one.item.subject_id, by) if source and one.item.subject_id and one.described else ()
        if one.item.text:
            files = (PackedFile("ghi-chu.txt", "text/plain", text=one.item.text),)
        for order, file in enumerate(files, 1):
            stem, dot, ending = file.name.rpartition(".")
            name = f"{slug(stem) or 'tep'}.{slug(ending)}" if dot else slug(file.name) or "tep"
            yield Packed(f"tai-lieu/{one.item.number:03d}-{order:02d}-{name}", one.item.number, file)


def _put(zipped: zipfile.ZipFile, one: Packed) -> Packed:
    """Copy one file in; one whose bytes are not at this node is named as missing."""
    digest, size = hashlib.sha256(), 0
    if not one.file.sha256:
        data = one.file.text.encode()
        zipped.writestr(one.path, data)
        return Packed(one.path, one.number, one.file, len(data), hashlib.sha256(data).hexdigest())
    try:
        stored = open_stored(one.file.sha256)
    except NotFound:
        return one
    with stored, zipped.open(one.path, "w", force_zip64=True) as inside:
        for chunk in read_chunks(stored):
            inside.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    return Packed(one.path, one.number, one.file, size, digest.hexdigest())


def _contents(found: Casefile, items: Sequence[ListedItem], packed: Sequence[Packed], by: Acting) -> PrintedRegister:
    counts = {one.item.number: sum(file.number == one.item.number for file in packed) for one in items}
    return PrintedRegister(
        office=by.office_name,
        body="",
        title=_("MỤC LỤC VĂN BẢN, TÀI LIỆU"),
        facts=_facts(found, len(items)),
        head=(_("STT"), _("Số, ký hiệu"), _("Ngày"), _("Tác giả"), _("Tên loại, trích yếu"), _("Số tệp")),
        widths=_HEAD_WIDTHS,
        rows=tuple((str(one.item.number), *_row(one), str(counts[one.item.number])) for one in items),
        ending=(_("Hồ sơ gồm %(n)d văn bản, tài liệu.") % {"n": len(items)},),
        signatures=(_("Người lập hồ sơ"), _("Chánh Văn phòng")),
        is_volume=False,
    )


def _protocol(found: Casefile, items: Sequence[ListedItem], packed: Sequence[Packed], by: Acting) -> PrintedRegister:
    missing = sum(not one.sha256 for one in packed)
    ending = [
        _("Số tệp giao: %(n)d; giá trị SHA-256 của từng tệp ghi trong SHA256SUMS.") % {"n": len(packed) - missing}
    ]
    if missing:
        ending.append(_("Số tệp không có tại máy chủ này nên chưa giao được: %(n)d.") % {"n": missing})
    others = sum(one.file.media_type != "application/pdf" for one in packed)
    if others:
        ending.append(_("Số tệp không phải PDF, giao nguyên dạng: %(n)d.") % {"n": others})
    return PrintedRegister(
        office=by.office_name,
        body="",
        title=_("BIÊN BẢN GIAO NHẬN HỒ SƠ, TÀI LIỆU"),
        facts=_facts(found, len(items)),
        head=(_("STT"), _("Tệp"), _("Loại"), _("Dung lượng (byte)")),
        widths=_FILE_WIDTHS,
        rows=tuple(
            (str(order), one.path, one.file.media_type, str(one.size) if one.sha256 else _("thiếu"))
            for order, one in enumerate(packed, 1)
        ),
        ending=tuple(ending),
        signatures=(_("Bên giao"), _("Bên nhận (lưu trữ cơ quan)")),
        is_volume=False,
    )


def _facts(found: Casefile, size: int) -> tuple[str, ...]:
    kept = retention_words(found.retention)
    return (
        _("Hồ sơ số: %(code)s, năm %(year)d") % {"code": found.code, "year": found.year},
        _("Tiêu đề: %(title)s") % {"title": found.title},
        _("Thời hạn bảo quản: %(kept)s") % {"kept": kept},
        _("Người lập: %(keeper)s") % {"keeper": found.keeper},
        _("Số văn bản, tài liệu: %(n)d") % {"n": size},
    )


def _row(one: ListedItem) -> tuple[str, str, str, str]:
    said = one.described
    if said is None:
        return "", local(one.item.added_at).strftime("%d/%m/%Y"), one.item.added_by, one.item.text or _("Không còn")
    return said.code, said.dated.strftime("%d/%m/%Y") if said.dated else "", said.issuer, said.title


def _metadata(found: Casefile, items: Sequence[ListedItem], packed: Sequence[Packed], by: Acting) -> bytes:
    root = ElementTree.Element("casefile", {"xmlns": NAMESPACE, "id": str(found.id)})
    facts = {
        "office": by.office_name, "officeCode": by.office_code, "year": found.year, "code": found.code,
        "title": found.title, "retentionYears": found.retention or "permanent", "keeper": found.keeper,
        "opened": found.opened_on or "", "closed": found.closed_on or "", "written": local(now()).isoformat(),
    }  # fmt: skip
    for name, value in facts.items():
        ElementTree.SubElement(root, name).text = str(value)
    for one in items:
        code, dated, author, title = _row(one)
        entry = ElementTree.SubElement(root, "item", {"number": str(one.item.number), "kind": one.item.kind})
        for name, value in (("code", code), ("date", dated), ("author", author), ("title", title)):
            ElementTree.SubElement(entry, name).text = value
        for file in (file for file in packed if file.number == one.item.number):
            told = {"path": file.path, "mediaType": file.file.media_type, "size": str(file.size)}
            told |= {"sha256": file.sha256} if file.sha256 else {"missing": "true"}
            ElementTree.SubElement(entry, "file", told)
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))
