"""What attachments say is found, with and without marks, by those who may see the document, and its place shown."""

from __future__ import annotations

from uuid import UUID

import pytest

from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.attachment_texts import read_missed_texts, read_texts
from phoihop.dispatches.models import Dispatch
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.models import AttachmentText
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of

pytestmark = pytest.mark.django_db

SAID = "Báo cáo nhanh.\nTổng số hộ phải sơ tán khỏi vùng Khe Chè là 214 hộ, tập trung ở xã Mường Xén."


def issued_with(*files: tuple[str, bytes]) -> UUID:
    """The record of a letter of Nghệ An to Hà Tĩnh with these files."""
    papers.open_books()
    draft = papers.drafted(papers.stated(HA_TINH))
    for name, content in files:
        received = receive_file([content], name=name)
        with papers.office_of("chuyenvien", NGHE_AN) as by:
            keep_upload(received, holder_id=draft.id, by=by)
    for who, act in (("chuyenvien", "submit_draft"), ("lanhdao", "sign_draft"), ("vanthu", "number_draft")):
        with papers.office_of(who, NGHE_AN) as by:
            getattr(drafting, act)(draft.id, by=by)
    with papers.office_of("vanthu", NGHE_AN) as by:
        drafting.issue_draft(draft.id, by=by)
        return Dispatch.objects.get(id=draft.id).record_id


@pytest.fixture
def record() -> UUID:
    """A letter whose file has been read."""
    made = issued_with(("Báo cáo.txt", SAID.encode()))
    assert read_texts([made]) == 1
    return made


@pytest.mark.parametrize("words", ["Khe Chè", "khe che", "214 hộ", '"muong xen"', "so tan khoi vu"])
def test_a_document_is_found_by_what_its_file_says(record: UUID, words: str) -> None:
    page = text_of(client_of("chuyenvien", HA_TINH).get("/dispatches/search/", {"q": words}))
    assert "Đề nghị phối hợp ứng phó mưa lũ" in page
    assert f"/files/records/{record}/1/view/?q=" in page


def test_the_place_is_shown_with_the_words_marked(record: UUID) -> None:
    page = text_of(client_of("chuyenvien", HA_TINH).get("/dispatches/search/", {"q": "khe che"}))
    assert "vùng <mark>Khe</mark> <mark>Chè</mark> là 214 hộ" in page


@pytest.mark.parametrize("words", ["Khe Sanh", '"chè khe"', "hoche"])
def test_other_words_do_not_find_it(record: UUID, words: str) -> None:
    page = text_of(client_of("chuyenvien", HA_TINH).get("/dispatches/search/", {"q": words}))
    assert "Đề nghị phối hợp ứng phó mưa lũ" not in page


def test_an_office_without_the_document_learns_nothing(record: UUID) -> None:
    page = text_of(client_of("chuyenvien", NGHE_AN_PARTY).get("/dispatches/search/", {"q": "khe che"}))
    assert "Khe" not in page.replace('value="khe che"', "")


def test_what_a_file_says_is_never_markup() -> None:
    made = issued_with(("x.txt", b"Truoc <script>alert(1)</script> kheche <b>sau</b>"))
    read_texts([made])
    page = text_of(client_of("chuyenvien", HA_TINH).get("/dispatches/search/", {"q": "kheche"}))
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_missed_files_are_read_later_and_once() -> None:
    made = issued_with(("a.txt", b"mot hai"), ("b.pdf", b"%PDF-1.4 hong"))
    assert read_missed_texts() == 2
    assert read_missed_texts() == 0
    with scope("worker"):
        states = dict(AttachmentText.objects.filter(record_id=made).values_list("number", "state"))
    assert states == {1: "read", 2: "damaged"}
    assert read_texts([made], again=True) == 2
