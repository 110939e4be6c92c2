"""edXML through the API: a document out, a message in, and what became of it."""

from __future__ import annotations

import pytest

from phoihop.dispatches.edxml import EdxmlDocument, read
from tests.api.callers import caller
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.papers import issued, open_books, stated

pytestmark = pytest.mark.django_db


def test_a_document_leaves_here_and_is_taken_in_there() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    answer = caller("vanthu", NGHE_AN).get(f"/dispatches/{letter}/edxml")
    assert answer.status_code == 200
    sent = answer.content
    assert isinstance(read(sent), EdxmlDocument)
    there = caller("vanthu", HA_TINH)
    upload = there.upload("van-ban.edxml", sent).json()["id"]
    taken = there.post("/edxml", {"upload_id": upload}).json()
    assert (taken["outcome"], taken["kind"], taken["code"]) == ("imported", "document", "01/UBND")
    told = there.get(f"/dispatches/{taken['dispatch']}/edxml", what="status")
    assert b"<edXML:StatusCode>01<" in told.content
    assert there.post("/edxml", {"upload_id": upload}).status_code == 404
    again = there.upload("van-ban.edxml", sent).json()["id"]
    assert there.post("/edxml", {"upload_id": again}).json()["outcome"] == "known"


def test_what_cannot_be_read_waits_for_the_clerk() -> None:
    there = caller("vanthu", HA_TINH)
    upload = there.upload("van-ban.txt", b"khong phai edXML").json()["id"]
    taken = there.post("/edxml", {"upload_id": upload}).json()
    assert taken["outcome"] == "quarantined"
    assert taken["reason"]
    assert caller("chuyenvien", HA_TINH).post("/edxml", {"upload_id": upload}).status_code == 403
