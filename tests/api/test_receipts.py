"""Saying how far documents got, in batches, under the rules of handling."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.api.callers import Caller, caller, issued
from tests.cast import HA_TINH
from tests.dispatches.papers import directed


def reached(sender: Caller, dispatch_id: object) -> dict[str, str | None]:
    (delivery,) = sender.get(f"/dispatches/{dispatch_id}").json()["deliveries"]
    return {name: value for name, value in delivery.items() if name.endswith("_at") and value}


def test_what_was_seen_and_registered_is_told_to_the_sender(sender: Caller, receiver: Caller) -> None:
    sent = [str(issued(sender, abstract=f"Văn bản {number}")) for number in range(3)]
    answer = receiver.post("/receipts", {"items": [{"dispatch": one, "state": "seen"} for one in sent]})
    assert answer.json() == {"stated": sent, "unchanged": []}
    again = receiver.post("/receipts", {"items": [{"dispatch": sent[0], "state": "seen"}]})
    assert again.json() == {"stated": [], "unchanged": [sent[0]]}
    receiver.post("/receipts", {"items": [{"dispatch": sent[0], "state": "registered"}]})
    assert set(reached(sender, sent[0])) == {"arrived_at", "seen_at", "registered_at"}
    (row,) = [one for one in receiver.get("/dispatches").json()["items"] if one["id"] == sent[0]]
    assert (row["state"], row["arrival_number"]) == ("registered", 1)


def test_accepting_and_finishing_follow_the_states_of_handling(sender: Caller, receiver: Caller) -> None:
    dispatch_id = issued(sender)
    specialist = caller("chuyenvien", HA_TINH)
    early = specialist.post("/receipts", {"items": [{"dispatch": str(dispatch_id), "state": "done"}]})
    assert (early.status_code, list(early.json()["fields"])) == (409, ["items.0"])
    directed(dispatch_id, HA_TINH)
    for state in ("accepted", "done"):
        answer = specialist.post("/receipts", {"items": [{"dispatch": str(dispatch_id), "state": state}]})
        assert answer.status_code == 200, answer.content.decode()
    assert {"accepted_at", "done_at"} <= set(reached(sender, dispatch_id))


def test_a_batch_is_stated_whole_or_not_at_all(sender: Caller, receiver: Caller) -> None:
    dispatch_id = issued(sender)
    items = [{"dispatch": str(dispatch_id), "state": "seen"}, {"dispatch": str(uuid4()), "state": "seen"}]
    answer = receiver.post("/receipts", {"items": items})
    assert (answer.status_code, list(answer.json()["fields"])) == (404, ["items.1.dispatch"])
    items[1] = {"dispatch": str(dispatch_id), "state": "returned"}
    answer = receiver.post("/receipts", {"items": items})
    assert answer.status_code == 422
    assert "items.1.reason" in answer.json()["fields"]
    assert set(reached(sender, dispatch_id)) == {"arrived_at"}


@pytest.mark.parametrize("state", ["arrived", "answered", "", None, 5])
def test_an_office_says_only_what_is_its_own_to_say(sender: Caller, receiver: Caller, state: object) -> None:
    answer = receiver.post("/receipts", {"items": [{"dispatch": str(issued(sender)), "state": state}]})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["items.0.state"])


def test_a_batch_has_bounds(receiver: Caller) -> None:
    item = {"dispatch": str(uuid4()), "state": "seen"}
    assert receiver.post("/receipts", {"items": []}).status_code == 422
    assert receiver.post("/receipts", {"items": [item] * 501}).status_code == 422


def test_who_may_not_register_does_not(sender: Caller, receiver: Caller) -> None:
    body = {"items": [{"dispatch": str(issued(sender)), "state": "registered"}]}
    assert caller("chuyenvien", HA_TINH).post("/receipts", body).status_code == 403
