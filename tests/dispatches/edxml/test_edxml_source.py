"""Bytes that are not quite XML, and XML that means harm."""

from __future__ import annotations

import tracemalloc

import pytest

from phoihop.dispatches.edxml import FIELDS, REASONS, WARNINGS, Limits, Unreadable
from phoihop.dispatches.edxml.reasons import KINDS, explain
from tests.dispatches.edxml.messages import NAMESPACE, PDF, File, Message, document, refusal, warned

MESSAGE = Message()


@pytest.mark.parametrize(
    ("data", "warnings"),
    [
        (b"\xef\xbb\xbf" + MESSAGE.data(), set()),
        (b"\r\n\r\n" + MESSAGE.data(), set()),
        (b"\x00\x07junk--\r\n" + MESSAGE.data(), {"leading_junk"}),
        (MESSAGE.data() + b"\x00\x00\x1a", {"control_removed"}),
        (MESSAGE.data() + b"\r\n--boundary--\r\n", {"trailing_junk"}),
        (MESSAGE.text().encode("utf-16"), {"encoding_converted"}),
        (MESSAGE.text().encode("utf-16-le"), {"encoding_converted"}),
        (MESSAGE.text().encode("utf-16-be"), {"encoding_converted"}),
        (MESSAGE.data().replace(b"UTF-8", b"utf-16"), set()),
        (MESSAGE.but(declaration="").data(), set()),
        (MESSAGE.data().replace(b"phong", b"pho\x0bng").replace(b"Di", b"&#0;Di"), {"control_removed"}),
    ],
)
def test_wrappings_that_are_forgiven(data: bytes, warnings: set[str]) -> None:
    found = document(data)
    assert warned(found) == warnings
    assert found.subject == MESSAGE.subject
    assert found.attachments[0].data == PDF


@pytest.mark.parametrize(
    ("encoding", "raw", "subject"),
    [("iso-8859-1", b"C\xf4ng h\xe0m", "Công hàm"), ("windows-1258", b"ba\xd2n b\xe1o", "bản báo")],
)
def test_a_declared_code_page_is_believed_only_when_known(encoding: str, raw: bytes, subject: str) -> None:
    ascii_only = MESSAGE.but(subject="@@").text().encode("ascii", errors="xmlcharrefreplace").replace(b"@@", raw)

    found = document(ascii_only.replace(b"UTF-8", encoding.encode()))
    assert found.sender.name == "UBND tỉnh Diễn Tập"
    assert found.subject == subject
    assert warned(found) == {"encoding_converted"}
    assert refusal(ascii_only).code == "encoding"
    assert refusal(ascii_only.replace(b"UTF-8", b"utf-7")).code == "encoding"


def test_unbound_prefixes_are_bound_and_told() -> None:
    unbound = MESSAGE.but(root=f'<edXML xmlns="{NAMESPACE}">')
    found = document(unbound)
    assert found.subject == MESSAGE.subject
    assert found.attachments[0].data == PDF
    assert warned(found) == {"prefix_bound"}
    assert "(e)" in found.warnings[0].sentence()


def test_a_prefix_bound_on_a_branch_and_used_beside_it() -> None:
    text = MESSAGE.but(root=f'<edXML xmlns="{NAMESPACE}">').text()
    branch = text.replace("<e:edXMLEnvelope>", f'<e:edXMLEnvelope xmlns:e="{NAMESPACE}">')
    attribute = branch.replace("<e:Reference>", '<e:Reference xlink:href="">')
    found = document(attribute.encode())
    assert found.attachments[0].data == PDF
    assert "e, xlink" in found.warnings[0].sentence()


def test_a_prefix_on_the_root_itself() -> None:
    text = MESSAGE.but(root="<e:edXML>").text().replace("</edXML>", "</e:edXML>")
    assert document(text.encode()).code == "12/UBND-VP"


def test_a_bare_ampersand_is_repaired_but_a_proper_one_is_left_alone() -> None:
    bare = document(MESSAGE.but(subject="HĐND & UBND; R&D; &amp;"))
    assert bare.subject == "HĐND & UBND; R&D; &"
    assert warned(bare) == {"ampersand_repaired"}
    assert document(MESSAGE.but(subject="A &amp; B")).warnings == ()
    both = MESSAGE.but(subject="A & <![CDATA[B & C]]>", root=f'<edXML xmlns="{NAMESPACE}">')
    assert document(both).subject == "A & B & C"


DOCTYPES = [
    '<!DOCTYPE edXML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>',
    '<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE edXML SYSTEM "http://example.invalid/edxml.dtd">',
    "<!doctype edXML>",
    '<?x <!-- ?><!DOCTYPE edXML [<!ENTITY a "b">]><?y --> ?>',
    '<!-- a --><!DOCTYPE edXML [<!ENTITY % p SYSTEM "http://example.invalid/"> %p;]>',
]


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declarations_are_refused(doctype: str, encoding: str) -> None:
    bomb = MESSAGE.text().replace("<edXML", doctype + "<edXML", 1)
    assert refusal(bomb.encode(encoding)).code == "forbidden_declaration"


def test_a_declaration_in_a_comment_or_in_text_is_harmless() -> None:
    assert document(MESSAGE.but(subject="<!-- <!DOCTYPE x> --><![CDATA[<!ENTITY>]]>")).subject == "<!ENTITY>"


def test_an_entity_without_a_declaration_is_only_text() -> None:
    assert document(MESSAGE.but(subject="&nbsp;&xxe;")).subject == "&nbsp;&xxe;"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\x00\x00 \r\n", "empty"),
        (PDF, "not_edxml"),
        (b"<html><body>404</body></html>", "not_edxml"),
        (b"<?xml version='1.0'?><alert/>", "not_edxml"),
        (b"MZ\x90\x00", "not_edxml"),
        (b"\xff\xfe<\x00x", "encoding"),
        (b"<edXML></edXML>", "header_missing"),
        (b"<edXML><a></edXML>", "malformed"),
        (b"<edXML>" + b"<a>" * 300 + b"</a>" * 300 + b"</edXML>", "malformed"),
        (b"<edXML>" + b"<a/>" * 250_000 + b"</edXML>", "xml_too_large"),
        (b"<edXML>" + b"<!-- " * 150_000 + b"</edXML>", "malformed"),
        (b"<edXML>" + b"<ContentTransferEncoded>" * 250_000 + b"</edXML>", "too_many_attachments"),
        (b"<edXML>" + b"<ContentTransferEncoded></" * 250_000 + b"</edXML>", "too_many_attachments"),
        (b"<edXML>" + b"<ContentTransferEncoded>" * 9 + b" " * 99 + b"</edXML>", "malformed"),
        (MESSAGE.data() + MESSAGE.data(), "malformed"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    refused = refusal(data)
    assert refused.code == code
    assert refused.reason_vi
    assert "%" not in refused.reason_vi
    assert refused.sentence(lambda text: f"[{text}]").startswith("[")


def test_the_kind_of_a_wrong_file_is_named_for_the_clerk() -> None:
    assert "(nhận dạng được: pdf)" in refusal(PDF).reason_vi
    assert "chương trình" in refusal(b"MZ\x90\x00").reason_vi


def test_size_caps() -> None:
    assert refusal(MESSAGE, Limits(total=100)).code == "too_large"
    assert refusal(MESSAGE.but(subject="x" * 5000), Limits(skeleton=4000)).code == "xml_too_large"


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.98])
def test_a_truncated_file_is_called_truncated(share: float) -> None:
    data = MESSAGE.but(files=(File(data=PDF * 200),)).data()
    assert refusal(data[: int(len(data) * share)]).code == "truncated"


def test_a_commented_out_attachment_does_not_confuse_the_next() -> None:
    comment = "<!-- <e:ContentTransferEncoded> --><!-- <e:ContentTransferEncoded>QUJD</e:ContentTransferEncoded> -->"
    text = MESSAGE.text().replace("<AttachmentEncoded>", comment + "<AttachmentEncoded>")
    assert document(text.encode()).attachments[0].data == PDF


def test_a_large_attachment_is_read_without_many_copies() -> None:
    content = PDF + bytes(range(256)) * 80_000  # 20 MB
    data = MESSAGE.but(files=(File(data=content),)).data()
    tracemalloc.start()
    found = document(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.attachments[0].data == content
    assert peak < 1.5 * len(content)


def test_every_sentence_can_be_filled_in() -> None:
    names = ("limit", "kind", "line", "value", "field", "name", "new", "count", "encoding", "prefixes", "code")
    params = dict.fromkeys((*names, "algorithm"), "x")
    for code in [*REASONS, *WARNINGS]:
        sentence = explain(code, params)
        assert "%" not in sentence
        assert sentence.endswith(".")
    assert not set(REASONS) & set(WARNINGS)
    assert all({**FIELDS, **KINDS}.values())


def test_a_hostile_value_does_not_flood_the_sentence() -> None:
    refused = Unreadable("business_unknown", value="%(x)s\n" + "a" * 500)
    assert "\n" not in refused.reason_vi
    assert len(refused.reason_vi) < 250
