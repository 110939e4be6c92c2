"""The pages of agreeing on a draft: what is shown to whom; what is refused keeps what was typed."""

from __future__ import annotations

from uuid import UUID

import pytest

from phoihop.dispatches.approving import Needs
from phoihop.dispatches.models import ApprovalRoute, Draft, DraftOpinion
from phoihop.exchange import purging
from tests.cast import HA_TINH, NGHE_AN, position
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import office_of, open_books
from tests.dispatches.test_approving import approve, presented, set_route, step
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db


def path(draft: UUID, *rest: str) -> str:
    return "/".join(["/dispatches/drafts", str(draft), *rest, ""])


def revision(draft: UUID) -> int:
    with office_of("vanthu", NGHE_AN):
        return Draft.objects.get(id=draft).revision


def test_the_page_offers_what_this_person_may_do_now() -> None:
    set_route(step(Needs.ALL, "trucban"), step(Needs.ALL, "chanhvp"))
    draft = presented()
    pages = {key: text_of(client_of(key, NGHE_AN).get(path(draft))) for key in ("trucban", "chanhvp", "vanthu")}
    assert "approval-approve" in pages["trucban"]
    assert "approval-step_back" not in pages["trucban"]
    assert "approval-approve" not in pages["chanhvp"]
    assert "Giao người khác" in pages["chanhvp"]
    assert "Giao người khác" not in pages["vanthu"]
    assert "đang ở bước này" in pages["vanthu"]


def test_sent_twice_it_is_done_once_and_the_second_is_told() -> None:
    set_route(step(Needs.ALL, "trucban"))
    draft, client = presented(), client_of("trucban", NGHE_AN)
    said = {"revision": revision(draft), "remark": "Đồng ý"}
    assert client.post(path(draft, "approval", "approve"), said).status_code == 302
    assert client.post(path(draft, "approval", "approve"), said).status_code == 409


def test_an_approval_of_a_text_that_changed_is_refused_with_the_words_kept() -> None:
    set_route(step(Needs.ALL, "trucban", "chanhvp"))
    draft, read = presented(), revision(presented())
    said = {"revision": read, "abstract": "Trích yếu mới", "content": "Bản của Chánh Văn phòng."}
    assert client_of("chanhvp", NGHE_AN).post(path(draft, "approval", "amend"), said).status_code == 302
    answer = client_of("trucban", NGHE_AN).post(
        path(draft, "approval", "approve"), {"revision": read, "remark": "Rất tốt"}
    )
    assert answer.status_code == 409
    assert "Rất tốt" in text_of(answer)
    assert "Bản của" in text_of(answer)


def test_a_return_without_words_comes_back() -> None:
    set_route(step(Needs.ALL, "trucban"))
    draft = presented()
    answer = client_of("trucban", NGHE_AN).post(path(draft, "approval", "return"), {"reason": " "})
    assert answer.status_code == 422
    assert path(draft, "approval", "return") in text_of(answer)


def test_who_is_not_asked_may_not_and_other_offices_find_nothing() -> None:
    set_route(step(Needs.ALL, "trucban"))
    draft = presented()
    for verb, said in (("approve", {"revision": 2}), ("return", {"reason": "x"}), ("step_back", {"reason": "x"})):
        assert client_of("vanthu", NGHE_AN).post(path(draft, "approval", verb), said).status_code == 403
        assert client_of("chanhvp", HA_TINH).post(path(draft, "approval", verb), said).status_code == 404
    assert client_of("trucban", NGHE_AN).post(path(draft, "approval", "khong-co")).status_code == 404


def test_opinions_are_asked_and_answered_on_pages_and_late_ones_marked() -> None:
    draft = presented()
    author, asked = client_of("chuyenvien", NGHE_AN), client_of("trucban", NGHE_AN)
    assert author.get(path(draft, "opinions")).status_code == 302  # waits for signature already
    author.post(path(draft, "take_back"))
    assert author.post(path(draft, "opinions"), {"question": "Xem mục 2"}).status_code == 422
    said = {"people": [str(position("trucban", NGHE_AN))], "question": "Xem mục 2"}
    assert author.post(path(draft, "opinions"), said).status_code == 302
    with office_of("chuyenvien", NGHE_AN):
        DraftOpinion.objects.update(due_on="2026-01-05")
    assert "quá hạn" in text_of(author.get(path(draft)))
    assert "Xem mục 2" in text_of(asked.get(path(draft)))
    assert asked.post(path(draft, "approval", "answer"), {"answer": "remarks", "text": ""}).status_code == 422
    assert asked.post(path(draft, "approval", "answer"), {"answer": "remarks", "text": "Bỏ mục 2"}).status_code == 302
    assert "Bỏ mục 2" in text_of(author.get(path(draft)))


def test_a_former_text_can_be_read_beside_what_changed() -> None:
    set_route(step(Needs.ALL, "trucban"))
    draft = presented(content="Bản một.")
    reader = client_of("trucban", NGHE_AN)
    reader.post(path(draft, "approval", "return"), {"reason": "Viết lại"})
    page = text_of(reader.get(path(draft, "versions", "2")))
    assert "Bản một." in page
    assert "Viết lại" in page
    assert reader.get(path(draft, "versions", "9")).status_code == 404
    assert client_of("trucban", HA_TINH).get(path(draft, "versions", "1")).status_code == 404


def test_the_chief_sets_changes_and_removes_a_route() -> None:
    chief = client_of("chanhvp", NGHE_AN)
    said = {"type_code": "", "step0-kind": "approve", "step0-needs": "any", "step0-title": "Phòng duyệt"}
    assert chief.post("/dispatches/routes/new/", said).status_code == 422
    said["step0-people"] = str(position("trucban", NGHE_AN))
    assert chief.post("/dispatches/routes/new/", said).status_code == 302
    assert chief.post("/dispatches/routes/new/", said).status_code == 422
    with office_of("chanhvp", NGHE_AN):
        route = ApprovalRoute.objects.get()
    address = f"/dispatches/routes/{route.id}/"
    assert "Phòng duyệt" in text_of(chief.get(address))
    assert chief.post(address, said | {"step0-title": "Phòng Tổng hợp"}).status_code == 302
    assert "Phòng Tổng hợp" in text_of(chief.get("/dispatches/routes/"))
    assert client_of("chanhvp", HA_TINH).post(f"{address}remove/").status_code == 404
    assert chief.post(f"{address}remove/").status_code == 302
    assert "chưa đặt bước duyệt nào" in text_of(chief.get("/dispatches/routes/"))


def test_a_page_in_the_middle_of_its_way_asks_little() -> None:
    set_route(step(Needs.ALL, "trucban"), step(Needs.ALL, "chanhvp"))
    draft = presented()
    approve("trucban", draft)
    reader = client_of("lanhdao", NGHE_AN)
    reader.get(path(draft))
    with assert_queries(at_most=17):
        reader.get(path(draft))
    desk = client_of("chanhvp", NGHE_AN)
    desk.get("/")
    with assert_queries(at_most=15):
        assert "Trình ký: chờ tôi" in text_of(desk.get("/"))


def test_what_is_removed_by_two_people_leaves_no_former_text() -> None:
    open_books()
    set_route(step(Needs.ALL, "trucban"))
    draft = presented(content="Chuyện không được giữ.")
    client_of("trucban", NGHE_AN).post(
        path(draft, "approval", "approve"), {"revision": revision(draft), "remark": "Chuyện ấy đúng"}
    )
    for key, verb, said in (
        ("lanhdao", "sign", {"revision": revision(draft)}),
        ("vanthu", "number", {"dated": "24/11/2026"}),
        ("vanthu", "issue", {}),
    ):
        client_of(key, NGHE_AN).post(path(draft, verb), said)
    with office_of("quantri", NGHE_AN) as by:
        made = purging.propose_purge(draft, name="Công văn", reason="secrecy", decision="QĐ 7", by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        purging.confirm_purge(made.id, by=by)
    assert client_of("trucban", NGHE_AN).get(path(draft, "versions", "1")).status_code == 404
    assert "Chuyện ấy đúng" not in text_of(client_of("trucban", NGHE_AN).get(path(draft)))
