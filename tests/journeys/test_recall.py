"""A document is recalled: one office agrees, another refuses, and the issuer sees who still holds the old text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.cast import HA_TINH, NGHE_AN, REGION
from tests.journeys.people import Person, Stage

pytestmark = pytest.mark.browser

REASON = "Ban hành nhầm thẩm quyền"
TEXT = "Kính đề nghị quý cơ quan phối hợp."


def test_a_recall_across_three_offices(stage: Stage) -> None:
    address = f"/dispatches/{stage.things['to_recall']}/"
    leader, clerk = stage.person("lanhdao", NGHE_AN), stage.person("vanthu", NGHE_AN)
    agreeing, refusing = stage.person("vanthu", HA_TINH), stage.person("vanthu", REGION)
    clerk.opens(address)
    refusing.opens(address)
    expect(refusing.page.locator("body")).to_contain_text(TEXT)
    recall(leader, address)
    expect(clerk.page.locator("#changes")).to_contain_text("0/2 nơi đã trả lời")
    agree(agreeing, address)
    refuse(refusing)
    see_who_holds_it(clerk)


def recall(leader: Person, address: str) -> None:
    """The leader says why, reading who will be asked."""
    leader.opens(address)
    leader.presses("Thu hồi")
    dialog = leader.page.locator("dialog[open]")
    expect(dialog.locator(".ph-audience li")).to_have_count(2)
    dialog.get_by_label("Lý do").fill(REASON)
    leader.confirms("Thu hồi")
    leader.reads("Đã thu hồi.")
    expect(leader.page.locator("#dispatch-state")).to_contain_text("Đã thu hồi")


def agree(clerk: Person, address: str) -> None:
    """Found among what waits for an answer; afterwards only the trace is left."""
    clerk.opens("/dispatches/incoming/?state=to_answer")
    row = clerk.page.locator("tr[data-row]", has_text="Đã thu hồi").first
    expect(row).to_be_visible()
    clerk.opens(address)
    expect(clerk.page.locator("#changes")).to_contain_text(REASON)
    clerk.presses("Đồng ý")
    clerk.confirms("Đồng ý")
    clerk.reads("Đã trả lời nơi ban hành.")
    expect(clerk.page.locator("main")).to_contain_text("chỉ giữ dấu vết")
    expect(clerk.page.locator("main")).not_to_contain_text(TEXT)


def refuse(clerk: Person) -> None:
    """The recall came into the open page by itself; who refuses says why and keeps the text."""
    expect(clerk.page.locator("#changes")).to_contain_text(REASON)
    clerk.presses("Không đồng ý")
    clerk.page.locator("dialog[open]").get_by_label("Lý do").fill("Đã triển khai xuống xã")
    clerk.confirms("Không đồng ý")
    clerk.reads("Đã trả lời nơi ban hành.")
    expect(clerk.page.locator("main")).to_contain_text(TEXT)


def see_who_holds_it(clerk: Person) -> None:
    """The issuer's open page follows."""
    changes = clerk.page.locator("#changes")
    expect(changes).to_contain_text("2/2 nơi đã trả lời · 1 nơi còn giữ bản cũ hoặc chưa rõ")
    expect(changes.locator(f"tr[data-asked='{HA_TINH.code}']")).to_contain_text("Không còn")
    expect(changes.locator(f"tr[data-asked='{REGION.code}']")).to_contain_text("Đã triển khai xuống xã")
    with clerk.page.expect_download() as download:
        clerk.presses("Tải edXML thu hồi cho nơi nhận ngoài hệ thống")
    assert b"<edXML:BussinessDocType>1<" in download.value.path().read_bytes()
