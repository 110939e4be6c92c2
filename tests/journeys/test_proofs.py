"""An auditor takes a proof along, and somebody goes back to what the office knew, in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from phoihop.exchange.proofs.checking import check
from tests.cast import NGHE_AN
from tests.journeys.people import Stage

pytestmark = pytest.mark.browser


def test_the_file_taken_along_proves_what_the_page_shows(stage: Stage) -> None:
    address = f"/dispatches/{stage.things['issued']}/"
    clerk = stage.person("vanthu", NGHE_AN)
    clerk.opens(address)
    clerk.presses("Chứng thực")
    clerk.reads("Điều không được chứng thực")
    with clerk.page.expect_download() as taken:
        clerk.presses("Tải tệp chứng thực")
    checked = check(Path(taken.value.path()).read_bytes())
    clerk.reads(checked.key_fingerprint)


def test_somebody_goes_back_and_changes_nothing(stage: Stage) -> None:
    address = f"/dispatches/{stage.things['registered']}/"
    clerk = stage.person("vanthu", NGHE_AN)
    clerk.opens(address)
    clerk.presses("Xem tại thời điểm")
    main = clerk.page.locator("main")
    expect(main).to_contain_text("Chỉ gồm những gì văn phòng đã nhận")
    expect(main.locator("form[method=post]")).to_have_count(0)
