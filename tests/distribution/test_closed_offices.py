"""Offices that closed stay where they were named, marked as such, until a person takes them out."""

from __future__ import annotations

import pytest

from phoihop.core.errors import Conflict, Invalid
from phoihop.dispatches.actions import drafting
from tests.cast import HA_TINH, HUE, NGHE_AN, REGION
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import drafted, office_of, stated
from tests.distribution.rosters import ids, listed, merge, sent_to, step, token
from tests.distribution.test_use_in_drafts import draft_fields, draft_path

pytestmark = pytest.mark.usefixtures("fresh_database")


def test_an_office_that_closed_stays_in_the_draft_and_is_marked_until_somebody_decides() -> None:
    draft = drafted(stated(REGION, HUE)).id
    merge(HUE, HA_TINH)
    specialist = client_of("chuyenvien", NGHE_AN)
    assert f"{HUE.name} (không còn hoạt động)" in text_of(specialist.get(draft_path(draft)))
    answer = specialist.post(draft_path(draft), draft_fields(draft, abstract="Ứng phó mưa lũ"), follow=True)
    assert "Đã lưu dự thảo." in text_of(answer)
    assert sent_to(draft) == ids(REGION, HUE)
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(Invalid, match="không còn trong danh bạ"):
        drafting.save_draft(stated(HUE), by=by, draft_id=drafted(stated(REGION)).id)
    with pytest.raises(Conflict, match="không còn hoạt động"):
        step("chuyenvien", "submit_draft", draft)
    specialist.post(draft_path(draft), draft_fields(draft, main=[str(one) for one in ids(REGION)]))
    assert sent_to(draft) == ids(REGION)


def test_a_list_shows_the_closed_office_it_names_and_keeps_it_through_a_save() -> None:
    row = listed(HUE, HA_TINH)
    merge(HUE, HA_TINH)
    clerk = client_of("vanthu", NGHE_AN)
    page = text_of(clerk.get(f"/distribution/{row.id}/edit/"))
    assert f"{HUE.name} (không còn hoạt động)" in page
    said = {"name": "Tên mới", "number": 1, "reason": "Đổi tên", "members": row.members, "save": "1"}
    assert clerk.post(f"/distribution/{row.id}/edit/", said).status_code == 302
    with office_of("vanthu", NGHE_AN):
        row.refresh_from_db()
    assert (row.name, token(HUE) in row.members) == ("Tên mới", True)
