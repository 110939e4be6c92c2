"""Files in and out: streamed, checked, attached once."""

from __future__ import annotations

import hashlib

import pytest
from django.conf import LazySettings

from tests.api.callers import Caller, caller, issued, letter
from tests.cast import NGHE_AN_PARTY, REGION

PDF = b"%PDF-1.7\n" + b"x" * 700_000


def test_a_file_travels_with_its_document(sender: Caller, receiver: Caller) -> None:
    upload = sender.upload("Kế hoạch.pdf", PDF)
    assert upload.status_code == 201, upload.content.decode()
    assert upload.json() | {"media_type": "application/pdf", "size": len(PDF)} == upload.json()
    dispatch_id = issued(sender, attachments=[upload.json()["id"]])
    (listed,) = receiver.get(f"/dispatches/{dispatch_id}").json()["attachments"]
    assert (listed["name"], listed["sha256"]) == ("Kế hoạch.pdf", hashlib.sha256(PDF).hexdigest())
    answer = receiver.get(f"/dispatches/{dispatch_id}/attachments/1")
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert receiver.get(f"/dispatches/{dispatch_id}/attachments/2").status_code == 404
    assert caller("vanthu", REGION).get(f"/dispatches/{dispatch_id}/attachments/1").status_code == 404


def test_a_file_belongs_to_one_document_and_one_office(sender: Caller) -> None:
    upload = sender.upload("a.pdf", PDF).json()["id"]
    issued(sender, attachments=[upload])
    again = sender.post("/dispatches", letter(attachments=[upload]))
    assert (again.status_code, list(again.json()["fields"])) == (422, ["attachments.0"])
    foreign = caller("vanthu", NGHE_AN_PARTY).upload("a.pdf", PDF).json()["id"]
    assert sender.post("/dispatches", letter(attachments=[foreign])).status_code == 422


def test_an_upload_sent_twice_is_one(sender: Caller) -> None:
    first, second = (sender.upload("a.pdf", PDF, key="the-same-key") for _ in range(2))
    assert first.content == second.content
    assert sender.upload("a.pdf", PDF + b"y", key="the-same-key").status_code == 422


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [("a.exe", b"MZ" + b"\0" * 200, 422), ("a.pdf", b"", 400), ("", PDF, 422), ("x" * 301, PDF, 422)],
)
def test_what_is_no_document_is_refused(sender: Caller, name: str, content: bytes, status: int) -> None:
    answer = sender.upload(name, content)
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_what_is_too_large_is_refused_before_it_is_read(sender: Caller, settings: LazySettings) -> None:
    settings.ATTACHMENT_MAX_BYTES = 1000
    answer = sender.upload("a.pdf", PDF)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
