"""Official form: who is addressed and how, how a text ends, and the exercise mark on everything."""

from __future__ import annotations

from datetime import date

import pytest

from phoihop.demo import wording
from phoihop.demo.content import load
from phoihop.demo.wording import BANNER, Draft, Reference, compose, fill, marked_abstract

DIRECTORY = load().directory
ANCHOR = date(2026, 11, 23)


def test_a_telegram_names_who_sends_it() -> None:
    text = compose(DIRECTORY, Draft("NA-UBND", "telegram", ("NA-XA",), "Yêu cầu thực hiện.", archive="VT, NN"))
    assert text.split("\n\n") == [
        BANNER,
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH NGHỆ AN điện: Ủy ban nhân dân các xã, phường trên địa bàn tỉnh",
        "Yêu cầu thực hiện./.",
        "Nơi nhận:\n- Như trên;\n- Lưu: VT, NN.",
    ]


def test_a_party_letter_ends_with_a_full_stop_and_is_kept_in_its_office() -> None:
    text = compose(DIRECTORY, Draft("HUE-TU", "letter", ("QK4-DU",), "Xin phúc đáp.", copies=("HUE-UBND",)))
    assert text.split("\n\n")[1:] == [
        "Kính gửi: Đảng ủy Quân khu 4",
        "Xin phúc đáp.",
        "Nơi nhận:\n- Như trên,\n- Ủy ban nhân dân thành phố Huế,\n- Lưu Văn phòng Thành ủy.",
    ]


def test_several_addressees_stand_one_under_another() -> None:
    text = compose(DIRECTORY, Draft("QT-UBND", "letter", ("QK4-BTL", "QT-CONCO-UBND"), "Đề nghị phối hợp."))
    assert "Kính gửi:\n- Bộ Tư lệnh Quân khu 4;\n- Ủy ban nhân dân đặc khu Cồn Cỏ.\n" in text


def test_a_conclusion_addresses_nobody_but_lists_its_recipients() -> None:
    text = compose(DIRECTORY, Draft("NA-TU", "conclusion", ("NA-UBND",), "Kết luận."))
    assert "Kính gửi" not in text
    assert "- Ủy ban nhân dân tỉnh Nghệ An,\n" in text


def test_an_invitation_invites() -> None:
    text = compose(DIRECTORY, Draft("QK4-VP", "invitation", ("NA-VPTU",), "Dự Hội nghị."))
    assert "Văn phòng Đảng ủy – Bộ Tư lệnh Quân khu 4 trân trọng kính mời: Văn phòng Tỉnh ủy Nghệ An" in text


def test_every_document_is_marked_as_an_exercise() -> None:
    assert marked_abstract("Ứng phó bão số 12") == "Ứng phó bão số 12 [DIỄN TẬP]"
    for letter in load().correspondence.letters:
        assert wording.compose_letter(DIRECTORY, letter, letter.text).startswith("DIỄN TẬP – ")


def test_placeholders_are_filled() -> None:
    references = {"cd": Reference("Công điện", "31/CĐ-UBND", date(2026, 2, 5))}
    filled = fill(
        "{ref:cd}, {date:-1}, {day:+8}, {year}, {next_year}, {quarter}",
        anchor=ANCHOR,
        duty=True,
        references=references,
    )
    assert filled == "Công điện số 31/CĐ-UBND ngày 05/02/2026, 22/11/2026, 01/12, 2026, 2027, quý IV/2026"


def test_what_cannot_be_filled_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill("{ref:none}", anchor=ANCHOR, duty=True, references={})
    with pytest.raises(ValueError, match="weather"):
        fill("{weather}", anchor=ANCHOR, duty=True, references={})
