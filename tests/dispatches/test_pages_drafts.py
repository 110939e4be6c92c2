"""The draft editor and the steps to issue, as a clerk, a specialist and a leader click them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from phoihop.dispatches.models import Dispatch, Draft, Register
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.models import Upload
from phoihop.offices.actions import body_id, office_id
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import UBND, drafted, issued, numbered, office_of, open_books, stated
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"


def _draft(draft_id: UUID) -> Draft:
    with office_of("chuyenvien", NGHE_AN):
        return Draft.objects.get(id=draft_id)


def _said(revision: int = 1, **changes: Any) -> dict[str, Any]:
    return {
        "revision": revision,
        "body_id": str(UBND),
        "type_code": "decision",
        "abstract": "Kiện toàn Ban Chỉ huy",
        "content": "Điều 1.",
        "urgency": "normal",
        "circulation": "NORMAL",
        "main": [str(office_id(HA_TINH.code))],
        **changes,
    }


def _as_read(draft_id: UUID) -> dict[str, int]:
    return {"revision": _draft(draft_id).revision}


def _path(draft_id: UUID, *rest: str) -> str:
    return "/".join(["/dispatches/drafts", str(draft_id), *rest, ""])


def _started(client: Client) -> UUID:
    return UUID(client.post("/dispatches/drafts/start/")["Location"].split("/")[3])


def test_starting_twice_opens_one_draft_until_it_is_touched() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    first = _started(client)
    assert _started(client) == first
    client.post(_path(first), _said())
    assert _started(client) != first


def test_the_list_shows_what_was_written_by_step_and_by_author() -> None:
    author, clerk = client_of("chuyenvien", NGHE_AN), client_of("vanthu", NGHE_AN)
    _started(author)
    draft = drafted(stated(HA_TINH, abstract="Đã viết"))
    assert text_of(clerk.get("/dispatches/drafts/")).count("data-row") == 1
    assert "Đã viết" in text_of(author.get("/dispatches/drafts/?mine=1"))
    assert "Đã viết" not in text_of(clerk.get("/dispatches/drafts/?mine=1"))
    author.post(_path(draft.id, "submit"))
    assert "Đã viết" in text_of(clerk.get("/dispatches/drafts/?state=submitted"))
    assert "Đã viết" not in text_of(clerk.get("/dispatches/drafts/?state=drafting"))


def test_the_whole_way_from_the_editor_to_the_recipient() -> None:
    open_books()
    specialist, leader, clerk = (client_of(key, NGHE_AN) for key in ("chuyenvien", "lanhdao", "vanthu"))
    draft = _started(specialist)
    specialist.post(_path(draft), _said(unit="NN"), headers={"X-Autosave": "1"})
    assert _draft(draft).unit == "NN"
    assert specialist.get(_path(draft)).status_code == 200
    page = text_of(specialist.post(_path(draft), _said(revision=2, submit="1"), follow=True))
    assert "Đã trình ký." in page
    assert "Chờ người có thẩm quyền ký." in page
    page = text_of(leader.get(_path(draft)))
    assert "Văn phòng UBND tỉnh Hà Tĩnh" in page
    assert _path(draft, "sign") in page
    assert "Đã ký." in text_of(leader.post(_path(draft, "sign"), _as_read(draft), follow=True))
    numbered_page = text_of(clerk.post(_path(draft, "number"), {"dated": "2026-01-05"}, follow=True))
    assert "Đã cấp số 01/QĐ-UBND." in numbered_page
    issued_page = clerk.post(_path(draft, "issue"), follow=True)
    assert "Đã phát hành" in text_of(issued_page)
    assert issued_page.redirect_chain[-1][0] == page_of(draft)
    again = clerk.post(_path(draft, "issue"))
    assert again["Location"] == page_of(draft)
    with office_of("vanthu", HA_TINH):
        assert Dispatch.objects.get(id=draft).code == "01/QĐ-UBND"


def test_autosave_answers_with_the_next_version_and_refuses_an_old_one() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    draft = _started(client)
    first = client.post(_path(draft), _said(abstract="Một"), headers={"X-Autosave": "1"})
    assert first.json() == {"version": "2"}
    stale = client.post(_path(draft), _said(abstract="Hai"), headers={"X-Autosave": "1"})
    assert stale.status_code == 409
    assert _draft(draft).abstract == "Một"


def test_a_save_that_comes_too_late_keeps_what_was_typed_and_may_then_overwrite() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    draft = _started(client)
    client.post(_path(draft), _said(abstract="Của thẻ khác"))
    answer = client.post(_path(draft), _said(abstract="Của thẻ này"))
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Của thẻ này</textarea>" in page
    assert 'name="revision" value="2"' in page
    assert "data-autosave-url-value" not in page, "saving over the other tab's text must be asked for"
    client.post(_path(draft), _said(revision=2, abstract="Của thẻ này"))
    assert _draft(draft).abstract == "Của thẻ này"


def test_submitting_an_incomplete_draft_saves_it_and_says_what_is_missing() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    draft = _started(client)
    answer = client.post(_path(draft), _said(abstract="", main=[], content="Đã viết", submit="1"))
    assert answer.status_code == 422
    page = text_of(answer)
    assert "Nhập trích yếu nội dung." in page
    assert "Chọn ít nhất một nơi nhận." in page
    assert _draft(draft).content == "Đã viết"
    assert _draft(draft).state == "drafting"


def test_a_deceptive_text_is_refused_at_its_field() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    draft = _started(client)
    answer = client.post(_path(draft), _said(abstract="a\u202eb"))
    assert answer.status_code == 422
    assert 'id="id_abstract_error"' in text_of(answer)


def test_types_follow_the_regime_of_the_body() -> None:
    client = client_of("chuyenvien", REGION)
    party = client.get("/dispatches/drafts/types/", {"body_id": str(body_id(REGION.code, "QK4-DU"))})
    assert "Kết luận" in text_of(party)
    military = client.get("/dispatches/drafts/types/", {"body_id": str(body_id(REGION.code, "QK4-BTL"))})
    assert "Kết luận" not in text_of(military)
    foreign = client.get("/dispatches/drafts/types/", {"body_id": str(UBND)})
    assert "Chọn cơ quan ban hành trước" in text_of(foreign)


def test_files_are_kept_with_the_draft_and_taken_out_again() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    draft = _started(client)
    answer = client.post(
        _path(draft, "files"), {"files": SimpleUploadedFile("Công văn.pdf", PDF)}, headers={"HX-Request": "true"}
    )
    assert "Công văn.pdf" in text_of(answer)
    with office_of("chuyenvien", NGHE_AN):
        upload = Upload.objects.get(holder_id=draft)
    removed = client.post(_path(draft, "files", str(upload.id), "remove"), headers={"HX-Request": "true"})
    assert "Công văn.pdf" not in text_of(removed)


def test_a_program_is_refused_beside_files_that_are_kept() -> None:
    client = client_of("chuyenvien", NGHE_AN)
    draft = _started(client)
    files = [SimpleUploadedFile("a.pdf", PDF), SimpleUploadedFile("b.pdf", b"MZ\x90\x00" * 4)]
    page = text_of(client.post(_path(draft, "files"), {"files": files}, headers={"HX-Request": "true"}))
    assert "là chương trình nên không được nhận" in page
    assert "a.pdf</a>" in page
    assert "b.pdf</a>" not in page


def test_the_existing_systems_number_is_typed_and_must_be_free() -> None:
    open_books(Register.NumberedBy.EXISTING)
    clerk = client_of("vanthu", NGHE_AN)
    taken, letter = numbered(stated(HA_TINH), typed="125"), drafted(stated(HA_TINH))
    client_of("chuyenvien", NGHE_AN).post(_path(letter.id, "submit"))
    client_of("lanhdao", NGHE_AN).post(_path(letter.id, "sign"), _as_read(letter.id))
    answer = clerk.post(_path(letter.id, "number"), {"number": "125", "dated": "2026-01-05"})
    assert answer.status_code == 422
    assert f"Số {taken.code} đã dùng trong sổ này." in text_of(answer)
    assert clerk.post(_path(letter.id, "number"), {"number": "x", "dated": "2026-01-05"}).status_code == 422
    done = text_of(clerk.post(_path(letter.id, "number"), {"number": "126", "dated": "2026-01-05"}, follow=True))
    assert "Đã cấp số 126/" in done


def test_a_returned_draft_says_why_to_its_author() -> None:
    letter = drafted(stated(HA_TINH))
    client_of("chuyenvien", NGHE_AN).post(_path(letter.id, "submit"))
    leader = client_of("lanhdao", NGHE_AN)
    assert leader.post(_path(letter.id, "return"), {"reason": ""}).status_code == 422
    leader.post(_path(letter.id, "return"), {"reason": "Sửa căn cứ"})
    assert "Sửa căn cứ" in text_of(client_of("chuyenvien", NGHE_AN).get(_path(letter.id)))


def test_a_step_that_was_taken_elsewhere_is_told_and_not_repeated() -> None:
    letter = drafted(stated(HA_TINH))
    client = client_of("chuyenvien", NGHE_AN)
    client.post(_path(letter.id, "submit"))
    answer = client.post(_path(letter.id, "submit"))
    assert answer.status_code == 409
    assert "không còn phù hợp" in text_of(answer)


def test_what_was_altered_after_reading_is_not_signed_unread() -> None:
    letter = drafted(stated(HA_TINH))
    specialist, leader = client_of("chuyenvien", NGHE_AN), client_of("lanhdao", NGHE_AN)
    specialist.post(_path(letter.id, "submit"))
    read = _as_read(letter.id)
    leader.post(_path(letter.id, "return"), {"reason": "Sửa"})
    specialist.post(_path(letter.id), _said(revision=_draft(letter.id).revision, abstract="Đã khác", submit="1"))
    answer = leader.post(_path(letter.id, "sign"), read)
    assert answer.status_code == 409
    assert "Đã khác" in text_of(answer)
    assert _draft(letter.id).signed_at is None
    leader.post(_path(letter.id, "sign"), _as_read(letter.id))
    assert _draft(letter.id).signed_at is not None


def test_a_draft_is_its_offices_alone() -> None:
    letter = drafted(stated(HA_TINH))
    stranger = client_of("vanthu", HA_TINH)
    assert stranger.get(_path(letter.id)).status_code == 404
    assert stranger.post(_path(letter.id, "issue")).status_code == 404


def test_a_reply_is_addressed_to_the_sender_and_names_what_it_answers() -> None:
    open_books()
    letter = issued(stated(HA_TINH, NGHE_AN_PARTY))
    client = client_of("chuyenvien", HA_TINH)
    location = client.post(page_of(letter, "reply"))["Location"]
    assert client.post(page_of(letter, "reply"))["Location"] == location
    page = text_of(client.get(location))
    assert "Phúc đáp Công văn số" in page
    assert f'<option value="{office_id(NGHE_AN.code)}" data-short="VP UBND Nghệ An"' in page
    with office_of("chuyenvien", HA_TINH):
        draft = Draft.objects.get(id=location.split("/")[3])
    assert draft.reply_to == letter
    assert [row["office"] for row in draft.recipients] == [str(office_id(NGHE_AN.code))]


def test_passing_on_carries_the_files() -> None:
    open_books()
    draft = numbered(stated(HA_TINH))
    with office_of("vanthu", NGHE_AN) as by:
        keep_upload(receive_file([PDF], name="Kèm theo.pdf"), holder_id=draft.id, by=by)
    client_of("vanthu", NGHE_AN).post(_path(draft.id, "issue"))
    client = client_of("chuyenvien", HA_TINH)
    page = text_of(client.get(client.post(page_of(draft.id, "forward"))["Location"]))
    assert "Kèm theo.pdf" in page
    assert draft.abstract in page


def test_lists_and_editor_are_drawn_in_few_statements() -> None:
    client = client_of("chanhvp", NGHE_AN)
    letter = drafted(stated(HA_TINH))
    for path in ("/dispatches/drafts/", _path(letter.id)):
        client.get(path)
        with assert_queries(at_most=15):
            assert client.get(path).status_code == 200
