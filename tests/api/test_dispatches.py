"""Issuing, listing and reading documents through the API, under the rules of the pages."""

from __future__ import annotations

import unicodedata
from uuid import UUID, uuid4

import pytest

from tests.api.callers import Caller, caller, issued, letter
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION, position

NOBODY = str(UUID(int=7))


def test_a_document_goes_from_one_offices_software_to_anothers(sender: Caller, receiver: Caller) -> None:
    answer = sender.post("/dispatches", letter(HA_TINH.code, NGHE_AN_PARTY.code))
    assert answer.status_code == 201
    assert answer.json()["code"] == "01/UBND"
    listed = receiver.get("/dispatches").json()["items"]
    assert [(one["id"], one["code"], one["owner"], one["state"]) for one in listed] == [
        (answer.json()["id"], "01/UBND", "NA-VPUBND", "arrived")
    ]
    shown = receiver.get(f"/dispatches/{answer.json()['id']}").json()
    assert shown["content"] == "Kính đề nghị quý cơ quan phối hợp."
    assert {one["office"] for one in shown["recipients"]} == {HA_TINH.code, NGHE_AN_PARTY.code}
    assert [one["office"] for one in shown["deliveries"]] == [HA_TINH.code], "who else got it how far is not told"
    out = sender.get("/dispatches", direction="out").json()["items"]
    assert out[0]["reached"] | {"all": 2, "arrived": 2, "registered": 0} == out[0]["reached"]


def test_what_was_sent_decomposed_is_kept_composed(sender: Caller, receiver: Caller) -> None:
    abstract = unicodedata.normalize("NFD", "Về việc sắp xếp tổ chức")
    dispatch_id = issued(sender, abstract=abstract)
    assert receiver.get(f"/dispatches/{dispatch_id}").json()["abstract"] == "Về việc sắp xếp tổ chức"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("abstract", "Quyết\u0007 định", "abstract"),
        ("abstract", "Quyết \u202eđịnh", "abstract"),
        ("abstract", "x" * 501, "abstract"),
        ("abstract", "  ", "abstract"),
        ("content", "a\u200bb", "content"),
        ("type_code", "nothing", "type_code"),
        ("body", "HT-UBND", "body"),
        ("recipients", [{"office": "KHONG-CO"}], "recipients.0.office"),
        ("recipients", [{"office": NGHE_AN.code}], "recipients"),
        ("recipients", [], "recipients"),
        ("recipients", [{"office": HA_TINH.code, "role": "boss"}], "recipients.0.role"),
        ("signer", NOBODY, "signer"),
        ("signer", str(position("chuyenvien", NGHE_AN)), "signer"),
        ("signed_at", "2026-10-03T14:05:00", "signed_at"),
        ("dated", "2199-01-01", "dated"),
        ("dated", "not a day", "dated"),
        ("attachments", [NOBODY], "attachments.0"),
        ("urgency", "yesterday", "urgency"),
        ("surprise", 1, "surprise"),
    ],
)
def test_what_does_not_fit_is_named_at_its_field(sender: Caller, field: str, value: object, named: str) -> None:
    answer = sender.post("/dispatches", letter(**{field: value}))
    assert answer.status_code == 422, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert named in problem["fields"], problem
    assert problem["fields"][named][0]
    assert sender.get("/dispatches", direction="out").json()["items"] == []


def test_a_number_is_given_once_even_when_the_document_is_refused(sender: Caller) -> None:
    assert sender.post("/dispatches", letter(recipients=[{"office": NGHE_AN.code}])).status_code == 422
    assert sender.post("/dispatches", letter()).json()["code"] == "01/UBND"


def test_who_may_not_issue_is_refused(receiver: Caller) -> None:
    answer = caller("chuyenvien", NGHE_AN).post("/dispatches", letter())
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")


def test_another_offices_document_does_not_exist(sender: Caller) -> None:
    dispatch_id = issued(sender, HA_TINH.code)
    stranger = caller("vanthu", REGION)
    assert stranger.get(f"/dispatches/{dispatch_id}").status_code == 404
    assert stranger.get(f"/dispatches/{uuid4()}").json() == stranger.get(f"/dispatches/{dispatch_id}").json()
    assert stranger.get("/dispatches").json()["items"] == []
    assert stranger.get("/dispatches", q="mưa lũ").json()["items"] == []
    refused = stranger.post("/receipts", {"items": [{"dispatch": str(dispatch_id), "state": "seen"}]})
    assert refused.status_code == 404


def test_pages_follow_one_another_without_gap(sender: Caller, receiver: Caller) -> None:
    sent = [str(issued(sender, abstract=f"Văn bản {number}")) for number in range(5)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = receiver.get("/dispatches", limit=2, cursor=cursor).json()
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == sent[::-1]
    assert receiver.get("/dispatches", cursor="nonsense").status_code == 422


def test_lists_are_searched_with_and_without_diacritics_and_by_code(sender: Caller, receiver: Caller) -> None:
    found, other = issued(sender), issued(sender, abstract="Báo cáo quý", content="Khác")
    for words in ("ứng phó mưa", "ung pho", "01 ubnd"):
        listed = [one["id"] for one in receiver.get("/dispatches", q=words).json()["items"]]
        assert listed == [str(found)], words
    assert [one["id"] for one in sender.get("/dispatches", direction="out", q="bao cao").json()["items"]] == [
        str(other)
    ]
    assert receiver.get("/dispatches", state="unregistered").json()["items"]
    assert receiver.get("/dispatches", state="lost").status_code == 422


def test_a_draft_waits_on_the_pages(sender: Caller) -> None:
    answer = sender.post("/drafts", {"abstract": "Dự thảo từ phần mềm"})
    assert answer.status_code == 201
    assert answer.json()["state"] == "drafting"
