"""What files say about themselves: whether a draft keeps to its form, and who signed a PDF that came."""

from __future__ import annotations

from pathlib import Path

import pytest

from phoihop.dispatches.actions import drafting
from phoihop.dispatches.models import Draft
from phoihop.dispatches.written_papers import describe_draft
from phoihop.documents.writing.docx import write_docx
from phoihop.files.actions import keep_upload, receive_file
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import office_of, open_books, stated
from tests.documents.signing.desk import SIGNER, Desk, paper
from tests.files import made

pytestmark = pytest.mark.django_db


def with_file(data: bytes, name: str) -> Draft:
    """A draft of the specialist with this file."""
    draft = papers.drafted(stated(HA_TINH))
    with office_of("chuyenvien", NGHE_AN) as by:
        keep_upload(receive_file([data], name=name), holder_id=draft.id, by=by)
    return draft


def sent(data: bytes, name: str) -> str:
    """A letter with this file, issued; its page of signatures as the receiving office sees it."""
    open_books()
    draft = with_file(data, name)
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.submit_draft(draft.id, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft.id, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        drafting.number_draft(draft.id, by=by)
        issued = drafting.issue_draft(draft.id, by=by)
    browser = client_of("vanthu", HA_TINH)
    assert f"/dispatches/{issued}/signatures/" in browser.get(f"/dispatches/{issued}/").content.decode()
    return text_of(browser.get(f"/dispatches/{issued}/signatures/"))


def checked(draft: Draft) -> str:
    """The page of the check."""
    return text_of(client_of("chuyenvien", NGHE_AN).get(f"/dispatches/drafts/{draft.id}/check/"))


def test_a_draft_written_on_the_page_is_checked_as_word() -> None:
    page = checked(papers.drafted(stated(HA_TINH)))
    assert "Bản soạn trên trang" in page
    assert "Không thấy điểm nào sai thể thức" in page


def test_our_own_word_file_passes_and_a_crooked_one_is_told_what_breaks_which_clause() -> None:
    draft = papers.drafted(stated(HA_TINH))
    with office_of("chuyenvien", NGHE_AN) as by:
        good = write_docx(describe_draft(draft, by=by))
    assert "Không thấy điểm nào sai thể thức" in checked(with_file(good, "du-thao.docx"))
    crooked = made.docx({"word/document.xml": made.document("UBND TỈNH NGHỆ AN", "Số: 12/UBND-NN", "Kính gửi: Sở")})
    page = checked(with_file(crooked, "lech.docx"))
    assert "điểm chưa đúng thể thức" in page


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_checked() -> None:
    draft = with_file(made.pdf([["Số: 12/UBND-NN", "Kính gửi: Sở"]]), "doc-duoc.pdf")
    page = checked(draft)
    assert "doc-duoc.pdf" in page


def test_a_draft_without_a_type_says_what_is_missing() -> None:
    draft = papers.drafted(stated(HA_TINH, type_code="", body_id=None))
    answer = client_of("chuyenvien", NGHE_AN).get(f"/dispatches/drafts/{draft.id}/check/")
    assert answer.status_code == 404
    assert "Chọn cơ quan ban hành" in text_of(answer)


def test_a_signature_of_an_unknown_root_is_undetermined_and_the_node_s_seal_is_no_signature(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    page = sent(desk.sign(paper(), desk.person(), signer=SIGNER).pdf, "van-ban.pdf")
    assert "Chưa xác định" in page
    assert SIGNER in page
    assert "nơi cấp chứng thư chưa được cài đặt là tin cậy tại đây" in page
    assert "không phải chữ ký số theo luật" in page


def test_a_file_nobody_signed_and_a_document_without_pdf_say_so() -> None:
    assert "Tệp này không có chữ ký số." in sent(made.pdf([["Số: 12/UBND-NN"]]), "khong-ky.pdf")


def test_a_changed_byte_is_told(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    signed = desk.sign(paper(), desk.person(), signer=SIGNER).pdf
    at = signed.index(b"/MediaBox")
    altered = signed[:at] + signed[at:].replace(b"595", b"596", 1)
    page = sent(altered, "sua.pdf")
    assert "Chữ ký số không hợp lệ" in page
