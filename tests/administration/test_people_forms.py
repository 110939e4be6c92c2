"""One person, one position, one delegation by form: what is made, what is refused at its field, who is told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from phoihop.core.clock import today
from phoihop.core.isolation import scope
from phoihop.offices.actions import body_id
from phoihop.offices.models import Account, Delegation, Position
from phoihop.offices.staff_selectors import staff_of, suggested_username
from tests.cast import HA_TINH, NGHE_AN, position
from tests.dispatches.browsing import text_of
from tests.dispatches.papers import office_of
from tests.offices.test_sign_in_pages import signed_in

pytestmark = pytest.mark.django_db

NEW = "/administration/people/new/"


def administrator() -> Client:
    return signed_in(f"quantri.{NGHE_AN.code.lower()}")


def person(**changes: Any) -> dict[str, Any]:
    return {
        "full_name": "Nguyễn Thị Hoà Bình", "title": "Chuyên viên", "roles": ["specialist"],
        "valid_from": "2026-07-01", "signs_0": "form", "form_0": "TL. CHỦ TỊCH\nCHUYÊN VIÊN", **changes,
    }  # fmt: skip


def test_a_person_is_added_with_a_name_to_sign_in_with_and_a_password_shown_once() -> None:
    made = administrator().post(NEW, person())
    page = made.content.decode()
    assert made.status_code == 200
    assert "binh.nth" in page
    password = re.search(r'<code class="ph-secret">([^<]+)</code>', page)
    assert password is not None
    with scope("gate"):
        account = Account.objects.get(username="binh.nth")
    assert account.check_password(password[1])
    assert account.must_change_password
    with office_of("quantri", NGHE_AN) as by:
        held = next(one for one in staff_of(by) if one.username == "binh.nth").positions[0]
        assert held.signs[0][1] == "TL. CHỦ TỊCH\nCHUYÊN VIÊN"
        assert suggested_username("Nguyễn Thị Hoà Bình") == "binh.nth2"


def test_whoever_begins_later_gets_the_slip_now_with_the_day_and_is_told_it_on_coming_early() -> None:
    begins = today() + timedelta(days=10)
    page = administrator().post(NEW, person(valid_from=begins.isoformat(), username="hoa.later")).content.decode()
    assert f"Chuyên viên (từ {begins:%d/%m/%Y})" in page
    password = re.search(r'<code class="ph-secret">([^<]+)</code>', page)
    assert password is not None
    early = Client()
    early.post("/accounts/login/", {"login": "hoa.later", "password": password[1]})
    with scope("gate"):
        Account.objects.filter(username="hoa.later").update(must_change_password=False)
    answer = early.get("/")
    assert answer.status_code == 403
    assert f"bắt đầu từ ngày {begins:%d/%m/%Y}" in text_of(answer)
    listed = text_of(administrator().get("/offices/accounts/"))
    assert f"(từ {begins:%d/%m/%Y})" in listed


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"full_name": ""}, "has-error"),
        ({"username": "A B"}, "không hợp lệ"),
        ({"username": f"vanthu.{HA_TINH.code.lower()}"}, "đã có người dùng"),
        ({"username": f"vanthu.{NGHE_AN.code.lower()}"}, "Văn phòng đã có người mang tên đăng nhập này"),
        ({"valid_to": "2026-01-01"}, "Ngày kết thúc trước ngày bắt đầu"),
        ({"roles": ["node_operator"]}, "do người vận hành máy chủ giao"),
        ({"form_0": ""}, "Ghi dòng thẩm quyền"),
        ({"title": "Chuyên\u202eviên"}, "đảo chiều"),
    ],
)
def test_what_cannot_be_comes_back_with_everything_typed(changes: dict[str, Any], message: str) -> None:
    refused = administrator().post(NEW, person(**changes))
    assert refused.status_code == 422
    assert message in text_of(refused)
    assert "TL. CHỦ TỊCH" in refused.content.decode() or "form_0" in changes


def test_somebody_of_the_same_name_is_shown_before_a_second_one_is_made() -> None:
    browser = administrator()
    browser.post(NEW, person())
    again = browser.post(NEW, person())
    assert again.status_code == 422
    assert "binh.nth)" in text_of(again)
    assert "binh.nth2" in text_of(browser.post(NEW, person(is_other="on")))


def test_a_position_is_opened_and_changed_and_not_opened_twice() -> None:
    browser = administrator()
    clerk = position("vanthu", NGHE_AN)
    with office_of("quantri", NGHE_AN):
        owner = Position.objects.get(id=clerk).person_id
    opened = {"title": "Thủ quỹ", "roles": ["specialist"], "valid_from": "2026-07-01"}
    address = f"/administration/people/{owner}/positions/"
    assert browser.get(address).status_code == 200
    assert browser.post(address, opened).status_code == 302
    assert "chức vụ cùng tên" in text_of(browser.post(address, opened))
    changed = {"title": "Trưởng phòng Văn thư", "roles": ["records_clerk", "duty_officer"], "valid_from": "2025-07-01"}
    assert "Nhân viên văn thư" in text_of(browser.get(f"/administration/positions/{clerk}/"))
    assert browser.post(f"/administration/positions/{clerk}/", changed).status_code == 302
    with office_of("quantri", NGHE_AN):
        titles = set(Position.objects.filter(person_id=owner).values_list("title", flat=True))
        assert titles == {"Trưởng phòng Văn thư", "Thủ quỹ"}
    own = position("quantri", NGHE_AN)
    refused = browser.post(f"/administration/positions/{own}/", {**changed, "title": "Quản trị văn phòng"})
    assert "bỏ quyền quản trị của chính người đang làm" in text_of(refused)


def test_a_delegation_is_written_told_to_both_and_taken_back() -> None:
    browser = administrator()
    said = {
        "giver": str(position("lanhdao", NGHE_AN)), "taker": str(position("chuyenvien", NGHE_AN)),
        "permissions": ["dispatch.sign"], "body": str(body_id(NGHE_AN.code, "NA-UBND")),
        "authority": "TUQ. CHỦ TỊCH\nCHUYÊN VIÊN", "valid_from": today().isoformat(),
        "valid_to": (today() + timedelta(days=3)).isoformat(), "reason": "Đi công tác",
    }  # fmt: skip
    assert browser.get("/administration/delegations/new/").status_code == 200
    refused = browser.post("/administration/delegations/new/", {**said, "authority": "CHỦ TỊCH"})
    assert refused.status_code == 422
    assert "KT., TL. hoặc TUQ." in text_of(refused)
    assert browser.post("/administration/delegations/new/", said).status_code == 302
    assert "Chồng với ủy quyền" in text_of(browser.post("/administration/delegations/new/", said))
    taker, giver = (signed_in(f"{key}.{NGHE_AN.code.lower()}") for key in ("chuyenvien", "lanhdao"))
    for who in (taker, giver):
        assert "ủy quyền cho Chuyên viên" in text_of(who.get("/notices/"))
        assert "TUQ. CHỦ TỊCH" in text_of(who.get("/administration/delegations/mine/"))
    with office_of("quantri", NGHE_AN):
        kept = Delegation.objects.get()
    address = f"/administration/delegations/{kept.id}/revoke/"
    assert "không phải của bạn" in text_of(taker.post(address, follow=True))
    assert "hết hiệu lực ngay" in text_of(giver.post(address, follow=True))
    assert "Đã thu hồi" in text_of(browser.get("/administration/delegations/?past=1"))
    assert "đã bị thu hồi" in text_of(taker.get("/notices/"))
