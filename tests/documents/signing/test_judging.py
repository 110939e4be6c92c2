"""Who signed, when, intact or not, trusted or not: nothing is valid by default."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from phoihop.core.errors import Invalid
from phoihop.documents.signing.opening import opened
from tests.documents.signing.authority import NOW, PASSPHRASE, authority, issued
from tests.documents.signing.desk import SIGNER, Desk, paper

_DAY = timedelta(days=1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_paper_without_signatures_has_none(desk: Desk) -> None:
    assert desk.judge(paper()) == ()


def test_two_signers_in_order(desk: Desk) -> None:
    desk.trusting()
    once = desk.sign(paper(), desk.person(), signer=SIGNER)
    first, second = desk.judge(desk.sign(once.pdf, desk.office(), signer=SIGNER).pdf)

    assert (first.verdict, second.verdict) == ("valid", "valid")
    assert (first.signer, first.organisation) == (SIGNER, "Cơ quan thử nghiệm")
    assert (first.coverage, first.additions) == ("earlier", "signatures")
    assert first.later_signers == ("Ủy ban nhân dân tỉnh Nghệ An",)
    assert (second.coverage, second.additions) == ("earlier", "harmless")
    assert any("chưa có dấu thời gian xác nhận" in one for one in first.sentences)


def test_an_unknown_root_is_undetermined(desk: Desk) -> None:
    (one,) = desk.judge(desk.sign(paper(), desk.person()).pdf)

    assert (one.integrity, one.chain, one.verdict) == ("intact", "unknown", "undetermined")
    assert one.headline == "Chưa xác định"


def test_without_a_current_list_it_is_undetermined(desk: Desk) -> None:
    desk.trusting()
    signed = Desk(desk.home / "other", desk.root).sign(paper(), desk.person()).pdf

    (one,) = desk.judge(signed, at=NOW + timedelta(days=60))

    assert (one.chain, one.revocation, one.verdict) == ("trusted", "unknown", "undetermined")


def test_a_revoked_certificate(desk: Desk) -> None:
    identity = issued("Người bị thu hồi", desk.root)
    signed = desk.sign(paper(), desk.key("bi-thu-hoi", "person", identity)).pdf
    desk.trusting(identity, at=NOW - _DAY)

    (one,) = desk.judge(signed)

    assert (one.chain, one.revocation, one.verdict) == ("revoked", "revoked", "invalid")
    assert one.revoked_at == NOW - _DAY
    assert "Chứng thư đã bị thu hồi ngày 02/10/2026." in one.sentences


def test_a_signature_stamped_before_the_revocation_still_holds(desk: Desk) -> None:
    identity = issued("Người bị thu hồi sau", desk.root)
    desk.trusting()
    key = desk.key("bi-thu-hoi", "person", identity)
    signed = desk.sign(paper(), key, timestamping=desk.timestamping()).pdf
    later = Desk(desk.home / "later", desk.root)
    later.home.mkdir()
    later.trusting(identity, at=NOW + _DAY)

    one = later.judge(signed, at=NOW + 2 * _DAY)[0]

    assert (one.stamped_at, one.integrity) == (NOW, "intact")
    assert one.revoked_at is None


def test_an_expired_certificate_without_timestamp(desk: Desk) -> None:
    desk.trusting()
    signed = desk.sign(paper(), desk.person(until=NOW + _DAY)).pdf

    (one,) = desk.judge(signed, at=NOW + 2 * _DAY)

    assert (one.chain, one.verdict) == ("expired", "undetermined")


def test_a_certificate_not_yet_valid_and_its_signer_s_clock(desk: Desk) -> None:
    desk.trusting()
    signed = desk.sign(paper(), desk.person(since=NOW + 5 * _DAY), at=NOW + 6 * _DAY).pdf

    (one,) = desk.judge(signed)

    assert (one.chain, one.verdict) == ("not_yet_valid", "invalid")
    assert one.is_clock_wrong


def test_a_clock_that_runs_ahead_is_told(desk: Desk) -> None:
    desk.trusting()
    (one,) = desk.judge(desk.sign(paper(), desk.person(), at=NOW + _DAY).pdf)

    assert (one.chain, one.verdict) == ("trusted", "undetermined")
    assert any("đồng hồ của người ký sai" in sentence for sentence in one.sentences)


def test_a_changed_byte_is_found(desk: Desk) -> None:
    desk.trusting()
    signed = bytearray(desk.sign(paper(), desk.person()).pdf)
    at = signed.index(b"/MediaBox")
    signed[at : at + 9] = b"/MediaBoy"

    (one,) = desk.judge(bytes(signed))

    assert (one.integrity, one.verdict) == ("altered", "invalid")


def test_a_weak_algorithm_is_never_valid(desk: Desk) -> None:
    desk.trusting()
    key = desk.person()
    output = io.BytesIO()
    with opened(key, PASSPHRASE) as hand:
        metadata = signers.PdfSignatureMetadata(field_name="Cu", md_algorithm="sha1")
        signers.PdfSigner(metadata, hand).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper())), output=output)

    (one,) = desk.judge(output.getvalue())

    assert (one.integrity, one.weak, one.verdict) == ("intact", ("SHA-1",), "undetermined")


def test_a_short_key_is_weak(desk: Desk) -> None:
    desk.trusting()
    key = desk.key("ngan", "person", issued("Khóa ngắn", desk.root, bits=1024))
    (one,) = desk.judge(desk.sign(paper(), key).pdf)

    assert one.weak == ("RSA 1024 bit",)
    assert one.verdict == "undetermined"


def test_an_authority_between_counts_with_its_own_list(tmp_path: Path) -> None:
    from phoihop.documents.signing.trust import add_trust
    from tests.documents.signing.authority import revocations

    root = authority()
    between = authority("Trung gian thử nghiệm", root)
    desk = Desk(tmp_path, between)
    add_trust(desk.home, "root", root.pem)
    add_trust(desk.home, "crl", revocations(root))
    signed = desk.sign(paper(), desk.person()).pdf
    assert desk.judge(signed)[0].verdict == "undetermined"

    add_trust(desk.home, "crl", revocations(between))
    assert desk.judge(signed)[0].verdict == "valid"


def _page_replaced(pdf: bytes) -> bytes:
    """An incremental update that puts other content on the first page: what a shadow attack comes to."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 200 200 re f"))
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


def test_content_replaced_after_signing_is_named_by_page(desk: Desk) -> None:
    desk.trusting()
    (one,) = desk.judge(_page_replaced(desk.sign(paper(), desk.person()).pdf))

    assert (one.integrity, one.additions, one.changed_pages) == ("intact", "content", (1,))
    assert one.verdict == "invalid"
    assert "Sau khi ký, tệp bị sửa ở trang: 1." in one.sentences


def test_content_replaced_between_two_signatures_tells_on_the_first_alone(desk: Desk) -> None:
    desk.trusting()
    changed = _page_replaced(desk.sign(paper(), desk.person()).pdf)
    first, second = desk.judge(desk.sign(changed, desk.office()).pdf)

    assert (first.verdict, second.verdict) == ("invalid", "valid")


def test_a_signature_over_a_part_covers_a_part(desk: Desk) -> None:
    desk.trusting()
    signed = desk.sign(paper(), desk.person()).pdf
    at = signed.index(b"/ByteRange")
    end = signed.index(b"]", at)
    start, length, after, rest = (int(one) for one in signed[at : end + 1].split(b"[")[1].rstrip(b"]").split())
    shorter = f"/ByteRange [{start} {length} {after} {rest - 40}]".encode().ljust(end + 1 - at)
    (one,) = desk.judge(signed[:at] + shorter + signed[end + 1 :])

    assert one.verdict == "invalid"
    assert one.coverage == "part" or one.integrity == "altered"


def test_a_locked_paper_takes_no_further_signature(desk: Desk) -> None:
    output = io.BytesIO()
    with opened(desk.person(), PASSPHRASE) as hand:
        metadata = signers.PdfSignatureMetadata(
            field_name="Khoa", certify=True, docmdp_permissions=fields.MDPPerm.NO_CHANGES
        )
        signers.PdfSigner(metadata, hand).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(paper())), output=output)

    with pytest.raises(Invalid, match="khóa văn bản"):
        desk.sign(output.getvalue(), desk.office())


@pytest.mark.parametrize(
    "content", [b"", b"no pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog>>", b"%PDF-1.4\nxref\n0 99999\n"]
)
def test_what_is_broken_is_said(desk: Desk, content: bytes) -> None:
    with pytest.raises(Invalid, match="bị hỏng"):
        desk.judge(content)


def test_an_encrypted_paper_is_said(desk: Desk) -> None:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.pdf_utils.writer import copy_into_new_writer

    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(paper())))
    writer.encrypt("mật khẩu", "mật khẩu")
    output = io.BytesIO()
    writer.write(output)

    with pytest.raises(Invalid, match="mật khẩu"):
        desk.judge(output.getvalue())


def test_a_malformed_signature_is_undetermined(desk: Desk) -> None:
    desk.trusting()
    signed = desk.sign(paper(), desk.person()).pdf
    at = signed.index(b"/Contents <") + len(b"/Contents <")
    (one,) = desk.judge(signed[:at] + b"00" * 40 + signed[at + 80 :])

    assert (one.integrity, one.verdict) == ("unreadable", "undetermined")
    assert one.sentences[0].startswith("Không đọc được chữ ký này")
