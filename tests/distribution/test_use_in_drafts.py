"""A draft addressed by lists: who is in them is seen, asked again at each step, and nobody is added or lost unseen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from phoihop.core.clock import today
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.listing import drop_list, settle_recipients, take_lists
from phoihop.dispatches.models import Dispatch
from phoihop.distribution.actions import retire_list
from phoihop.distribution.models import ListUse
from phoihop.offices.delegating import Lending, lend, revoke
from phoihop.offices.permissions import Permission
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, REGION, position
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import UBND, drafted, office_of, open_books, stated
from tests.distribution.rosters import (
    by_list,
    changed,
    draft_of,
    ids,
    listed,
    number,
    sent_to,
    settle,
    step,
)

pytestmark = pytest.mark.django_db


def test_a_list_brings_who_is_in_it_and_takes_them_away_again() -> None:
    one, two = listed(HA_TINH, HUE, NGHE_AN), listed(HUE, NGHE_AN_PARTY, name="Hai")
    draft = by_list(one, two)
    assert sent_to(draft) == ids(REGION, HA_TINH, HUE, NGHE_AN_PARTY)
    with office_of("chuyenvien", NGHE_AN) as by:
        drop_list(draft, one.id, by=by)
    assert sent_to(draft) == ids(REGION, HUE, NGHE_AN_PARTY)


def test_an_issued_document_notes_by_which_version_it_went() -> None:
    row = listed(HA_TINH, HUE)
    draft = by_list(row)
    number(draft)
    step("vanthu", "issue_draft", draft)
    with office_of("vanthu", NGHE_AN):
        use = ListUse.objects.get(subject_id=draft)
        assert (use.list_id, use.number, frozenset(map(UUID, use.offices))) == (row.id, 1, ids(HA_TINH, HUE))


@pytest.mark.parametrize(
    ("choice", "who", "sent"),
    [("update", "lanhdao", (REGION, HA_TINH, NGHE_AN_PARTY)), ("keep", "vanthu", (REGION, HA_TINH, HUE))],
)
def test_a_list_that_changed_before_issue_is_asked_about(choice: str, who: str, sent: tuple[Any, ...]) -> None:
    row = listed(HA_TINH, HUE)
    draft = by_list(row)
    number(draft)
    changed(row, HA_TINH, NGHE_AN_PARTY)
    with pytest.raises(Conflict, match=f"{NGHE_AN_PARTY.short_name}.*{HUE.short_name}"):
        step("vanthu", "issue_draft", draft)
    assert sent_to(draft) == ids(REGION, HA_TINH, HUE)
    settle(draft, choice, who)
    step("vanthu", "issue_draft", draft)
    with office_of("vanthu", NGHE_AN):
        issued = Dispatch.objects.get(id=draft)
    assert {UUID(row["office"]) for row in issued.recipients} == ids(*sent)


def test_the_clerk_does_not_widen_what_was_signed() -> None:
    row = listed(HA_TINH)
    draft = by_list(row)
    number(draft)
    changed(row, HA_TINH, HUE)
    for who in ("vanthu", "chanhvp"):
        with pytest.raises(Forbidden):
            settle(draft, "update", who)
    with office_of("lanhdao", NGHE_AN) as by, pytest.raises(Conflict, match="lần nữa"):
        settle_recipients(draft, choice="update", digest="of something else", by=by)


def test_whoever_signed_with_lent_authority_widens_nothing_once_it_is_taken_back() -> None:
    giver, taker = position("lanhdao", NGHE_AN), position("chuyenvien", NGHE_AN)
    week = today() + timedelta(days=7)
    lending = Lending(giver, taker, (Permission.DISPATCH_SIGN,), "12/QĐ-UBND", today(), week, UBND, "TUQ. CHỦ TỊCH")
    with office_of("quantri", NGHE_AN) as by:
        lent = lend(lending, by=by).id
    row = listed(HA_TINH)
    draft = by_list(row)
    step("chuyenvien", "submit_draft", draft)
    step("chuyenvien", "sign_draft", draft)
    changed(row, HA_TINH, HUE)
    with office_of("quantri", NGHE_AN) as by:
        revoke(lent, by=by)
    with pytest.raises(Forbidden):
        settle(draft, "update", "chuyenvien")
    assert sent_to(draft) == ids(REGION, HA_TINH)


def test_each_step_asks() -> None:
    row = listed(HA_TINH)
    draft = by_list(row)
    changed(row, HUE)
    with pytest.raises(Conflict):
        step("chuyenvien", "submit_draft", draft)
    settle(draft, "update", "chuyenvien")
    assert sent_to(draft) == ids(REGION, HUE)
    step("chuyenvien", "submit_draft", draft)
    changed(row, HA_TINH)
    with pytest.raises(Conflict):
        step("lanhdao", "sign_draft", draft)
    settle(draft, "keep", "lanhdao")
    step("lanhdao", "sign_draft", draft)
    assert sent_to(draft) == ids(REGION, HUE)


def test_whoever_was_left_out_stays_out_and_is_not_asked_about_again() -> None:
    row = listed(HA_TINH, HUE)
    draft = by_list(row)
    kept = [one for one in draft_of(draft).recipients if UUID(one["office"]) not in ids(HUE)]
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.save_draft(stated(recipients=tuple(kept)), by=by, draft_id=draft)
    changed(row, HA_TINH)
    step("chuyenvien", "submit_draft", draft)
    assert sent_to(draft) == ids(REGION, HA_TINH)


def test_a_list_emptied_between_preview_and_issue() -> None:
    row = listed(HA_TINH)
    draft = drafted(stated())
    with office_of("chuyenvien", NGHE_AN) as by:
        take_lists(draft.id, [row.id], by=by)
    number(draft.id)
    with office_of("vanthu", NGHE_AN) as by:
        retire_list(row.id, reason="Hết dùng", by=by)
    with pytest.raises(Conflict, match="danh sách trống: Các tỉnh"):
        step("vanthu", "issue_draft", draft.id)
    with pytest.raises(Invalid, match="không còn nơi nhận chính"):
        settle(draft.id, "update", "lanhdao")
    settle(draft.id, "keep", "vanthu")
    step("vanthu", "issue_draft", draft.id)
    assert sent_to(draft.id) == ids(HA_TINH)


def test_an_empty_or_retired_list_cannot_be_taken() -> None:
    row, draft = listed("rule:commune:99:"), drafted(stated(REGION))
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(Invalid, match="không còn nơi nào"):
        take_lists(draft.id, [row.id], by=by)


def draft_fields(draft_id: UUID, **changes: Any) -> dict[str, Any]:
    return {
        "revision": draft_of(draft_id).revision, "body_id": str(UBND), "type_code": "letter", "abstract": "Ứng phó",
        "content": "Điều 1.", "urgency": "normal", "circulation": "NORMAL",
        "main": [row["office"] for row in draft_of(draft_id).recipients], **changes,
    }  # fmt: skip


def draft_path(draft_id: UUID, *rest: str) -> str:
    return "/".join(["/dispatches/drafts", str(draft_id), *rest, ""])


def _choose(client: Client, draft_id: UUID, choice: str) -> Any:
    page = text_of(client.get(draft_path(draft_id)))
    found = re.search(r'name="digest" value="(\w+)"', page)
    assert found
    return client.post(draft_path(draft_id, "recipients"), {"choice": choice, "digest": found[1]}, follow=True)


def test_the_pages_from_choosing_a_list_to_issue() -> None:
    open_books()
    row = listed(HA_TINH, HUE, name="Các tỉnh phía Bắc")
    specialist, leader, clerk = (client_of(who, NGHE_AN) for who in ("chuyenvien", "lanhdao", "vanthu"))
    draft = drafted(stated(REGION)).id
    assert "Các tỉnh phía Bắc: hiện có 2 nơi" in text_of(specialist.get(draft_path(draft)))
    answer = specialist.post(draft_path(draft), draft_fields(draft, take_lists=[str(row.id)], take="1"), follow=True)
    assert "phiên bản 1: 2 nơi khi chọn" in text_of(answer)
    specialist.post(draft_path(draft), draft_fields(draft, submit="1"))
    leader.post(draft_path(draft, "sign"), {"revision": draft_of(draft).revision})
    clerk.post(draft_path(draft, "number"), {"dated": today().isoformat()})
    changed(row, HA_TINH, NGHE_AN_PARTY)
    refused = clerk.post(draft_path(draft, "issue"))
    assert refused.status_code == 409
    page = text_of(refused)
    assert "Nơi nhận đã khác" in page
    assert 'value="keep"' in page
    assert 'value="update"' not in page
    assert "Đã ghi nơi nhận: 3 nơi" in text_of(_choose(leader, draft, "update"))
    assert clerk.post(draft_path(draft, "issue"))["Location"] == page_of(draft)
