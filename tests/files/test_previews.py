"""Files drawn in the page: what a reader sees, what never comes through, and what is refused in words."""

from __future__ import annotations

import io
import time
import unicodedata
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

import openpyxl
import pytest
from PIL import Image

from phoihop.core.errors import Invalid
from phoihop.dispatches.models import Dispatch
from phoihop.files.previewing.confined import read_confined
from phoihop.files.previewing.limits import Limits, Refused
from phoihop.files.previews import page_of, page_picture, preview_of, thumbnail
from phoihop.files.sniffing import OFFICE_TYPES
from phoihop.files.storage import store_bytes
from tests.cast import HA_TINH, NGHE_AN_PARTY
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.browsing import page_of as page_of_document
from tests.files.test_attachment_texts import issued_with

PDF, DOCX, XLSX = "application/pdf", OFFICE_TYPES[".docx"], OFFICE_TYPES[".xlsx"]
MARKUP = "<script>alert(1)</script>"


def pdf(*pages: str, count: int = 0) -> bytes:
    """A PDF whose pages say one line each; ``count`` repeats an empty page so often."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for text in pages:
        stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode()
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(len(objects))
    for _number in range(count):
        objects.append(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>")
        kids.append(len(objects))
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), listed)
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def picture(size: tuple[int, int] = (400, 300), form: str = "JPEG", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "green").save(out, form, **more)
    return out.getvalue()


_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BODY = """<w:document xmlns:w="{ns}"><w:body>
<w:p><w:pPr><w:pStyle w:val="Muc1"/></w:pPr><w:r><w:t>Phương án sơ tán</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">Kính gửi: </w:t></w:r>
<w:r><w:rPr><w:b/><w:i w:val="0"/></w:rPr><w:t>{said}</w:t></w:r>
<w:del><w:r><w:delText>đã bỏ</w:delText></w:r></w:del></w:p><w:p/>
<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>Mường Xén</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>214 hộ</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"""
_STYLES = """<w:styles xmlns:w="{ns}"><w:style w:styleId="Muc1"><w:name w:val="heading 1"/></w:style></w:styles>"""


def word_document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", _BODY.format(ns=_WORDS, said="UBND xã " + escape(MARKUP)))
        packed.writestr("word/styles.xml", _STYLES.format(ns=_WORDS))
    return out.getvalue()


def workbook() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Số liệu"
    sheet.append(["Xã", "Số hộ", "Ngày", "Tỷ lệ"])
    sheet.append([MARKUP, 12345.5, date(2026, 10, 3), 0.125])
    sheet["D2"].number_format = "0.0%"
    made.create_sheet("Ẩn").sheet_state = "hidden"
    made.save(out)
    return out.getvalue()


def _stored(content: bytes) -> str:
    return store_bytes(content).sha256


def test_a_page_is_a_picture_with_its_words_where_they_stand() -> None:
    sha256 = _stored(pdf("Bao cao nhanh", "Trang hai"))
    assert preview_of(sha256, PDF).pages == 2
    look = page_of(sha256, PDF, 2)
    assert (look.width, look.height) == (595, 842)
    (first, left, top, width, height), second = look.words
    assert (first, second[0]) == ("Trang", "hai")
    assert 70 < left < 75
    assert 100 < top < 160
    assert 50 < width < 90
    assert 15 < height < 40
    with Image.open(page_picture(sha256, PDF, 2)) as drawn:
        assert drawn.format == "WEBP"
        box = (
            int(left / 595 * drawn.width),
            int(top / 842 * drawn.height),
            int(140 / 595 * drawn.width),
            int(150 / 842 * drawn.height),
        )
        assert min(drawn.convert("L").crop(box).tobytes()) < 80, "the words are drawn where the list says"


def test_a_picture_loses_everything_but_its_pixels() -> None:
    exif = Image.Exif()
    exif[0x010E], exif[0x8825] = "bi mat cua nguoi chup", {1: "N"}
    sha256 = _stored(picture(exif=exif, comment=b"ghi chu rieng"))
    drawn = page_picture(sha256, "image/jpeg", 1).read_bytes()
    assert b"bi mat" not in drawn
    assert b"ghi chu" not in drawn
    with Image.open(io.BytesIO(drawn)) as again:
        assert again.size == (400, 300)
        assert not again.getexif()


def test_a_scan_of_many_pages_has_them_all() -> None:
    frames = [Image.new("L", (60, 80), shade) for shade in (0, 128, 255)]
    out = io.BytesIO()
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    sha256 = _stored(out.getvalue())
    assert preview_of(sha256, "image/tiff").pages == 3
    with Image.open(page_picture(sha256, "image/tiff", 2)) as drawn:
        assert abs(drawn.convert("L").tobytes()[40 * 60 + 30] - 128) < 6


@pytest.mark.parametrize(
    ("content", "kind"), [(pdf("a"), PDF), (picture(), "image/jpeg"), (picture(form="PNG"), "image/png")]
)
def test_a_thumbnail_is_small(content: bytes, kind: str) -> None:
    with Image.open(thumbnail(_stored(content), kind)) as drawn:
        assert drawn.width <= 192
        assert drawn.height <= 256


def test_a_word_document_is_its_words() -> None:
    blocks = preview_of(_stored(word_document()), DOCX).content["blocks"]
    assert [block["kind"] for block in blocks] == ["h1", "paragraph", "table"]
    assert blocks[1]["runs"][1] == {"text": "UBND xã " + MARKUP, "b": True, "i": False, "u": False}
    assert blocks[2]["rows"][0][1]["blocks"][0]["runs"][0]["text"] == "214 hộ"


def test_a_workbook_is_its_visible_cells_as_an_office_writes_them() -> None:
    sheets = preview_of(_stored(workbook()), XLSX).content["sheets"]
    assert [sheet["name"] for sheet in sheets] == ["Số liệu"]
    assert [cell["text"] for cell in sheets[0]["rows"][1]] == [MARKUP, "12.345,5", "03/10/2026", "12,5 %"]


SAID = "Kính gửi Ủy ban nhân dân xã. Đề nghị khẩn trương sơ tán."


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
def test_a_text_is_read_in_whatever_set_it_was_saved(name: str) -> None:
    content = _cp1258(SAID) if name == "cp1258" else SAID.encode(name)
    assert preview_of(_stored(content), "text/plain").content["text"] == SAID


_TONES = "\u0300\u0301\u0303\u0309\u0323"


def _cp1258(text: str) -> bytes:
    """Windows keeps tones apart from letters, except those that Western Europe has."""
    out = b""
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = list(unicodedata.normalize("NFD", char))
            letter = unicodedata.normalize("NFC", "".join(one for one in parts if one not in _TONES))
            out += letter.encode("cp1258") + "".join(one for one in parts if one in _TONES).encode("cp1258")
    return out


def _zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


def _bomb() -> bytes:
    return _zipped("word/document.xml", b" " * (310 * 1024 * 1024))


def _large_picture() -> bytes:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, "PNG")
    return out.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><w:document
xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>&x;&b;het</w:t></w:r></w:p>
</w:body></w:document>"""

REFUSED: list[tuple[str, Callable[[], bytes], str, str]] = [
    ("ten thousand pages", lambda: pdf(count=10_000), PDF, "quá nhiều trang"),
    ("no PDF", lambda: b"%PDF-1.7 khong phai", PDF, "hỏng"),
    ("no picture", lambda: b"\x89PNG\r\n\x1a\nkhong phai", "image/png", "hỏng"),
    ("an image bomb", _large_picture, "image/png", "quá lớn"),
    ("a zip bomb", _bomb, DOCX, "quá lớn"),
    ("no zip", lambda: b"PK\x03\x04khong phai", XLSX, "hỏng"),
    ("another zip", lambda: _zipped("a.txt", b"a"), XLSX, "hỏng"),
    ("a password on a document", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), DOCX, "mật khẩu"),
    ("bytes that are no text", lambda: bytes(range(256)) * 8, "text/plain", "hỏng"),
    ("a program for slides", lambda: b"PK", OFFICE_TYPES[".pptx"], "loại tệp này"),
]


@pytest.mark.parametrize(("content", "kind", "words"), [one[1:] for one in REFUSED], ids=[one[0] for one in REFUSED])
def test_what_cannot_be_shown_says_why(content: Callable[[], bytes], kind: str, words: str) -> None:
    sha256, began = _stored(content()), time.monotonic()
    for _again in range(2):
        with pytest.raises(Invalid) as refused:
            preview_of(sha256, kind)
        assert words in refused.value.message
        assert "tải tệp về" in refused.value.remedy
    assert time.monotonic() - began < 20


def test_no_entity_of_a_document_is_followed() -> None:
    blocks = preview_of(_stored(_zipped("word/document.xml", ENTITIES)), DOCX).content["blocks"]
    said = "".join(run["text"] for block in blocks for run in block["runs"])
    assert "root:" not in said
    assert "aaaa" not in said


def test_a_reader_is_ended_when_it_takes_too_much(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf("a"))
    for limits in (Limits(seconds=60, memory=40 * 1024 * 1024, output=10**7), Limits(60, 1024**3, 10)):
        with pytest.raises(Refused):
            read_confined("pdf", path, tmp_path, limits=limits)
    assert read_confined("pdf", path, tmp_path)["pages"] == 1


@pytest.mark.django_db
class TestPages:
    """The page Xem of an attachment."""

    @pytest.fixture
    def record(self) -> UUID:
        return issued_with(
            ("Phương án.docx", word_document()),
            ("Số liệu.xlsx", workbook()),
            ("Bản đồ.jpg", picture()),
            ("Kèm.pdf", pdf("Khe Che", "Hai")),
        )

    @pytest.mark.parametrize("number", [1, 2])
    def test_nothing_of_a_document_acts(self, record: UUID, number: int) -> None:
        page = client_of("chuyenvien", HA_TINH).get(f"/files/records/{record}/{number}/view/")
        assert "&lt;script&gt;" in text_of(page)
        assert MARKUP not in text_of(page)
        assert "unsafe" not in page.headers["Content-Security-Policy"]

    def test_what_was_searched_for_is_marked(self, record: UUID) -> None:
        client = client_of("chuyenvien", HA_TINH)
        assert "<mark>Mường</mark>" in text_of(client.get(f"/files/records/{record}/1/view/", {"q": "muong"}))
        page = text_of(client.get(f"/files/records/{record}/4/view/", {"q": "khe"}))
        assert page.count("ph-look-hit") == 1
        assert f"/files/records/{record}/4/view/?page=2&amp;q=khe" in page

    def test_pages_follow_one_another(self, record: UUID) -> None:
        client = client_of("chuyenvien", HA_TINH)
        address = f"/files/records/{record}/4/view/"
        assert "Trang sau" in text_of(client.get(address))
        last = text_of(client.get(address, {"page": "2"}))
        assert "Trang trước" in last
        assert "Trang sau" not in last
        for odd in ("0", "99", "x", "-1", "9" * 30):
            assert client.get(address, {"page": odd}).status_code == 200
        second = client.get(f"/files/records/{record}/4/pages/2/")
        assert second.headers["Content-Type"] == "image/webp"
        assert b"".join(second).startswith(b"RIFF")
        assert client.get(f"/files/records/{record}/4/pages/9/").status_code == 422

    def test_a_stranger_finds_neither_page_nor_picture(self, record: UUID) -> None:
        stranger = client_of("chuyenvien", NGHE_AN_PARTY)
        for part in ("view/", "thumbnail/", "pages/1/"):
            assert stranger.get(f"/files/records/{record}/4/{part}").status_code == 404

    def test_the_document_lists_its_files_with_thumbnails(self, record: UUID) -> None:
        client = client_of("chuyenvien", HA_TINH)
        with papers.office_of("chuyenvien", HA_TINH):
            document = Dispatch.objects.get(record_id=record).id
        page = text_of(client.get(page_of_document(document)))
        assert page.count("ph-thumb") == 2
        for number in (1, 2, 3, 4):
            assert f'href="/files/records/{record}/{number}/view/' in page
        small = client.get(f"/files/records/{record}/3/thumbnail/")
        assert small.headers["Content-Type"] == "image/webp"
        b"".join(small)
        none = client.get(f"/files/records/{record}/1/thumbnail/")
        assert none.headers["Content-Type"] == "image/svg+xml"
