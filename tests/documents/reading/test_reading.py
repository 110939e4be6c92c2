"""Nine fields in ten are read right on papers of all regimes, with noise; what cannot be read is left to the clerk."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.documents.reading import Unreadable, read
from phoihop.documents.reading.lines import Line
from phoihop.documents.reading.proposing import propose
from phoihop.documents.reading.sources import lines_of
from tests.documents.reading.making import MEDIA, as_pdf, make, write
from tests.documents.reading.scoring import scores

HELD_OUT = 40961
"""A seed on which nothing was tuned."""
_LETTER = """ỦY BAN NHÂN DÂN                      CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH NGHỆ AN                            Độc lập - Tự do - Hạnh phúc

Số: 0123/UBND-NC                        Nghệ An, ngày 05 tháng 02 năm 2026
V/v ứng phó bão số 3
                            HỎA TỐC
Kính gửi: Các sở, ban, ngành

Căn cứ Luật số 33/2013/QH13 ngày 19 tháng 6 năm 2013, đề nghị thực hiện.

Nơi nhận:                               KT. CHỦ TỊCH
- Như trên;                             PHÓ CHỦ TỊCH
- Lưu: VT.

                                        Trung tướng Nguyễn Văn Đệ
"""


def test_sixty_papers_nobody_tuned_on() -> None:
    found = list(scores(HELD_OUT, 60))

    right = sum(one.is_right for one in found) / len(found)

    wrong = [f"{one.form} {one.field} {one.expected!r} {one.found!r}" for one in found if not one.is_right]
    assert right >= 0.9, wrong


def _text(folder: Path, text: str) -> Path:
    path = folder / "paper.txt"
    path.write_text(text)
    return path


def test_a_letter_field_by_field(tmp_path: Path) -> None:
    paper = read(_text(tmp_path, _LETTER), "text/plain")

    assert {name: one.value for name, one in paper.proposals.items()} == {
        "code": "0123/UBND-NC",
        "dated": "2026-02-05",
        "place": "Nghệ An",
        "issuer": "ỦY BAN NHÂN DÂN TỈNH NGHỆ AN",
        "type_name": "Công văn",
        "abstract": "ứng phó bão số 3",
        "urgency": "express",
        "signer": "Nguyễn Văn Đệ",
        "position": "Phó chủ tịch",
        "recipients": "Như trên\nLưu: VT",
    }
    assert paper.regime == "GOV"


def test_every_proposal_says_where_and_how_sure(tmp_path: Path) -> None:
    made = make(Random(3), "pdf")
    paper = read(write(tmp_path, 0, made, as_pdf(made, Random(3))), MEDIA["pdf"])

    for name, one in paper.proposals.items():
        assert 0 < one.confidence <= 1, name
        if one.why not in ("absent", "notation") and name != "type_name":
            assert one.box is not None, name
            assert 0 <= one.box.left < one.box.right <= 1, name


def test_nothing_is_made_up(tmp_path: Path) -> None:
    paper = read(_text(tmp_path, "Một đoạn văn bình thường, không có gì giống văn bản.\n"), "text/plain")
    assert set(paper.proposals) <= {"urgency"}


def test_a_day_that_is_not_is_left_out(tmp_path: Path) -> None:
    paper = read(_text(tmp_path, _LETTER.replace("05 tháng 02", "31 tháng 02")), "text/plain")
    assert paper.dated is None


@pytest.mark.parametrize("kind", ["application/pdf", MEDIA["docx"], "image/png"])
def test_what_is_broken_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "broken"
    path.write_bytes(b"%PDF-1.7 nothing of the kind")
    with pytest.raises(Unreadable):
        read(path, kind)


def test_other_kinds_say_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sheet"
    path.write_bytes(b"PK\x03\x04")
    assert not read(path, "application/zip").value("code")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.text(max_size=80), st.floats(0, 0.9), st.floats(0, 0.98), st.booleans(), st.integers(1, 3)),
        max_size=40,
    )
)
def test_no_text_upsets_it(rows: list[tuple[str, float, float, bool, int]]) -> None:
    lines = [
        Line(text or "-", page, left, top, min(1.0, left + 0.3), top + 0.01, 0.01, heavy=heavy)
        for text, left, top, heavy, page in rows
    ]
    paper = propose(lines, pages=3, scanned=False)
    assert all(one.value for one in paper.proposals.values())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(_LETTER)), st.text(max_size=20))
def test_a_letter_cut_anywhere_is_read(tmp_path_factory: pytest.TempPathFactory, at: int, put: str) -> None:
    path = _text(
        tmp_path_factory.mktemp("cut"), (_LETTER[:at] + put + _LETTER[at:]).encode("utf-8", "replace").decode()
    )
    source = lines_of(path, "text/plain")
    propose(source.lines, pages=1, scanned=False)
