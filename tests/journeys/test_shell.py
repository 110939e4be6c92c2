"""The shell as a person meets it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Stage

pytestmark = pytest.mark.browser


def test_signing_in_leads_back_to_the_page_that_was_wanted(stage: Stage) -> None:
    clerk = stage.visitor()
    clerk.opens("/offices/?q=ha")
    clerk.signs_in("vanthu.na-vpubnd")
    expect(clerk.page).to_have_url(clerk.origin + "/offices/?q=ha")
