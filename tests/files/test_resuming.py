"""Files in pieces: what arrived stays, nothing is taken twice, and a whole file passes what every file must pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.core.errors import Conflict
from phoihop.core.isolation import scope
from phoihop.files.models import PartialUpload, Upload
from phoihop.files.resuming import append_piece, begin_upload, forget_old_partials
from phoihop.files.storage import open_stored, spool_root
from tests.cast import HA_TINH, NGHE_AN, acting
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(32, 127)) * 2_000
PIECES = "/files/pieces/"


def _begin(client: Any, content: bytes = CONTENT, name: str = "Bản đồ.txt", **said: Any) -> Any:
    return client.post(PIECES, {"name": name, "size": len(content), "fingerprint": "f", **said})


def _send(client: Any, address: str, offset: int, content: bytes) -> Any:
    headers = {"Upload-Offset": str(offset)}
    return client.patch(address, content, content_type="application/octet-stream", headers=headers)


def _sent_whole(client: Any, content: bytes = CONTENT, **said: Any) -> dict[str, Any]:
    address = _begin(client, content, **said).json()["address"]
    told: dict[str, Any] = _send(client, address, 0, content).json()
    return told


def test_a_file_comes_in_pieces() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    begun = _begin(client)
    assert begun.status_code == 200
    address = begun.json()["address"]
    assert _send(client, address, 0, CONTENT[:1000]).json()["offset"] == 1000
    assert client.get(address).json()["offset"] == 1000
    told = _send(client, address, 1000, CONTENT[1000:]).json()
    with papers.office_of("chuyenvien", NGHE_AN) as by:
        upload = Upload.objects.get(id=told["upload"], office_id=by.office_id)
    assert (upload.sha256, upload.size, upload.holder_id) == (hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), None)
    assert not list(spool_root().glob(f"partial-{begun.json()['id']}"))


def test_pieces_that_do_not_join_are_refused_with_the_offset_to_go_on_from() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    address = _begin(client).json()["address"]
    _send(client, address, 0, CONTENT[:500])
    refused = _send(client, address, 0, CONTENT[:500])
    assert (refused.status_code, refused.json()["code"]) == (409, "partial_offset")
    assert client.get(address).json()["offset"] == 500


def test_the_same_file_goes_on_where_it_stopped_and_is_told_when_it_is_whole() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    first = _begin(client).json()
    _send(client, first["address"], 0, CONTENT[:500])
    assert _begin(client).json()["offset"] == 500
    done = _send(client, first["address"], 500, CONTENT[500:]).json()
    assert _begin(client).json()["upload"] == done["upload"]
    assert _send(client, first["address"], 0, b"").json()["upload"] == done["upload"]


def _cut_after(count: int) -> Iterator[bytes]:
    yield CONTENT[:count]
    raise OSError("the line is gone")


def test_a_cut_line_keeps_what_came() -> None:
    by = acting("chuyenvien", NGHE_AN)
    with scope("web", by.office_id):
        begun = begin_upload(name="a.txt", size=len(CONTENT), fingerprint="", by=by)
    assert append_piece(begun.id, _cut_after(700), offset=0, by=by).offset == 700
    whole = append_piece(begun.id, [CONTENT[700:]], offset=700, by=by)
    with scope("web", by.office_id):
        sha256 = Upload.objects.get(id=str(whole.upload_id)).sha256
    with open_stored(sha256) as file:
        assert file.read() == CONTENT


def test_what_was_written_and_never_told_is_thrown_away() -> None:
    """Killed between the disk and the database: the file is longer than the offset says."""
    by = acting("chuyenvien", NGHE_AN)
    with scope("web", by.office_id):
        begun = begin_upload(name="a.txt", size=len(CONTENT), fingerprint="", by=by)
    append_piece(begun.id, [CONTENT[:100]], offset=0, by=by)
    with (spool_root() / f"partial-{begun.id}").open("ab") as file:
        file.write(b"rubbish")
    assert append_piece(begun.id, [CONTENT[100:]], offset=100, by=by).upload_id is not None


def test_a_lost_disk_begins_again() -> None:
    by = acting("chuyenvien", NGHE_AN)
    with scope("web", by.office_id):
        begun = begin_upload(name="a.txt", size=len(CONTENT), fingerprint="", by=by)
    append_piece(begun.id, [CONTENT[:100]], offset=0, by=by)
    (spool_root() / f"partial-{begun.id}").unlink()
    with pytest.raises(Conflict):
        append_piece(begun.id, [CONTENT[100:]], offset=100, by=by)
    assert append_piece(begun.id, [CONTENT], offset=0, by=by).upload_id is not None


@settings(deadline=None, max_examples=30)
@given(cuts=st.lists(st.integers(0, 5_000), max_size=6), resent=st.booleans())
def test_however_it_is_cut_the_whole_is_the_file(cuts: list[int], resent: bool) -> None:
    by, content = acting("chuyenvien", NGHE_AN), CONTENT[:5_000]
    with scope("web", by.office_id):
        begun = begin_upload(name="a.txt", size=len(content), fingerprint="", by=by)
    for end in (*sorted(cuts), len(content)):
        with scope("web", by.office_id):
            at = PartialUpload.objects.get(id=begun.id).offset
        if resent and 0 < at < len(content):
            with pytest.raises(Conflict):
                append_piece(begun.id, [content], offset=at - 1, by=by)
        whole = append_piece(begun.id, [content[at:end]], offset=at, by=by)
    with scope("web", by.office_id):
        assert Upload.objects.get(id=str(whole.upload_id)).sha256 == hashlib.sha256(content).hexdigest()
        Upload.objects.filter(office_id=by.office_id).delete()


def test_more_than_announced_is_refused_and_nothing_of_it_kept() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    address = _begin(client).json()["address"]
    assert _send(client, address, 0, CONTENT + b"x").status_code == 422
    assert client.get(address).json()["offset"] == 0


def test_a_program_is_refused_when_it_is_whole() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    content = b"MZ" + bytes(500)
    begun = _begin(client, content).json()
    refused = _send(client, begun["address"], 0, content)
    assert (refused.status_code, refused.json()["code"]) == (422, "file_program")
    assert client.get(begun["address"]).json()["refused"]
    assert not (spool_root() / f"partial-{begun['id']}").exists()


@pytest.mark.parametrize("size", ["0", "-1", "x", "9" * 20, str(151 * 1024 * 1024)])
def test_impossible_sizes_are_refused(size: str) -> None:
    assert _begin(client_of("chuyenvien", NGHE_AN), size=size).status_code == 422


def test_another_office_finds_nothing_and_another_person_lists_nothing() -> None:
    address = _begin(client_of("chuyenvien", NGHE_AN)).json()["address"]
    other = client_of("chuyenvien", HA_TINH)
    assert other.get(address).status_code == other.delete(address).status_code == 404
    assert _send(other, address, 0, CONTENT).status_code == 404
    for who, office in (("vanthu", NGHE_AN), ("chuyenvien", HA_TINH)):
        assert client_of(who, office).get(PIECES).json() == {"files": []}
    assert client_of("chuyenvien", NGHE_AN).get(f"{PIECES}{uuid4()}/").status_code == 404


def test_there_is_an_end_to_what_one_person_begins(settings: Any) -> None:
    client = client_of("chuyenvien", NGHE_AN)
    answers = [_begin(client, fingerprint=str(number)).status_code for number in range(21)]
    assert answers == [200] * 20 + [409]
    settings.PARTIAL_UPLOADS_MAX_BYTES = 21 * len(CONTENT)
    others = [_begin(client_of("vanthu", NGHE_AN), fingerprint=str(number)).status_code for number in range(2)]
    assert others == [200, 409]


def test_there_is_an_end_to_what_lies_unused(settings: Any) -> None:
    settings.UNHELD_UPLOADS_MAX_BYTES = 2 * len(CONTENT)
    client = client_of("chuyenvien", NGHE_AN)
    assert all(_sent_whole(client, fingerprint=str(number))["upload"] for number in range(2))
    assert _sent_whole(client, fingerprint="3")["code"] == "too_many_unheld"


def test_what_was_given_up_is_gone() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    begun = _begin(client).json()
    _send(client, begun["address"], 0, CONTENT[:100])
    assert client.delete(begun["address"]).status_code == 204
    assert client.get(begun["address"]).status_code == 404
    assert not (spool_root() / f"partial-{begun['id']}").exists()


def test_what_was_left_is_forgotten() -> None:
    by = acting("chuyenvien", NGHE_AN)
    with scope("web", by.office_id):
        begun = begin_upload(name="a.txt", size=10, fingerprint="", by=by)
        PartialUpload.objects.filter(id=begun.id).update(touched_at="2026-01-01T00:00:00Z")
    with scope("worker"):
        assert forget_old_partials() == 1


def test_a_draft_takes_what_was_sent_before() -> None:
    papers.open_books()
    draft = papers.drafted(papers.stated(HA_TINH))
    client = client_of("chuyenvien", NGHE_AN)
    told = _sent_whole(client)
    page = client.post(
        f"/dispatches/drafts/{draft.id}/files/", {"uploads": [told["upload"]]}, headers={"HX-Request": "true"}
    )
    assert "Bản đồ.txt" in text_of(page)
    again = client.post(
        f"/dispatches/drafts/{draft.id}/files/", {"uploads": [told["upload"]]}, headers={"HX-Request": "true"}
    )
    assert "tệp đã thuộc một văn bản khác" in text_of(again)


def test_a_paper_takes_what_was_sent_before() -> None:
    papers.open_books()
    clerk = client_of("vanthu", NGHE_AN)
    told = _sent_whole(clerk, name="Bản quét.txt")
    said = {"issuer_name": "Bộ Quốc phòng", "abstract": "Về việc tập huấn", "key": str(uuid4()), "urgency": "normal"}
    answer = clerk.post("/dispatches/incoming/paper/", {**said, "uploads": [told["upload"]]})
    assert answer.status_code == 302
    assert "Bản quét.txt" in text_of(clerk.get(answer.headers["Location"]))
