"""What is signed here holds for other tools, stands where the regulation wants it, and survives further signing."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from phoihop.core.errors import Invalid
from phoihop.documents.signing.places import POINTS_PER_MM, signing_block
from tests.documents.signing.authority import NOW
from tests.documents.signing.desk import SIGNER, Desk, paper


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path).trusting()


def _pdfsig(pdf: bytes, folder: Path) -> str:
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=False)
    return done.stdout


def _boxes(pdf: bytes) -> dict[str, tuple[float, ...]]:
    fields = enumerate_sig_fields(PdfFileReader(io.BytesIO(pdf)), filled_status=True)
    return {name: tuple(float(edge) for edge in field.get_object()["/Rect"]) for name, _value, field in fields}


def test_two_signatures_hold_for_pdfsig(desk: Desk, tmp_path: Path) -> None:
    once = desk.sign(paper(), desk.person(), signer=SIGNER)
    twice = desk.sign(once.pdf, desk.office(), signer=SIGNER)

    said = _pdfsig(twice.pdf, tmp_path)

    assert said.count("Signature Validation: Signature is Valid.") == 2
    assert f"Signer Certificate Common Name: {SIGNER}" in said
    assert "ETSI.CAdES.detached" in said
    assert twice.pdf.startswith(once.pdf)
    assert once.pdf.startswith(paper())


def test_openssl_verifies_the_signed_bytes(desk: Desk, tmp_path: Path) -> None:
    signed = desk.sign(paper(), desk.person()).pdf
    (one,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    start, length, after, rest = (int(edge) for edge in one.byte_range)
    (tmp_path / "covered").write_bytes(signed[start : start + length] + signed[after : after + rest])
    (tmp_path / "signature").write_bytes(one.pkcs7_content)
    (tmp_path / "root.pem").write_bytes(desk.root.pem)

    command = "openssl cms -verify -binary -inform DER -purpose any -no_check_time -in signature -content covered"
    done = subprocess.run(
        [*command.split(), "-CAfile", "root.pem", "-out", "/dev/null"], cwd=tmp_path, capture_output=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_signature_stands_between_title_and_name_and_the_seal_over_its_left_third(desk: Desk) -> None:
    once = desk.sign(paper(), desk.person(), signer=SIGNER)
    boxes = _boxes(desk.sign(once.pdf, desk.office(), signer=SIGNER).pdf)

    block = signing_block(paper(), SIGNER)
    left, bottom, right, top = boxes["ChuKy1"]
    assert (left + right) / 2 == pytest.approx(block.middle, abs=1)
    assert block.lower <= bottom + 1
    assert top <= block.upper + 1
    seal = boxes["ConDau1"]
    assert (seal[2] - seal[0]) / POINTS_PER_MM == pytest.approx(36, abs=0.5)
    assert (seal[3] - seal[1]) / POINTS_PER_MM == pytest.approx(36, abs=0.5)
    assert (seal[2] - left) / (right - left) == pytest.approx(1 / 3, abs=0.03)


def test_the_seal_is_red_on_the_page_and_hides_no_text(desk: Desk) -> None:
    once = desk.sign(paper(), desk.person(), signer=SIGNER)
    signed = desk.sign(once.pdf, desk.office(), signer=SIGNER).pdf
    document = pdfium.PdfDocument(signed)
    document.init_forms()
    page = document[0]
    pixels = page.render(scale=2, may_draw_forms=True, rev_byteorder=True).to_numpy().astype(int)
    reds = int(((pixels[..., 0] > 150) & (pixels[..., 1] < 80) & (pixels[..., 2] < 80)).sum())
    textpage = page.get_textpage()
    text = textpage.get_text_range()
    textpage.close()
    page.close()
    document.close()

    assert reds > 500
    assert SIGNER in text


def test_lists_that_are_known_travel_with_the_signature(desk: Desk) -> None:
    assert desk.sign(paper(), desk.person()).level == "B-LT"


def test_without_lists_the_signature_is_plain(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert desk.sign(paper(), desk.person()).level == "B-B"


def test_with_a_timestamp_service_it_lasts(desk: Desk) -> None:
    signed = desk.sign(paper(), desk.person(), timestamping=desk.timestamping())

    assert signed.level == "B-LTA"
    signature, stamp = desk.judge(signed.pdf)
    assert (signature.kind, signature.verdict, signature.stamped_at) == ("signature", "valid", NOW)
    assert stamp.kind == "timestamp"


def test_a_wrong_passphrase_is_said(desk: Desk) -> None:
    from phoihop.documents.signing import sign

    with pytest.raises(Invalid, match="sai mật khẩu"):
        sign(paper(), key=desk.person(), secret="không phải", moment=NOW, home=desk.home)


def test_an_unknown_signing_place_is_said(desk: Desk) -> None:
    with pytest.raises(Invalid, match="Không tìm thấy chỗ ký"):
        desk.sign(paper(), desk.person(), signer="Lê Thị Khác")


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.7 nothing", b"PK\x03\x04"])
def test_what_is_no_pdf_is_not_signed(desk: Desk, broken: bytes) -> None:
    with pytest.raises(Invalid, match="Không đọc được tệp PDF"):
        desk.sign(broken, desk.person())


def test_a_certificate_out_of_time_signs_nothing(desk: Desk) -> None:
    from datetime import timedelta

    key = desk.person(until=NOW - timedelta(days=1))
    with pytest.raises(Invalid, match="hết hạn"):
        desk.sign(paper(), key)


def test_keys_are_private_files(desk: Desk) -> None:
    key = desk.person()
    assert {path.stat().st_mode & 0o777 for path in key.folder.iterdir()} == {0o600}
    assert key.folder.stat().st_mode & 0o777 == 0o700
