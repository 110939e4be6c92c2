"""Recall, update and replacement on the page: who may begin them, what is asked back, who still holds the text."""

from __future__ import annotations

import io
from uuid import UUID

import pytest

from phoihop.dispatches.edxml import read
from phoihop.dispatches.models import Change, Dispatch, Draft
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import issued, office_of, open_books, stated
from tests.dispatches.test_changes import WHY, recalled
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> UUID:
    """A letter of Nghệ An that two offices have."""
    open_books()
    return issued(stated(HA_TINH, REGION))


def change_of(letter: UUID) -> str:
    with office_of("vanthu", NGHE_AN):
        return str(Change.objects.get(dispatch_id=letter).id)


def test_those_in_authority_recall_and_everyone_sees_it(letter: UUID) -> None:
    leader = client_of("lanhdao", NGHE_AN)
    opened = text_of(leader.get(page_of(letter)))
    assert page_of(letter, "change", "recall") in opened
    assert page_of(letter, "change", "withdraw") not in opened, "it has a page of its own"
    assert page_of(letter, "change", "recall") not in text_of(client_of("vanthu", NGHE_AN).get(page_of(letter)))
    done = text_of(leader.post(page_of(letter, "change", "recall"), {"reason": WHY}, follow=True))
    assert "Đã thu hồi. Các nơi đang giữ văn bản được đề nghị trả lời." in done
    assert "0/2 nơi đã trả lời · 2 nơi còn giữ bản cũ hoặc chưa rõ" in done
    theirs = text_of(client_of("vanthu", HA_TINH).get(page_of(letter)))
    assert WHY in theirs
    assert "Chờ trả lời" in theirs
    for address in ("/dispatches/incoming/", "/dispatches/search/?q=phoi+hop"):
        assert "Đã thu hồi" in text_of(client_of("vanthu", HA_TINH).get(address))
    assert "Đã thu hồi" in text_of(client_of("vanthu", NGHE_AN).get("/dispatches/outgoing/"))


def test_who_agrees_no_longer_reads_it(letter: UUID) -> None:
    recalled(letter)
    clerk = client_of("vanthu", HA_TINH)
    assert "Kính đề nghị quý cơ quan phối hợp." in text_of(clerk.get(page_of(letter)))
    done = text_of(clerk.post(page_of(letter, "changes", change_of(letter), "agree"), follow=True))
    assert "Đã trả lời nơi ban hành." in done
    assert "Kính đề nghị quý cơ quan phối hợp." not in done
    assert "chỉ giữ dấu vết" in done
    assert "Đề nghị phối hợp ứng phó mưa lũ" in done
    issuer = text_of(client_of("vanthu", NGHE_AN).get(page_of(letter)))
    assert "1/2 nơi đã trả lời · 1 nơi còn giữ bản cũ hoặc chưa rõ" in issuer
    assert "Không còn" in issuer
    other = text_of(client_of("vanthu", REGION).get(page_of(letter)))
    assert "Kính đề nghị quý cơ quan phối hợp." in other
    assert "đồng ý với đề nghị" not in other


def test_who_refuses_must_say_why(letter: UUID) -> None:
    recalled(letter)
    clerk = client_of("vanthu", HA_TINH)
    address = page_of(letter, "changes", change_of(letter), "refuse")
    answer = clerk.post(address, {"reason": ""})
    assert answer.status_code == 422
    assert f'action="{address}"' in text_of(answer)
    assert "Đã triển khai" in text_of(clerk.post(address, {"reason": "Đã triển khai"}, follow=True))
    again = clerk.post(address, {"reason": "Lần nữa"})
    assert again.status_code == 409
    assert "Lần nữa" in text_of(again)


def test_a_replacement_begins_as_a_draft(letter: UUID) -> None:
    writer = client_of("chuyenvien", NGHE_AN)
    answer = writer.post(page_of(letter, "change", "replace"), {"reason": WHY})
    assert answer.status_code == 302
    with office_of("chuyenvien", NGHE_AN):
        draft = Draft.objects.get(related_to=letter)
        assert (draft.changes, draft.change_reason) == ("replace", WHY)
    assert writer.post(page_of(letter, "change", "shred"), {"reason": WHY}).status_code == 404
    assert writer.post(page_of(letter, "change", "replace"), {"reason": " "}).status_code == 422


def test_a_correction_is_a_letter_that_names_what_it_corrects_and_why(letter: UUID) -> None:
    writer = client_of("chuyenvien", NGHE_AN)
    assert writer.post(page_of(letter, "change", "update"), {"reason": "Ghi nhầm ngày."}).status_code == 302
    with office_of("chuyenvien", NGHE_AN):
        draft, old = Draft.objects.get(related_to=letter), Dispatch.objects.get(id=letter)
    assert (draft.changes, draft.type_code) == ("update", "letter")
    assert old.dated is not None
    assert f"số {old.code} ngày {old.dated:%d/%m/%Y}" in draft.content
    assert "Lý do đính chính: Ghi nhầm ngày." in draft.content
    assert draft.recipients == old.recipients


def test_a_document_is_taken_out_as_edxml(letter: UUID) -> None:
    answer = client_of("chuyenvien", HA_TINH).post(page_of(letter, "edxml", "document"))
    assert answer["Content-Disposition"].startswith("attachment")
    content = io.BytesIO(b"".join(answer)).getvalue()
    assert read(content)
    recalled(letter)
    revoke = client_of("vanthu", NGHE_AN).post(page_of(letter, "changes", change_of(letter), "edxml"))
    assert b"<edXML:BussinessDocType>1<" in b"".join(revoke)
    assert client_of("vanthu", NGHE_AN).post(page_of(letter, "edxml", "receivers")).status_code == 409
    assert client_of("vanthu", NGHE_AN_PARTY).post(page_of(letter, "edxml", "document")).status_code == 404


def test_a_recalled_document_asks_the_database_no_more_than_any(letter: UUID) -> None:
    recalled(letter)
    for who, office in (("lanhdao", NGHE_AN), ("vanthu", HA_TINH)):
        client = client_of(who, office)
        client.get(page_of(letter))
        with assert_queries(at_most=20):
            client.get(page_of(letter))
