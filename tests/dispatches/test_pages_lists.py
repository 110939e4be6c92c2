"""The lists: tabs and filters in the address, one page after the other, the next move in the row, the workbook."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from phoihop.core.clock import now
from phoihop.dispatches.actions import handling
from phoihop.offices.actions import office_id
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, position
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import directed, issued, office_of, open_books, registered, stated
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db

INCOMING = "/dispatches/incoming/"


def _rows(page: str) -> int:
    return page.count("data-row")


def _ids(answer: Any) -> list[str]:
    return [str(one) for one, _row in answer.context["listed"].rows]


def test_an_empty_list_says_what_belongs_there() -> None:
    assert "Chưa có văn bản đến" in text_of(client_of("vanthu", HA_TINH).get(INCOMING))
    assert "Chưa phát hành văn bản nào" in text_of(client_of("vanthu", HA_TINH).get("/dispatches/outgoing/"))


def test_tabs_show_what_waits_for_whom() -> None:
    open_books()
    new, given = issued(stated(HA_TINH, abstract="Mới đến")), issued(stated(HA_TINH, abstract="Đã giao"))
    directed(given, HA_TINH)
    clerk, specialist = client_of("vanthu", HA_TINH), client_of("chuyenvien", HA_TINH)
    page = text_of(clerk.get(INCOMING))
    assert _rows(page) == 2
    assert f'id="quick-{new}"' in page
    assert f'id="quick-{given}"' not in page
    only_new = text_of(clerk.get(INCOMING, {"state": "unregistered"}))
    assert "Mới đến" in only_new
    assert "Đã giao" not in only_new
    mine = text_of(specialist.get(INCOMING, {"state": "mine"}))
    assert "Đã giao" in mine
    assert "Mới đến" not in mine
    assert f'data-acknowledge="quick-{given}"' in mine


def test_the_row_itself_makes_the_next_move_and_comes_back_to_the_list() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    clerk = client_of("vanthu", HA_TINH)
    back = f"{INCOMING}?state=unregistered"
    answer = clerk.post(f"/dispatches/{letter}/register/", {"next": back})
    assert answer["Location"] == back
    assert _rows(text_of(clerk.get(back))) == 0
    elsewhere = clerk.post(f"/dispatches/{letter}/register/", {"next": "https://example.com/"})
    assert elsewhere.status_code == 409


def test_filters_narrow_and_nonsense_narrows_nothing() -> None:
    open_books()
    issued(stated(HA_TINH, abstract="Thượng khẩn về bão", urgency="very_urgent"))
    issued(stated(HA_TINH, abstract="Thường kỳ"))
    clerk = client_of("vanthu", HA_TINH)
    urgent = text_of(clerk.get(INCOMING, {"urgency": "very_urgent"}))
    assert "Thượng khẩn về bão" in urgent
    assert "Thường kỳ" not in urgent
    assert "Thường kỳ" in text_of(clerk.get(INCOMING, {"q": "thuong ky"}))
    assert _rows(text_of(clerk.get(INCOMING, {"q": "không có chữ này"}))) == 0
    assert _rows(text_of(clerk.get(INCOMING, {"office": str(office_id(NGHE_AN.code))}))) == 2
    assert _rows(text_of(clerk.get(INCOMING, {"office": str(office_id(NGHE_AN_PARTY.code))}))) == 0
    assert _rows(text_of(clerk.get(INCOMING, {"since": "2099-01-01"}))) == 0
    nonsense = {"office": "x", "urgency": "x", "since": "31/31", "state": "x", "at": "x", "after": "x"}
    assert _rows(text_of(clerk.get(INCOMING, nonsense))) == 2
    deceptive = text_of(clerk.get(INCOMING, {"q": "a\u202eb"}))
    assert "đảo chiều" in deceptive


def test_pages_follow_one_another_there_and_back_without_gap_or_double() -> None:
    open_books()
    letters = [str(issued(stated(HA_TINH, abstract=f"Văn bản {number}"))) for number in range(52)]
    clerk = client_of("vanthu", HA_TINH)
    first = clerk.get(INCOMING)
    second = clerk.get(INCOMING + first.context["listed"].next_url)
    assert second.context["listed"].next_url == ""
    assert first.context["listed"].previous_url == ""
    assert [*_ids(first), *_ids(second)] == letters[::-1]
    assert _ids(clerk.get(INCOMING + second.context["listed"].previous_url)) == _ids(first)
    oldest = clerk.get(INCOMING, {"sort": "arrived"})
    assert _ids(oldest) == letters[:50]
    assert 'aria-sort="ascending"' in text_of(oldest)


@pytest.mark.parametrize("sort", ["due", "-due", "registered", "-registered", "nonsense"])
def test_every_sort_shows_every_row_once_and_blanks_last(sort: str) -> None:
    open_books()
    letters = [issued(stated(HA_TINH, abstract=f"Văn bản {number}")) for number in range(4)]
    for days, letter in enumerate(letters[:2], start=1):
        registered(letter, HA_TINH)
        with office_of("chanhvp", HA_TINH) as by:
            handling.direct_dispatch(
                letter,
                direction="Làm",
                lead=position("chuyenvien", HA_TINH),
                due_at=now() + timedelta(days=days),
                by=by,
            )
    ids = _ids(client_of("vanthu", HA_TINH).get(INCOMING, {"sort": sort}))
    first = [str(one) for one in (letters[1::-1] if sort.startswith("-") else letters[:2])]
    rest = [str(letters[3]), str(letters[2])]
    assert ids == ([str(one) for one in letters[::-1]] if sort == "nonsense" else first + rest)


def test_what_is_returned_or_late_is_marked() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    with office_of("vanthu", HA_TINH) as by:
        handling.return_dispatch(letter, reason="Nhầm", by=by)
    assert _rows(text_of(client_of("vanthu", HA_TINH).get(INCOMING, {"state": "returned"}))) == 1
    outgoing = client_of("vanthu", NGHE_AN)
    assert _rows(text_of(outgoing.get("/dispatches/outgoing/", {"state": "returned"}))) == 1
    assert _rows(text_of(outgoing.get("/dispatches/outgoing/", {"state": "waiting"}))) == 0


@pytest.mark.parametrize("path", [INCOMING, f"{INCOMING}?state=late&q=mua", "/dispatches/outgoing/"])
def test_lists_are_drawn_in_few_statements(path: str) -> None:
    open_books()
    for office in (HA_TINH, NGHE_AN_PARTY):
        issued(stated(office))
        registered(issued(stated(office)), office)
    client = client_of("vanthu", HA_TINH if "incoming" in path else NGHE_AN)
    client.get(path)
    with assert_queries(at_most=15):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["incoming/", "outgoing/", "drafts/", "search/", "incoming/paper/", "incoming/waiting/"]
)
def test_a_visitor_signs_in_and_an_administrator_has_no_business_here(path: str) -> None:
    assert Client().get(f"/dispatches/{path}").status_code == 302
    assert client_of("quantri", HA_TINH).get(f"/dispatches/{path}").status_code == 403


def test_what_one_person_holds_is_listed_and_what_of_it_is_late() -> None:
    open_books()
    mine, theirs = issued(stated(HA_TINH, abstract="Của chuyên viên")), issued(stated(HA_TINH, abstract="Của trực ban"))
    directed(mine, HA_TINH)
    directed(theirs, HA_TINH, lead="trucban")
    chief, lead = client_of("chanhvp", HA_TINH), position("chuyenvien", HA_TINH)
    page = text_of(chief.get(f"/dispatches/incoming/?lead={lead}"))
    assert "Của chuyên viên" in page
    assert "Của trực ban" not in page
    assert "Không có văn bản nào khớp" in text_of(chief.get(f"/dispatches/incoming/?state=late&lead={lead}"))
    assert "Của trực ban" in text_of(chief.get("/dispatches/incoming/?lead=nonsense"))
