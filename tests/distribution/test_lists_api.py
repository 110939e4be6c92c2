"""Lists through the API: who is in one is read first, and sent only while it is still the same."""

from __future__ import annotations

import pytest

from phoihop.dispatches.models import Draft
from phoihop.distribution.models import ListUse
from tests.api.callers import Caller, caller, letter
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.papers import office_of, open_books
from tests.distribution.rosters import changed, listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> Caller:
    open_books()
    return caller("vanthu", NGHE_AN)


def test_a_document_goes_to_whom_was_seen_without_those_left_out(clerk: Caller) -> None:
    row = listed(HA_TINH, HUE, NGHE_AN_PARTY)
    (found,) = clerk.get("/distribution-lists", q="cac tinh").json()["items"]
    assert (found["id"], found["members"], found["version"]) == (str(row.id), 3, 1)
    shown = clerk.get(f"/distribution-lists/{row.id}").json()
    assert set(shown["offices"]) == {HA_TINH.code, HUE.code, NGHE_AN_PARTY.code}
    asked = {"id": shown["id"], "seen": shown["seen"], "without": [HUE.code]}
    answer = clerk.post("/dispatches", letter(REGION.code, lists=[asked]))
    assert answer.status_code == 201, answer.content.decode()
    sent = clerk.get(f"/dispatches/{answer.json()['id']}").json()["recipients"]
    assert {one["office"] for one in sent} == {REGION.code, HA_TINH.code, NGHE_AN_PARTY.code}
    with office_of("vanthu", NGHE_AN):
        assert ListUse.objects.get().list_id == row.id


def test_a_list_that_changed_since_it_was_read_sends_nothing(clerk: Caller) -> None:
    row = listed(HA_TINH)
    seen = clerk.get(f"/distribution-lists/{row.id}").json()["seen"]
    changed(row, HUE)
    answer = clerk.post("/dispatches", letter(REGION.code, lists=[{"id": str(row.id), "seen": seen}]))
    assert (answer.status_code, answer.json()["code"]) == (409, "list_changed")
    assert clerk.get("/dispatches", direction="out").json()["items"] == []


def test_an_empty_list_and_one_of_others_are_refused(clerk: Caller) -> None:
    empty = listed("rule:commune:99:")
    seen = clerk.get(f"/distribution-lists/{empty.id}").json()["seen"]
    answer = clerk.post("/dispatches", letter(REGION.code, lists=[{"id": str(empty.id), "seen": seen}]))
    assert (answer.status_code, answer.json()["code"]) == (422, "list_empty")
    foreign = listed(HUE, office=HA_TINH)
    assert clerk.get(f"/distribution-lists/{foreign.id}").status_code == 404
    answer = clerk.post("/dispatches", letter(REGION.code, lists=[{"id": str(foreign.id), "seen": "x"}]))
    assert answer.status_code == 404


def test_a_draft_keeps_its_lists(clerk: Caller) -> None:
    row = listed(HA_TINH)
    seen = clerk.get(f"/distribution-lists/{row.id}").json()["seen"]
    asked = {key: value for key, value in letter(REGION.code).items() if key not in ("signer", "signed_at", "dated")}
    answer = clerk.post("/drafts", {**asked, "lists": [{"id": str(row.id), "seen": seen}]})
    assert answer.status_code == 201, answer.content.decode()
    with office_of("vanthu", NGHE_AN):
        draft = Draft.objects.get(id=answer.json()["id"])
    assert [(one["list"], one["number"]) for one in draft.lists] == [(str(row.id), 1)]
    assert len(draft.recipients) == 2
