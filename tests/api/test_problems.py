"""Whatever goes wrong is told as a problem document, in words, at its status; never as a page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from phoihop.audit.models import JournalEntry
from phoihop.core.isolation import scope
from tests.api.callers import Caller, caller, issued
from tests.cast import HA_TINH, REGION, acting

TYPE = "application/problem+json"


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v1/dispatches/not-an-id", 404),
        ("DELETE", "/api/v1/dispatches", 405),
        ("POST", "/api/v1/me", 405),
        ("TRACE", "/api/v1/offices", 405),
        ("GET", "/api/v1/dispatches", 401),
    ],
)
def test_every_address_answers_with_a_document(db: None, method: str, address: str, status: int) -> None:
    answer = Client().generic(method, address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, TYPE)
    told = json.loads(answer.content)
    assert told["status"] == status
    assert told["detail"]
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"abstract": "\\ud800"}',
        b'{"abstract": NaN}',
        b"\xff\xfe",
        b'{"abstract": "a\\u0000"}',
    ],
)
def test_what_cannot_be_read_is_refused(sender: Caller, body: bytes) -> None:
    answer: Any = Client().generic(
        "POST",
        "/api/v1/drafts",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {sender.secret}", "Idempotency-Key": "some-key-1"},
    )
    assert answer.status_code in (400, 422), answer.content
    assert answer.headers["Content-Type"] == TYPE


def test_a_body_that_is_too_large_is_refused(sender: Caller) -> None:
    answer = sender.post("/drafts", {"content": "x" * 3_000_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_problems_speak_the_callers_language(db: None) -> None:
    said = {one: Client().get("/api/v1/me", headers={"Accept-Language": one}).json() for one in ("vi", "fr")}
    assert said["vi"]["title"] == said["fr"]["title"] == "Chưa xác thực"


def test_a_silent_database_is_told_as_such(sender: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_arguments: object) -> None:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr("phoihop.api.doors.acting_by_secret", silent)
    answer = sender.get("/me")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "server" not in answer.content.decode()


def test_a_defect_is_told_by_a_number_the_log_knows(
    sender: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_arguments: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("phoihop.api.doors.acting_by_secret", broken)
    answer = sender.get("/me")
    assert (answer.status_code, answer.json()["code"]) == (500, "defect")
    assert "secret detail" not in answer.content.decode()
    number = answer.json()["remedy"].split()[-1].rstrip(".")
    assert any(number in record.getMessage() for record in caplog.records)


def test_the_index_names_the_description_and_it_is_openapi_3_1(db: None) -> None:
    address = Client().get("/api/v1/").json()["openapi"]
    described = Client().get(address).json()
    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/dispatches", "/api/v1/receipts", "/api/v1/offices", "/api/v1/uploads"} <= set(described["paths"])


def test_what_the_api_refuses_stands_in_the_journal_as_what_pages_refuse_does(sender: Caller) -> None:
    stranger, handler, keeper = (
        caller(*one) for one in (("vanthu", REGION), ("quantri", HA_TINH), ("quantri", REGION))
    )
    dispatch_id = issued(sender, HA_TINH.code)
    for _turn in range(2):
        assert stranger.get(f"/dispatches/{dispatch_id}").status_code == 404
    assert handler.get("/dispatches").status_code == 403
    assert keeper.upload("a.txt", b"a").status_code == 403
    with scope("worker"):
        rows = JournalEntry.objects.filter(event="offices:access:refused").values_list("person_id", "detail")
        kept = sorted((person, said["thing"], said["code"]) for person, said in rows)
    assert kept == sorted(
        [
            (acting("vanthu", REGION).person_id, str(dispatch_id), "dispatch_unknown"),
            (acting("quantri", HA_TINH).person_id, "", "permission_missing"),
            (acting("quantri", REGION).person_id, "", "permission_missing"),
        ]
    )
