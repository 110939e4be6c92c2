"""The page of a document as each side sees it, and what is done from it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from phoihop.core.clock import now
from phoihop.core.isolation import scope
from phoihop.exchange.models import Record, RecordBody
from phoihop.exchange.records import DISCLOSURE
from phoihop.offices.actions import office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, acting, position
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import directed, issued, open_books, registered, reply_of, stated
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> UUID:
    """A letter of Nghệ An that has just arrived in Hà Tĩnh."""
    open_books()
    return issued(stated(HA_TINH))


def test_the_sender_sees_who_has_it_and_the_receiver_what_to_do(letter: UUID) -> None:
    sender = text_of(client_of("vanthu", NGHE_AN).get(page_of(letter)))
    assert "Theo dõi tiếp nhận" in sender
    assert "VP UBND Hà Tĩnh" in sender
    assert "Vào sổ</button>" not in sender
    receiver = text_of(client_of("vanthu", HA_TINH).get(page_of(letter)))
    assert f'action="{page_of(letter, "register")}"' in receiver


def test_the_document_goes_through_the_receiving_office(letter: UUID) -> None:
    clerk, chief, specialist = (client_of(key, HA_TINH) for key in ("vanthu", "chanhvp", "chuyenvien"))
    done = text_of(clerk.post(page_of(letter, "register"), follow=True))
    assert "Đã vào sổ, số đến 1." in done
    lead = str(position("chuyenvien", HA_TINH))
    said = {"direction": "Tham mưu trả lời trước ngày 30", "lead": lead, "due_at": "2030-01-02T16:00"}
    directed_page = text_of(chief.post(page_of(letter, "direct"), said, follow=True))
    assert "Tham mưu trả lời trước ngày 30" in directed_page
    assert "16:00 02/01/2030" in directed_page
    assert 'id="act-accept" class="btn ph-btn ph-btn-primary"' in text_of(specialist.get(page_of(letter)))
    specialist.post(page_of(letter, "accept"))
    assert "Đã ghi xử lý xong" in text_of(specialist.post(page_of(letter, "finish"), {"result": "Xong"}, follow=True))
    sender = text_of(client_of("vanthu", NGHE_AN).get(page_of(letter)))
    assert "1 đã nhận xử lý · 1 đã xong" in sender
    assert "Tham mưu trả lời" not in sender


def test_what_is_refused_comes_back_with_what_was_typed(letter: UUID) -> None:
    registered(letter, HA_TINH)
    lead = str(position("chuyenvien", HA_TINH))
    said = {"direction": "Xử lý ngay", "lead": lead, "due_at": "2020-01-02T16:00"}
    answer = client_of("chanhvp", HA_TINH).post(page_of(letter, "direct"), said)
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Hạn xử lý đã qua" in page
    assert "Xử lý ngay</textarea>" in page
    assert f'<option value="{lead}" selected>' in page


def test_what_comes_too_late_says_so_and_keeps_the_words(letter: UUID) -> None:
    directed(letter, HA_TINH)
    specialist = client_of("chuyenvien", HA_TINH)
    specialist.post(page_of(letter, "finish"), {"result": "Lần một"})
    answer = specialist.post(page_of(letter, "finish"), {"result": "Lần hai"})
    assert answer.status_code == 409
    assert "Lần hai" in text_of(answer)
    assert "không còn phù hợp" in text_of(answer)


def test_opening_the_page_states_that_it_was_seen_once(letter: UUID) -> None:
    specialist = client_of("chuyenvien", HA_TINH)
    assert page_of(letter, "seen") in text_of(specialist.get(page_of(letter)))
    assert specialist.post(page_of(letter, "seen")).status_code == 204
    assert page_of(letter, "seen") not in text_of(specialist.get(page_of(letter)))
    assert "1 đã xem" in text_of(client_of("vanthu", NGHE_AN).get(page_of(letter)))


def test_a_return_needs_a_reason_and_the_sender_reads_it(letter: UUID) -> None:
    clerk = client_of("vanthu", HA_TINH)
    assert clerk.post(page_of(letter, "return"), {"reason": " "}).status_code == 422
    clerk.post(page_of(letter, "return"), {"reason": "Gửi nhầm <b>nơi</b>"})
    page = text_of(client_of("vanthu", NGHE_AN).get(page_of(letter)))
    assert "Gửi nhầm &lt;b&gt;nơi&lt;/b&gt;" in page


def test_a_stranger_finds_nothing_and_a_wrong_move_is_no_page(letter: UUID) -> None:
    stranger = client_of("vanthu", NGHE_AN_PARTY)
    assert stranger.get(page_of(letter)).status_code == 404
    assert stranger.post(page_of(letter, "register")).status_code == 404
    assert client_of("vanthu", HA_TINH).post(page_of(letter, "burn")).status_code == 404
    assert client_of("chuyenvien", HA_TINH).post(page_of(letter, "register")).status_code == 403
    assert client_of("chuyenvien", HA_TINH).post(page_of(letter, "distribute")).status_code == 403, "not what it lacks"


def test_further_recipients_are_added_with_a_reason(letter: UUID) -> None:
    chief = client_of("chanhvp", NGHE_AN)
    with_party = {"offices": [str(office_id(NGHE_AN_PARTY.code))], "reason": ""}
    assert chief.post(page_of(letter, "disclose"), with_party).status_code == 422
    page = text_of(chief.post(page_of(letter, "disclose"), {**with_party, "reason": "Để phối hợp"}, follow=True))
    assert "Đã gửi thêm 1 nơi nhận." in page
    assert "(gửi thêm)" in page
    assert "Để phối hợp" in page
    assert client_of("vanthu", NGHE_AN_PARTY).get(page_of(letter)).status_code == 200
    again = chief.post(page_of(letter, "disclose"), {**with_party, "reason": "Lần nữa"})
    assert again.status_code == 422


def test_who_may_disclose_approves_and_stands_in_the_record_and_nobody_else_may(letter: UUID) -> None:
    to = {"offices": [str(office_id(NGHE_AN_PARTY.code))], "reason": "Để phối hợp"}
    for key, office in (("chuyenvien", NGHE_AN), ("chanhvp", HA_TINH)):
        assert client_of(key, office).post(page_of(letter, "disclose"), to).status_code in (403, 404)
    client_of("chanhvp", NGHE_AN).post(page_of(letter, "disclose"), to)
    by = acting("chanhvp", NGHE_AN)
    with scope("web", by.office_id):
        (content,) = RecordBody.objects.filter(
            record_id__in=Record.objects.filter(subject_id=letter, kind=DISCLOSURE).values("id")
        ).values_list("content", flat=True)
    for said in (by.person_name, by.position_title, "Để phối hợp"):
        assert said.encode() in bytes(content)


@pytest.mark.parametrize(("key", "office"), [("chanhvp", HA_TINH), ("chanhvp", NGHE_AN), ("vanthu", NGHE_AN)])
def test_the_page_is_drawn_in_few_statements(letter: UUID, key: str, office: OfficeSpec) -> None:
    registered(letter, HA_TINH)
    client = client_of(key, office)
    client.get(page_of(letter))
    with assert_queries(at_most=15):
        assert client.get(page_of(letter)).status_code == 200


@pytest.mark.parametrize(("key", "office"), [("chanhvp", HA_TINH), ("chanhvp", NGHE_AN)])
def test_the_first_opening_of_a_day_with_its_entry_in_the_journal_is_within_the_bound(
    letter: UUID, key: str, office: OfficeSpec
) -> None:
    registered(letter, HA_TINH)
    client = client_of(key, office)
    client.get("/dispatches/search/")  # whoever opens a document has been seen a moment ago
    with assert_queries(at_most=15) as sent:
        assert client.get(page_of(letter)).status_code == 200
    assert any("audit_journalentry" in one and one.startswith("INSERT") for one in sent)


def test_the_live_parts_name_the_places_they_go_to(letter: UUID) -> None:
    page = text_of(client_of("vanthu", NGHE_AN).get(page_of(letter, "live")))
    for place in ("#dispatch-state", "#who-has-it", "#handling", "#timeline"):
        assert f'hx-target="{place}"' in page
    assert "<html" not in page


def test_lateness_is_shown_to_both_sides_until_there_is_an_answer() -> None:
    open_books()
    letter = issued(stated(HA_TINH, due_at=now() - timedelta(days=3)))
    for office in (NGHE_AN, HA_TINH):
        assert "quá hạn 3 ngày" in text_of(client_of("chanhvp", office).get(page_of(letter)))
    issued(reply_of(HA_TINH, letter), office=HA_TINH)
    page = text_of(client_of("chanhvp", NGHE_AN).get(page_of(letter)))
    assert "xong, chậm 3 ngày" in page
    assert "Được phúc đáp bởi" in page


def test_sending_stops_with_a_reason_and_what_was_sent_stays(letter: UUID) -> None:
    chief, there = client_of("chanhvp", NGHE_AN), client_of("vanthu", HA_TINH)
    assert "vẫn giữ và vẫn xem được" in text_of(chief.get(page_of(letter, "withdraw")))
    stopped = {"offices": [str(office_id(HA_TINH.code))], "reason": ""}
    assert chief.post(page_of(letter, "withdraw"), stopped).status_code == 422
    page = text_of(chief.post(page_of(letter, "withdraw"), {**stopped, "reason": "Gửi nhầm"}, follow=True))
    assert "Đã ngừng gửi cho" in page
    assert "ngừng gửi cho 1 nơi nhận" in page
    assert chief.post(page_of(letter, "withdraw"), {**stopped, "reason": "Lần nữa"}).status_code == 422
    page = text_of(there.get(page_of(letter)))
    assert "đã ngừng gửi văn bản này cho văn phòng" in page
    assert there.post(page_of(letter, "withdraw"), {**stopped, "reason": "x"}).status_code in {403, 404}
    chief.post(page_of(letter, "disclose"), {"offices": stopped["offices"], "reason": "Gửi lại"})
    assert "đã ngừng gửi văn bản này" not in text_of(there.get(page_of(letter)))
