"""Attachments: encodings, archives, names, and files that mean harm."""

from __future__ import annotations

import base64
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.dispatches.edxml import Limits, sniff
from phoihop.dispatches.edxml.attachments import decode_base64, safe_name
from tests.dispatches.edxml.messages import PDF, File, Message, document, refusal, warned, zipped

MESSAGE = Message()
DOCX = zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
KB = 1024


def with_file(data: bytes, name: str = "van-ban.pdf", content_type: str = "application/pdf") -> Message:
    return MESSAGE.but(files=(File(name, data, content_type),))


@pytest.mark.parametrize("content_type", ["application/pdf", "application/zip", "", "image/png"])
@pytest.mark.parametrize("data", [PDF, zipped({"goc.pdf": PDF})])
def test_raw_or_zipped_whatever_the_type_says(content_type: str, data: bytes) -> None:
    found = document(with_file(data, content_type=content_type))
    (attachment,) = found.attachments
    assert (attachment.name, attachment.kind.name, attachment.data) == ("van-ban.pdf", "pdf", PDF)
    assert attachment.declared_type == content_type
    assert found.warnings == ()


def test_the_inner_name_is_kept_beside_the_declared_one() -> None:
    (attachment,) = document(with_file(zipped({"a/b/Bản gốc.pdf": PDF}), name="Công văn 12.pdf")).attachments
    assert (attachment.name, attachment.inner_name) == ("Công văn 12.pdf", "Bản gốc.pdf")


def test_a_declared_zip_takes_the_name_of_what_was_in_it() -> None:
    (attachment,) = document(with_file(zipped({"goc.pdf": PDF}), name="goi.zip")).attachments
    assert attachment.name == "goc.pdf"


def test_a_wrong_extension_is_corrected_and_told() -> None:
    found = document(with_file(PDF, name="cong-van.doc"))
    assert found.attachments[0].name == "cong-van.pdf"
    assert found.attachments[0].declared_name == "cong-van.doc"
    assert warned(found) == {"attachment_kind_differs"}


def test_office_documents_are_not_taken_apart() -> None:
    found = document(with_file(DOCX, name="bao-cao.docx"))
    assert (found.attachments[0].kind.name, found.attachments[0].data) == ("docx", DOCX)
    (inner,) = document(with_file(zipped({"x": DOCX}), name="bao-cao.docx")).attachments
    assert inner.data == DOCX
    odt = zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}, zipfile.ZIP_STORED)
    assert document(with_file(odt, name="a.odt")).attachments[0].kind.name == "odt"


def test_an_archive_of_several_files() -> None:
    found = document(with_file(zipped({"1.pdf": PDF, "phu-luc/1.pdf": PDF + b"2", "2.docx": DOCX}), name="goi.zip"))
    assert [item.name for item in found.attachments] == ["1.pdf", "1 (2).pdf", "2.docx"]
    assert {item.container for item in found.attachments} == {"goi.zip"}


def test_an_edxml_inside_gives_its_letter_too() -> None:
    forwarded = MESSAGE.but(root="<edXML>", files=(File("thu.pdf", PDF + b"inner"),)).data()
    found = document(with_file(zipped({"x.edxml": forwarded}), name="van-ban.doc"))
    envelope, letter = found.attachments
    assert (envelope.name, envelope.data) == ("van-ban.edxml", forwarded)
    assert (letter.name, letter.container, letter.data) == ("thu.pdf", "van-ban.edxml", PDF + b"inner")


def test_a_broken_edxml_inside_is_kept_as_it_is() -> None:
    found = document(with_file(b"<edXML><a></edXML>", name="x.edxml"))
    assert [item.name for item in found.attachments] == ["x.edxml"]
    assert warned(found) == {"package_kept"}


def test_nesting_has_an_end() -> None:
    deep = PDF
    for level in range(6):
        deep = zipped({f"{level}.zip": deep})
    found = document(with_file(deep, name="goi.zip"))
    assert found.attachments[0].kind.name == "zip"
    assert warned(found) == {"archive_kept"}

    package = MESSAGE
    for _ in range(6):
        package = MESSAGE.but(files=(File("goi.edxml", package.data()),))
    nested = document(package)
    assert len(nested.attachments) == 4
    assert warned(nested) == {"package_kept"}


@pytest.mark.parametrize(
    ("data", "warning"),
    [
        (zipped({}), "archive_empty"),
        (zipped({"a.pdf": PDF}, zipfile.ZIP_BZIP2), "archive_kept"),
        (zipped({"a.pdf": PDF}, zipfile.ZIP_LZMA), "archive_kept"),
        (zipped({f"{number}.txt": b"x" for number in range(300)}), "archive_kept"),
    ],
)
def test_archives_that_stay_packed(data: bytes, warning: str) -> None:
    found = document(with_file(data, name="goi.zip"))
    assert [item.data for item in found.attachments] == [data]
    assert warned(found) == {warning}


def test_a_locked_archive_stays_packed() -> None:
    locked = bytearray(zipped({"a.pdf": PDF}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1
    found = document(with_file(bytes(locked), name="mat-khau.zip"))
    assert warned(found) == {"archive_locked"}


@pytest.mark.parametrize("harm", [slice(30, 60), slice(-30, None), slice(10, 30)])
def test_a_damaged_archive_goes_to_a_clerk(harm: slice) -> None:
    broken = bytearray(zipped({"a.pdf": PDF * 50}))
    broken[harm] = b"\x55" * len(broken[harm])
    refused = refusal(with_file(bytes(broken), name="hong.zip"))
    assert refused.code == "archive_damaged"
    assert "hong.zip" in refused.reason_vi


def test_a_member_without_a_name_takes_the_declared_one() -> None:
    packed = bytearray(zipped({"x": PDF}))
    directory = packed.index(b"PK\x01\x02")
    packed[directory + 46 : directory + 47] = packed[30:31] = b"\x00"
    (attachment,) = document(with_file(bytes(packed), name="thu.pdf")).attachments
    assert (attachment.name, attachment.data, attachment.inner_name) == ("thu.pdf", PDF, "")


def test_zip_bombs_are_refused_while_inflating() -> None:
    bomb = zipped({"a.txt": b"0" * (300 * KB)})
    assert len(bomb) < KB
    small = Limits(attachment=100 * KB, unpacked=1000 * KB)
    assert refusal(with_file(bomb), small).code == "attachment_too_large"
    assert refusal(with_file(zipped({"b.zip": bomb})), small).code == "attachment_too_large"

    many = MESSAGE.but(files=tuple(File(f"{n}.zip", bomb, content_id=f"cid:{n}") for n in range(5)))
    assert refusal(many, Limits(unpacked=1000 * KB)).code == "unpacked_too_large"


def test_a_size_that_lies_does_not_help_a_bomb() -> None:
    bomb = bytearray(zipped({"a.txt": b"0" * (300 * KB)}))
    directory = bomb.index(b"PK\x01\x02")
    for at in (bomb.index(b"PK\x03\x04") + 22, directory + 24):
        bomb[at : at + 4] = (10).to_bytes(4, "little")
    code = refusal(with_file(bytes(bomb)), Limits(attachment=100 * KB)).code
    assert code in {"archive_damaged", "attachment_too_large"}


def test_a_huge_directory_is_not_even_opened() -> None:
    many = zipped({f"{number:0>60}.txt": b"" for number in range(12_000)})
    assert warned(document(with_file(many, name="goi.zip"), Limits(attachments=20_000))) == {"archive_kept"}


def test_raw_attachments_have_the_same_caps() -> None:
    assert refusal(with_file(PDF * 100), Limits(attachment=KB)).code == "attachment_too_large"
    assert refusal(with_file(PDF * 100), Limits(unpacked=KB)).code == "unpacked_too_large"
    pair = MESSAGE.but(files=(File("1.pdf"), File("2.pdf", content_id="cid:2")))
    assert refusal(pair, Limits(unpacked=len(PDF) + 1)).code == "unpacked_too_large"
    crowd = MESSAGE.but(files=tuple(File(f"{n}.pdf", content_id=f"cid:{n}") for n in range(4)))
    assert refusal(crowd, Limits(attachments=3)).code == "too_many_attachments"


@pytest.mark.parametrize("encoded", ["QUJD*", "QUJDR", "QQ==QUJD", "=", "không phải"])
def test_damaged_base64_goes_to_a_clerk(encoded: str) -> None:
    refused = refusal(MESSAGE.but(files=(File(encoded=encoded),)))
    assert refused.code == "attachment_damaged"
    assert "cong-van.pdf" in refused.reason_vi


@pytest.mark.parametrize(
    "encoded",
    ["QUJDRA==", "\r\n  QUJD\r\nRA= =\n", "QUJD&#13;\nRA==&#xD;", "<![CDATA[QUJDRA==]]>", "<!-- a -->QUJDRA=="],
)
def test_base64_as_peers_write_it(encoded: str) -> None:
    found = document(MESSAGE.but(files=(File("a.txt", encoded=encoded),)))
    assert found.attachments[0].data == b"ABCD"
    assert found.warnings == ()


def test_missing_padding_is_told() -> None:
    found = document(MESSAGE.but(files=(File("a.txt", encoded="QUJDRA"),)))
    assert (found.attachments[0].data, warned(found)) == (b"ABCD", {"base64_padding"})


def test_an_empty_attachment_is_told() -> None:
    found = document(MESSAGE.but(files=(File(encoded=""),)))
    assert (found.attachments[0].data, warned(found)) == (b"", {"attachment_empty"})


def test_a_manifest_entry_without_a_file_is_told() -> None:
    manifest = "<e:Reference><e:ContentId>cid:9</e:ContentId><e:AttachmentName>mat.pdf</e:AttachmentName></e:Reference>"
    found = document(MESSAGE.but(manifest=manifest))
    assert warned(found) == {"attachment_absent"}
    assert "mat.pdf" in found.warnings[0].sentence()


def test_the_manifest_fills_in_what_the_attachment_leaves_out() -> None:
    manifest = "<e:Reference><e:ContentId>1</e:ContentId><e:AttachmentName>ten.pdf</e:AttachmentName></e:Reference>"
    for content_id in ("cid:1", ""):
        found = document(MESSAGE.but(manifest=manifest, files=(File("", content_id=content_id),)))
        assert [item.name for item in found.attachments] == ["ten.pdf"]
        assert found.warnings == ()


def test_an_attachment_without_any_name_gets_one() -> None:
    found = document(MESSAGE.but(manifest="", files=(File("", content_id=""),)))
    assert found.attachments[0].name == "tep-kem-theo-1.pdf"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\Windows\\a.pdf", "a.pdf"),
        ("/abs/olute.pdf", "olute.pdf"),
        ("...", ""),
        ("a\u202efdp.exe", "afdp.exe"),
        ('a<b>:"|?*.pdf', "a_b______.pdf"),
        ("con.pdf", "_con.pdf"),
        ("  Công  văn.pdf. ", "Công văn.pdf"),
        ("", ""),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@settings(deadline=None)
@given(st.text())
def test_no_name_escapes(name: str) -> None:
    safe = safe_name(name)
    assert not set(safe) & set('/\\<>:"|?*\x00\n')
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 185
    assert safe_name(safe) == safe


def test_a_traversing_member_is_renamed_and_told() -> None:
    found = document(with_file(zipped({"../../a.pdf": PDF, "b.pdf": PDF}), name="goi.zip"))
    assert [item.name for item in found.attachments] == ["a.pdf", "b.pdf"]
    assert warned(found) == {"attachment_renamed"}
    declared = document(with_file(PDF, name="../../../a.pdf"))
    assert declared.attachments[0].name == "a.pdf"
    assert warned(declared) == {"attachment_renamed"}


def test_a_program_is_pointed_out() -> None:
    found = document(with_file(b"MZ\x90\x00" + bytes(60), name="cong-van.pdf"))
    assert found.attachments[0].name == "cong-van.exe"
    assert warned(found) == {"attachment_kind_differs", "attachment_executable"}


def test_old_zip_tools_write_utf8_names_without_saying_so() -> None:
    packed = bytearray(zipped({"Bản gốc.pdf": PDF, "b.pdf": PDF}))
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        packed[packed.index(signature) + offset] &= ~0x08 & 0xFF
    found = document(with_file(bytes(packed), name="goi.zip"))
    assert found.attachments[0].name == "Bản gốc.pdf"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "WordDocument".encode("utf-16-le"), "doc"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ole"),
        (b"{\\rtf1}", "rtf"),
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"<html></html>", "html"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        ("Kính gửi".encode(), "text"),
        (("x" * 4095 + "ử").encode(), "text"),
        (b"\x01\x02\x03", "unknown"),
        (b"\x00" * 10, "unknown"),
    ],
)
def test_kinds(data: bytes, kind: str) -> None:
    assert sniff(data).name == kind


@settings(deadline=None)
@given(st.binary(max_size=3000), st.integers(1, 90), st.booleans())
def test_base64_round_trip_with_any_line_length(data: bytes, width: int, url_safe: bool) -> None:
    encoded = base64.urlsafe_b64encode(data) if url_safe else base64.b64encode(data)
    lines = b"\r\n".join(encoded[at : at + width] for at in range(0, len(encoded), width))
    assert decode_base64(memoryview(lines), len(data)) == (data, False)
    if data:
        assert decode_base64(memoryview(lines), len(data) - 1) is None


def test_base64_longer_than_one_piece() -> None:
    data = bytes(range(251)) * 9000
    encoded = base64.b64encode(data)
    lines = b"\n".join(encoded[at : at + 77] for at in range(0, len(encoded), 77))
    assert decode_base64(memoryview(lines), len(data)) == (data, False)
