"""Files that bear a mark are stopped wherever it stands, and nothing of them stays; others come through."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from phoihop.core.errors import Invalid
from phoihop.files.actions import receive_file
from phoihop.files.extraction.scans import can_read_scans
from phoihop.files.guard.notice import RULE, SecretFound
from phoihop.files.models import Incident
from tests.cast import NGHE_AN, acting
from tests.dispatches.papers import office_of
from tests.files import made

ORDINARY = ["Số: 12/UBND-NN", "V/v bảo mật thông tin, mật độ dân số", "Kính gửi: Các đơn vị"]
MARKED = ["UBND TỈNH NGHỆ AN", "TỐI MẬT", "Kính gửi: Các đơn vị"]

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504

STOPPED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "page": ("Kế hoạch.pdf", lambda: made.pdf([MARKED]), "first_pages"),
    "page of a bundle": ("Kế hoạch.pdf", lambda: made.pdf([ORDINARY] * 5 + [MARKED]), "first_pages"),
    "title of a PDF": ("Kế hoạch.pdf", lambda: made.pdf([ORDINARY], title="Kế hoạch (Mật)"), "property"),
    "title that is no sound text": ("a.pdf", lambda: made.pdf([ORDINARY], title="\ud800 Kế hoạch (Mật)"), "property"),
    "name": ("KH 12 (Tuyệt mật).pdf", lambda: made.pdf([ORDINARY]), "file_name"),
    "document": ("a.docx", lambda: made.docx({"word/document.xml": made.document(*MARKED)}), "first_pages"),
    "header": ("a.docx", lambda: made.docx({"word/header1.xml": made.part("hdr", "Mật")}), "stamp"),
    "footer": ("a.docx", lambda: made.docx({"word/footer2.xml": made.part("ftr", "TUYỆT MẬT")}), "stamp"),
    "text box": (
        "a.docx",
        lambda: made.docx(
            {
                "word/document.xml": made.document(
                    "Thường",
                    inside="<w:p><w:r><w:txbxContent><w:p><w:r><w:t>M</w:t></w:r><w:r><w:t>ẬT</w:t></w:r>"
                    "</w:p></w:txbxContent></w:r></w:p>",
                )
            }
        ),
        "stamp",
    ),
    "watermark": (
        "a.docx",
        lambda: made.docx({"word/document.xml": made.document("a", inside='<v:textpath string="MẬT"/>')}),
        "stamp",
    ),
    "custom property": (
        "a.docx",
        lambda: made.docx({"docProps/custom.xml": '<p><property name="Độ mật"><s>Mật</s></property></p>'}),
        "property",
    ),
    "cell": ("a.xlsx", lambda: made.xlsx([["Đơn vị", "Độ mật"], ["A", "Tối mật"]]), "cell"),
    "sheet header": ("a.xlsx", lambda: made.xlsx([["A"]], header="MẬT"), "stamp"),
    "sheet name": ("a.xlsx", lambda: made.xlsx([["A"]], sheet="TỐI MẬT"), "first_pages"),
    "text": ("a.txt", lambda: "\n".join(MARKED).encode(), "first_pages"),
    "text in UTF-16": ("a.txt", lambda: "\n".join(MARKED).encode("utf-16"), "first_pages"),
    "comment": ("a.docx", lambda: made.docx({"word/comments.xml": made.remark("comment", "TỐI MẬT")}), "first_pages"),
    "notes of slides": ("a.pptx", lambda: made.pptx(["Thường"], notes="TỐI MẬT"), "stamp"),
    "embedded workbook": (
        "a.docx",
        lambda: made.docx({"word/embeddings/b.xlsx": made.xlsx([["Độ mật"], ["Tối mật"]])}),
        "cell",
    ),
    "embedded PDF": ("a.docx", lambda: made.docx({"word/embeddings/b.pdf": made.pdf([MARKED])}), "first_pages"),
    "attached to a PDF": (
        "a.pdf",
        lambda: made.pdf_with_attachment("b.docx", made.docx({"word/document.xml": made.document(*MARKED)})),
        "first_pages",
    ),
    "name attached to a PDF": ("a.pdf", lambda: made.pdf_with_attachment("KH (Mật).txt", b"a"), "first_pages"),
    "XMP": (
        "a.pdf",
        lambda: (
            made.pdf([ORDINARY])
            + b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><title xmlns='http://purl.org/dc/elements/1.1/'>"
            + "Kế hoạch (Mật)".encode()
            + b"</title></x:xmpmeta>"
        ),
        "property",
    ),
    "document under another name": (
        "a.zip",
        lambda: made.docx({"word/document.xml": made.document(*MARKED)}),
        "first_pages",
    ),
}
SCANNED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "scan": ("quet.pdf", lambda: made.scanned_pdf(["UBND TỈNH NGHỆ AN", "TỐI MẬT", "KẾ HOẠCH"])),
    "picture in a document": (
        "a.docx",
        lambda: made.docx({"word/media/image1.png": made.png(["Số: 12/KH-UBND", "TUYỆT MẬT", "KẾ HOẠCH"])}),
    ),
    "picture": ("anh.png", lambda: made.png(["Số: 12/KH-UBND", "TUYỆT MẬT", "KẾ HOẠCH"])),
}
PASSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PDF": ("Bảo mật thông tin.pdf", lambda: made.pdf([ORDINARY], title="Mật độ dân số")),
    "PDF whose title is no sound text": ("a.pdf", lambda: made.pdf([ORDINARY], title="\ud800 Mật độ")),
    "document": ("a.docx", lambda: made.docx({"word/header1.xml": made.part("hdr", "Bảo mật")})),
    "sheet": ("a.xlsx", lambda: made.xlsx([["Sản phẩm", "Lít"], ["Mật ong", 12], ["Mật", 3]], title="Mật ong")),
    "text": ("a.txt", lambda: "\n".join(ORDINARY).encode()),
    "document with a chart": (
        "a.docx",
        lambda: made.docx({"word/embeddings/b.xlsx": made.xlsx([["Mật ong", 3]]), "word/embeddings/o.bin": OLE}),
    ),
    "PDF with data": ("a.pdf", lambda: made.pdf_with_attachment("hoa-don.xml", b"<a>1</a>")),
    "scan": ("quet.pdf", lambda: made.scanned_pdf(["SỐ LIỆU MẬT ĐỘ DÂN SỐ", "BẢO MẬT THÔNG TIN"])),
}
UNREADABLE: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "password": ("a.pdf", lambda: made.pdf([ORDINARY], encrypted=True), "file_encrypted"),
    "pages": ("a.pdf", lambda: made.pdf([["a"]] * 10_000), "file_too_many_pages"),
    "bomb": ("a.docx", made.bomb, "file_too_large"),
    "PDF and archive": ("a.pdf", lambda: made.pdf([ORDINARY]) + made.docx({}), "file_polyglot"),
    "picture and PDF": ("a.png", lambda: made.png(["A"])[:60] + made.pdf([ORDINARY]), "file_polyglot"),
    "cut off": ("a.docx", lambda: made.docx({})[:200], "file_damaged"),
    "embedded package": ("a.docx", lambda: made.docx({"word/embeddings/o.bin": OLE + b"PK\x03\x04"}), "file_embedded"),
    "embedded in embedded": (
        "a.docx",
        lambda: made.docx({"word/embeddings/b.docx": made.docx({"word/embeddings/c.docx": made.docx({})})}),
        "file_embedded",
    ),
    "embedded with a password": (
        "a.docx",
        lambda: made.docx({"word/embeddings/b.docx": OLE + "EncryptedPackage".encode("utf-16-le")}),
        "file_encrypted",
    ),
    "archive attached to a PDF": (
        "a.pdf",
        lambda: made.pdf_with_attachment("b.zip", b"PK\x05\x06" + b"\0" * 18),
        "file_embedded",
    ),
    "entities": (
        "a.docx",
        lambda: made.docx({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'}),
        "file_damaged",
    ),
}


def kept() -> set[Path]:
    root = Path(settings.FILES_ROOT)
    return {path for path in root.rglob("*") if path.is_file()} if root.exists() else set()


@pytest.mark.parametrize("case", STOPPED)
def test_a_marked_file_leaves_nothing_but_an_incident(case: str, fresh_database: str) -> None:
    name, content, spot = STOPPED[case]
    before = kept()
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(SecretFound) as stopped:
        receive_file([content()], name=name, by=by)
    assert stopped.value.seen.spot == spot
    assert str(RULE) in str(stopped.value)
    assert kept() == before
    with office_of("quantri", NGHE_AN):
        (incident,) = Incident.objects.all()
    assert (incident.person_name, incident.place, incident.spot) == (by.person_name, "upload", spot)
    assert not any(words in repr(incident.__dict__) for words in ("Kính gửi", "Kế hoạch", name))


@pytest.mark.parametrize("case", SCANNED)
def test_marks_are_read_off_pictures(case: str) -> None:
    assert can_read_scans(), "tesseract with Vietnamese: scripts/install_test_packages.sh"
    name, content = SCANNED[case]
    with pytest.raises(SecretFound) as stopped:
        receive_file([content()], name=name)
    assert stopped.value.seen.spot == "scan"


@pytest.mark.parametrize("case", PASSED)
def test_ordinary_files_come_through(case: str) -> None:
    name, content = PASSED[case]
    stored, _name, _kind = receive_file([content()], name=name)
    assert stored.size


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_looked_at_is_refused_with_what_to_do(case: str) -> None:
    name, content, code = UNREADABLE[case]
    before = kept()
    with pytest.raises(Invalid) as refused:
        receive_file([content()], name=name)
    assert refused.value.code == code
    assert refused.value.remedy
    assert kept() == before


def test_an_editor_that_saves_itself_makes_one_incident(fresh_database: str) -> None:
    by = acting("chuyenvien", NGHE_AN)
    for _ in range(3):
        with pytest.raises(SecretFound):
            receive_file([b"MAT"], name="MẬT.txt", by=by)
    with office_of("quantri", NGHE_AN):
        (incident,) = Incident.objects.all()
    assert incident.times == 3
