"""Word: every type of every regime, its page, its styles, its blanks; and LibreOffice draws it as our PDF is drawn."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from phoihop.documents.checking.check import check
from phoihop.documents.checking.findings import Severity
from phoihop.documents.components import Number
from phoihop.documents.describing import describe
from phoihop.documents.kinds import kind_keys
from phoihop.documents.measuring import font_folder
from phoihop.documents.writing.docx import write_docx
from phoihop.documents.writing.pdf import write_pdf
from tests.documents.pages import find_words
from tests.documents.papers import REGIMES, TODAY, all_types, full_paper


def test_every_type_has_a_skeleton() -> None:
    assert {key for _regime, key, _name in all_types()} - kind_keys() == set()


@pytest.mark.parametrize(("regime", "key", "name"), all_types(), ids=lambda value: str(value))
def test_every_type_is_written_without_a_fault(regime: str, key: str, name: str) -> None:
    paper = describe(
        regime=regime,
        type_key=key,
        type_name=name.partition(" (")[0],
        issuer="Văn phòng Ủy ban nhân dân tỉnh Nghệ An",
        superior="Ủy ban nhân dân tỉnh Nghệ An",
        on=TODAY,
        number=Number("VPUBND"),
        place="Nghệ An",
        abstract="về một việc cần làm",
    )
    assert [
        found.sentence for found in check(write_docx(paper), regime, TODAY) if found.severity is Severity.BREACH
    ] == []
    assert write_pdf(paper).startswith(b"%PDF")


@pytest.mark.parametrize("regime", REGIMES)
def test_page_and_number(regime: str) -> None:
    word = docx.Document(BytesIO(write_docx(full_paper(regime))))
    section = word.sections[0]
    lengths = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(one.mm) for one in lengths if one is not None] == [20, 20, 30, 15]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert "PAGE" not in section.first_page_header._element.xml
    assert {style.name for style in word.styles} >= {"VB motto", "VB issuer", "VB body", "VB signing_name"}


def test_what_is_not_known_is_a_tagged_blank() -> None:
    paper = describe(
        regime="GOV", type_key="plan", type_name="Kế hoạch", issuer="X", on=TODAY, number=Number("KH-X"), place="Huế"
    )
    word = docx.Document(BytesIO(write_docx(paper)))
    assert [tag.get(qn("w:val")) for tag in word.element.iter(qn("w:tag"))] == ["so", "ngay", "thang"]
    assert "/KH-X" in re.sub(r"\s", "", "".join(text.text or "" for text in word.element.iter(qn("w:t"))))


def test_what_is_typed_is_text() -> None:
    paper = describe(
        regime="GOV", type_key="plan", type_name="Kế hoạch", issuer="A & B <c>", on=TODAY, abstract="x < y & z"
    )
    word = docx.Document(BytesIO(write_docx(paper)))
    assert any("x < y & z" in paragraph.text for paragraph in word.paragraphs)


def _our_fonts(folder: Path) -> dict[str, str]:
    """Settings by which LibreOffice knows our fonts alone: those of a machine may lack letters."""
    settings = folder / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{font_folder()}</dir><cachedir>{folder}/fonts</cachedir><alias binding='same'>"
        "<family>Times New Roman</family><prefer><family>Liberation Serif</family></prefer></alias></fontconfig>"
    )
    return {"FONTCONFIG_FILE": str(settings)}


def test_libreoffice_draws_word_as_our_pdf_is_drawn(tmp_path: Path) -> None:
    """The two writers hold together: the parts stand at the same places in both, measured in millimetres."""
    for regime in REGIMES:
        (tmp_path / f"{regime}.docx").write_bytes(write_docx(full_paper(regime)))
    office = shutil.which("soffice") or "soffice"
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    named = [str(tmp_path / f"{regime}.docx") for regime in REGIMES]
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), *named]
    subprocess.run(command, check=True, capture_output=True, timeout=200, env={**os.environ, **_our_fonts(tmp_path)})
    for regime in REGIMES:
        ours, theirs = write_pdf(full_paper(regime)), (tmp_path / f"{regime}.pdf").read_bytes()
        number = "Số 05-QĐ/TU" if regime == "PARTY" else "Số: 05/QĐ-UBND"
        for words in ("VIỆT NAM", number, "Nghệ An, ngày 05", "Về việc kiện toàn", "Điều 1.", "Nơi nhận:", "CHỦ TỊCH"):
            here, there = find_words(ours, words), find_words(theirs, words)
            assert there.size == here.size, (regime, words)
            assert (there.left, there.baseline) == pytest.approx((here.left, here.baseline), abs=6), (regime, words)
