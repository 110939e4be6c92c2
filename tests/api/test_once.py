"""A write sent twice is done once: replayed, refused for another body, and safe when both come at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.api.models import ApiReply
from phoihop.core.isolation import scope
from phoihop.offices.actions import office_id
from tests.api.callers import Caller, caller, letter
from tests.cast import NGHE_AN, NGHE_AN_PARTY
from tests.dispatches.papers import open_books


def out(by: Caller) -> list[str]:
    return [one["code"] for one in by.get("/dispatches", direction="out").json()["items"]]


def test_the_same_request_twice_is_done_once(sender: Caller) -> None:
    body, key = letter(), str(uuid4())
    first, second = sender.post("/dispatches", body, key=key), sender.post("/dispatches", body, key=key)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert out(sender) == ["01/UBND"]


def test_the_same_key_for_another_request_is_refused(sender: Caller) -> None:
    key = str(uuid4())
    assert sender.post("/dispatches", letter(), key=key).status_code == 201
    for address, body in (("/dispatches", letter(abstract="Khác")), ("/drafts", {})):
        refused = sender.post(address, body, key=key)
        assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")
    assert out(sender) == ["01/UBND"]


def test_a_refused_request_leaves_its_key_free(sender: Caller) -> None:
    key = str(uuid4())
    assert sender.post("/dispatches", letter(abstract=""), key=key).status_code == 422
    assert sender.post("/dispatches", letter(), key=key).status_code == 201


def test_a_key_belongs_to_one_position(sender: Caller) -> None:
    key = str(uuid4())
    assert sender.post("/drafts", {"abstract": "Một"}, key=key).status_code == 201
    assert caller("chuyenvien", NGHE_AN).post("/drafts", {"abstract": "Hai"}, key=key).status_code == 201
    assert caller("vanthu", NGHE_AN_PARTY).post("/drafts", {"abstract": "Ba"}, key=key).status_code == 201


@pytest.mark.parametrize("key", ["", "short", "has space in it", "x" * 201, "đủ-dài-nhưng-có-dấu", "tab\tin-the-key"])
def test_a_write_without_a_usable_key_is_not_done(sender: Caller, key: str) -> None:
    answer = Caller(sender.secret)._client.post(
        "/api/v1/drafts",
        {},
        content_type="application/json",
        headers={"Authorization": f"Bearer {sender.secret}", "Idempotency-Key": key},
    )
    assert (answer.status_code, answer.json()["code"][:15]) == (400, "idempotency_key")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1)), min_size=1, max_size=8))
def test_any_sequence_of_keys_and_bodies_does_each_key_once(sender: Caller, order: list[tuple[int, int]]) -> None:
    """The first body a key came with is done; the same again is replayed; another body is refused."""
    keys, bodies = [str(uuid4()) for _ in range(3)], [{"abstract": "Một"}, {"abstract": "Hai"}]
    done: dict[int, tuple[int, bytes]] = {}
    for key, body in order:
        answer = sender.post("/drafts", bodies[body], key=keys[key])
        if key not in done:
            assert answer.status_code == 201
            done[key] = (body, answer.content)
        elif done[key][0] == body:
            assert answer.content == done[key][1]
        else:
            assert answer.status_code == 422
    assert len({content for _body, content in done.values()}) == len(done)


@pytest.mark.usefixtures("fresh_database")
def test_two_requests_at_the_same_moment_are_one() -> None:
    open_books()
    sender, body, key, together = caller("vanthu", NGHE_AN), letter(), str(uuid4()), Barrier(4)

    def send() -> bytes:
        together.wait()
        try:
            answer = Caller(sender.secret).post("/dispatches", body, key=key)
            assert answer.status_code == 201, answer.content.decode()
            return bytes(answer.content)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        answers = [one.result() for one in [pool.submit(send) for _ in range(4)]]
    assert len(set(answers)) == 1
    assert out(sender) == ["01/UBND"]
    with scope("web", office_id(NGHE_AN.code)):
        assert ApiReply.objects.filter(status=201).count() == 1
