"""Saved filters, chosen columns, and doing one thing to many rows after a look at each."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from phoihop.core.isolation import scope
from phoihop.dispatches.models import Handling
from phoihop.lists.models import SavedFilter
from tests.cast import HA_TINH, position
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import directed, issued, open_books, registered, stated

pytestmark = pytest.mark.django_db

INCOMING = "/dispatches/incoming/"


def _saved(**said: Any) -> SavedFilter:
    with scope("worker"):
        return SavedFilter.objects.get(**said)


def test_a_filter_is_kept_shared_opened_with_and_removed() -> None:
    clerk, chief = client_of("vanthu", HA_TINH), client_of("chanhvp", HA_TINH)
    clerk.post("/lists/incoming/filters/", {"name": " Hỏa  tốc ", "query": "urgency=express&after=x&junk=1"})
    mine = _saved()
    assert (mine.name, mine.query, mine.position_id) == ("Hỏa tốc", "urgency=express", position("vanthu", HA_TINH))
    assert "Hỏa tốc" in text_of(clerk.get(INCOMING))
    assert f"/lists/filters/{mine.id}/" not in text_of(chief.get(INCOMING))
    clerk.post("/lists/incoming/filters/", {"name": "Chung", "query": "state=late", "shared": "on", "opens": "on"})
    shared = _saved(name="Chung")
    assert clerk.get(INCOMING)["Location"] == f"{INCOMING}?state=late"
    assert clerk.get(INCOMING, {"state": "all"}).status_code == 200
    assert "Chung" in text_of(chief.get(INCOMING))
    chief.post(f"/lists/filters/{shared.id}/remove/")
    assert _saved(id=shared.id)
    chief.post("/lists/incoming/filters/", {"name": "Chung", "query": "state=open", "shared": "on"})
    assert _saved(id=shared.id).query == "state=late"
    chief.post("/lists/incoming/open-with/", {"filter": str(mine.id)})
    assert chief.get(INCOMING).status_code == 200
    clerk.post(f"/lists/filters/{shared.id}/remove/")
    assert clerk.get(INCOMING).status_code == 200


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\u202eb"])
def test_a_filter_has_a_name(name: str) -> None:
    clerk = client_of("vanthu", HA_TINH)
    answer = clerk.post(
        "/lists/incoming/filters/", {"name": name, "query": "state=late", "next": INCOMING}, follow=True
    )
    assert answer.status_code == 200
    with scope("worker"):
        assert not SavedFilter.objects.exists()


def test_columns_are_chosen_for_oneself() -> None:
    open_books()
    issued(stated(HA_TINH))
    clerk = client_of("vanthu", HA_TINH)
    clerk.post("/lists/incoming/columns/", {"shown": ["arrived", "state"]})
    page = text_of(clerk.get(INCOMING))
    assert 'data-list-column="state"' in page
    assert 'data-list-column="lead"' not in page
    assert 'data-label="Chủ trì"' not in page
    assert 'data-list-column="abstract"' in page
    assert 'data-list-column="lead"' in text_of(client_of("chanhvp", HA_TINH).get(INCOMING))


def test_there_is_no_such_list() -> None:
    assert client_of("vanthu", HA_TINH).post("/lists/nothing/columns/").status_code == 404


def _preview(client: Any, verb: str, ids: list[UUID]) -> Any:
    return client.post(f"/lists/incoming/bulk/{verb}/", {"chosen": [str(one) for one in ids]})


def _confirmed(page: str, **said: Any) -> dict[str, Any]:
    chosen = re.findall(r'name="chosen" value="([^"]+)"', page)
    marks = dict(re.findall(r'name="(mark-[^"]+)" value="([^"]*)"', page))
    return {"confirmed": "1", "chosen": chosen, **marks, **said}


def test_many_are_registered_after_a_look_at_each() -> None:
    open_books()
    new = [issued(stated(HA_TINH, abstract=f"Mới {number}")) for number in range(3)]
    old, foreign = issued(stated(HA_TINH, abstract="Đã vào")), UUID(int=5)
    registered(old, HA_TINH)
    clerk = client_of("vanthu", HA_TINH)
    page = text_of(_preview(clerk, "register", [*new, old, foreign]))
    assert "Sẽ làm với 3 văn bản" in page
    assert "Không làm được với 1 văn bản" in page
    assert "1 dòng đã chọn không còn" in page
    registered(new[1], HA_TINH)
    done = text_of(clerk.post("/lists/incoming/bulk/register/", _confirmed(page)))
    assert "Đã làm 2/3 văn bản" in done
    assert "Đã thay đổi sau khi xem trước" in done
    again = text_of(clerk.post("/lists/incoming/bulk/register/", _confirmed(page)))
    assert "Đã làm 0/3 văn bản" in again
    with scope("worker"):
        numbers = Handling.objects.values_list("arrival_number", flat=True)
        assert sorted(number or 0 for number in numbers) == [1, 2, 3, 4]


def test_many_are_distributed_and_accepted() -> None:
    open_books()
    letters = [issued(stated(HA_TINH, abstract=f"Số {number}")) for number in range(2)]
    for letter in letters:
        registered(letter, HA_TINH)
    chief, specialist = client_of("chanhvp", HA_TINH), client_of("chuyenvien", HA_TINH)
    page = text_of(_preview(chief, "distribute", letters))
    empty = chief.post("/lists/incoming/bulk/distribute/", _confirmed(page, to=""))
    assert empty.status_code == 422
    to = str(position("chuyenvien", HA_TINH))
    assert "Đã làm 2/2" in text_of(chief.post("/lists/incoming/bulk/distribute/", _confirmed(page, to=to, remark="")))
    given = issued(stated(HA_TINH))
    directed(given, HA_TINH, lead="trucban")
    page = text_of(_preview(specialist, "accept", [*letters, given]))
    assert "Sẽ làm với 2 văn bản" in page
    assert "chủ trì" in page
    assert "Đã làm 2/2" in text_of(specialist.post("/lists/incoming/bulk/accept/", _confirmed(page)))


def test_many_are_directed_to_the_same_people() -> None:
    open_books()
    letters = [issued(stated(HA_TINH, abstract=f"Số {number}")) for number in range(2)]
    for letter in letters:
        registered(letter, HA_TINH)
    chief = client_of("chanhvp", HA_TINH)
    page = text_of(_preview(chief, "direct", [*letters, issued(stated(HA_TINH, abstract="Chưa vào sổ"))]))
    assert "Sẽ làm với 2 văn bản" in page
    lead, helper = str(position("chuyenvien", HA_TINH)), str(position("trucban", HA_TINH))
    missing = chief.post("/lists/incoming/bulk/direct/", _confirmed(page, direction="Tham mưu.", coordinators=[helper]))
    assert missing.status_code == 422
    assert "Tham mưu." in text_of(missing)
    said = {"direction": "Tham mưu.", "lead": lead, "coordinators": [helper]}
    assert "Đã làm 2/2" in text_of(chief.post("/lists/incoming/bulk/direct/", _confirmed(page, **said)))
    with scope("worker"):
        found = Handling.objects.filter(lead_position_id=lead)
        assert [[one["position"] for one in row.coordinators] for row in found] == [[helper], [helper]]


def test_many_are_seen_and_nothing_chosen_is_said() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    clerk = client_of("vanthu", HA_TINH)
    page = text_of(_preview(clerk, "seen", [letter]))
    assert "Đã làm 1/1" in text_of(clerk.post("/lists/incoming/bulk/seen/", _confirmed(page)))
    assert "Đã xem từ trước" in text_of(_preview(clerk, "seen", [letter]))
    assert "Chưa chọn dòng nào" in text_of(clerk.post("/lists/incoming/bulk/seen/", follow=True))
    many = {"chosen": [str(UUID(int=number)) for number in range(201)]}
    assert "tối đa 200" in text_of(clerk.post("/lists/incoming/bulk/seen/", many, follow=True))


def test_who_may_not_act_on_one_may_not_act_on_many() -> None:
    assert client_of("chuyenvien", HA_TINH).post("/lists/incoming/bulk/register/").status_code == 403
    assert client_of("quantri", HA_TINH).post("/lists/incoming/bulk/seen/").status_code == 403
    assert client_of("vanthu", HA_TINH).post("/lists/incoming/bulk/nothing/").status_code == 404
