"""An office adds somebody who comes in with the slip; a right is lent for a leader, who takes it back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from phoihop.core.clock import today
from tests.cast import NGHE_AN, position
from tests.journeys.people import Stage
from tests.journeys.test_barriers import barriers

pytestmark = pytest.mark.browser

USERNAME, CHOSEN = "journey.nguoimoi", "mua-lu-song-Lam-2026"


def test_a_person_is_added_and_comes_in_with_the_slip_to_choose_a_password(stage: Stage) -> None:
    administrator = stage.person("quantri", NGHE_AN)
    page = administrator.page
    administrator.opens("/administration/people/new/")
    page.get_by_label("Họ và tên").fill("Phan Thị Người Mới")
    page.get_by_label("Tên đăng nhập").fill(USERNAME)
    page.get_by_label("Chức vụ", exact=False).first.fill("Chuyên viên tổng hợp")
    page.locator("input[name=roles][value=specialist]").check()
    assert barriers(page, "light") == []
    page.get_by_role("button", name="Thêm người").click()
    administrator.reads("Chỉ hiện một lần")
    administrator.reads("Chuyên viên tổng hợp")
    expect(page.get_by_role("button", name="In", exact=True)).to_be_visible()
    assert barriers(page, "light") == []
    password = page.locator("code.ph-secret").inner_text()

    newcomer = stage.visitor()
    newcomer.opens("/offices/")
    newcomer.page.locator("input[name=login]").fill(USERNAME)
    newcomer.page.locator("input[name=password]").fill(password)
    newcomer.page.locator("input[name=password]").press("Enter")
    expect(newcomer.page).to_have_url(re.compile("/accounts/password/change/"))
    newcomer.opens("/dispatches/incoming/")
    expect(newcomer.page).to_have_url(re.compile("/accounts/password/change/"))
    assert barriers(newcomer.page, "light") == []
    newcomer.page.locator("input[name=oldpassword]").fill(password)
    for field in ("password1", "password2"):
        if newcomer.page.locator(f"input[name={field}]").count():
            newcomer.page.locator(f"input[name={field}]").fill(CHOSEN)
    newcomer.page.locator("input[name=oldpassword]").press("Enter")
    expect(newcomer.page.locator(".ph-person")).to_contain_text("Người Mới")
    newcomer.opens("/dispatches/incoming/")
    expect(newcomer.page).to_have_url(re.compile("/dispatches/incoming/"))


def test_a_right_is_lent_for_a_leader_who_takes_it_back(stage: Stage) -> None:
    administrator = stage.person("quantri", NGHE_AN)
    page = administrator.page
    administrator.opens("/administration/delegations/new/")
    page.locator("select[name=giver]").select_option(str(position("lanhdao", NGHE_AN)))
    page.locator("select[name=taker]").select_option(str(position("chuyenvien", NGHE_AN)))
    page.get_by_label("Cho ý kiến chỉ đạo").check()
    page.get_by_label("Đến hết ngày").fill(f"{today() + timedelta(days=5):%d/%m/%Y}")
    page.get_by_label("Lý do, văn bản ủy quyền").fill("Đi công tác")
    assert barriers(page, "light") == []
    page.get_by_role("button", name="Ghi ủy quyền").click()
    administrator.reads("Đi công tác")
    taker = stage.person("chuyenvien", NGHE_AN)
    taker.opens("/administration/delegations/mine/")
    taker.reads("Cho ý kiến chỉ đạo")

    leader = stage.person("lanhdao", NGHE_AN)
    leader.opens("/administration/delegations/mine/")
    assert barriers(leader.page, "light") == []
    lent = leader.page.locator("tr", has_text="Cho ý kiến chỉ đạo")
    lent.get_by_role("button", name=re.compile("^Thu hồi ủy quyền cho")).click()
    leader.confirms("Thu hồi")
    expect(leader.page.locator("body")).to_contain_text("Đã thu hồi")
    taker.opens("/administration/delegations/mine/")
    expect(taker.page.locator("tr", has_text="Cho ý kiến chỉ đạo").get_by_role("button")).to_have_count(0)
