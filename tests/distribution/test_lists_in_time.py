"""The directory changes under a list; and what was published is what its records say."""

from __future__ import annotations

from uuid import UUID

import pytest

from phoihop.core.errors import Conflict
from phoihop.distribution.actions import publish_list
from phoihop.distribution.selectors.lists import list_for
from phoihop.distribution.selectors.membership import difference, members_now
from phoihop.exchange.rebuilding import rebuild
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.papers import drafted, office_of, open_books, stated
from tests.distribution.rosters import by_list, ids, listed, merge, sent_to, settle, step


def _now_in(list_id: UUID) -> frozenset[UUID]:
    with office_of("chuyenvien", NGHE_AN) as by:
        return members_now(list_id, by=by).ids


def test_rules_follow_the_directory_of_the_day(fresh_database: str) -> None:
    row = listed("rule:province::GOV", REGION)
    assert _now_in(row.id) == ids(NGHE_AN, HA_TINH, HUE, REGION)
    merge(HUE, HA_TINH)
    assert _now_in(row.id) == ids(NGHE_AN, HA_TINH, REGION)


def test_a_merged_office_is_replaced_by_its_successor_and_that_is_said(fresh_database: str) -> None:
    row = listed(HUE, NGHE_AN_PARTY)
    merge(HUE, HA_TINH)
    with office_of("chuyenvien", NGHE_AN) as by:
        found = members_now(row.id, by=by)
        entry = list_for(row.id, by=by)
        change = difference(entry.offices, found.ids)
    assert found.ids == ids(HA_TINH, NGHE_AN_PARTY)
    assert [(one.office.code, one.heir.code if one.heir else "") for one in found.ended] == [(HUE.code, HA_TINH.code)]
    assert {one.id for one in change.joined} == ids(HA_TINH)
    assert {one.office.id for one in change.left} == ids(HUE)


def test_what_was_published_can_be_derived_again(fresh_database: str) -> None:
    row = listed(HUE)
    with office_of("chanhvp", NGHE_AN) as by:
        publish_list(row.id, offices=list(ids(HA_TINH)), reason="Dùng chung", by=by)
    assert rebuild("distribution").is_equal


def test_an_office_merged_before_issue_is_told_and_replaced_or_left_out(fresh_database: str) -> None:
    open_books()
    named, listed_one = drafted(stated(REGION, HUE)).id, by_list(listed(HUE))
    for draft in (named, listed_one):
        step("chuyenvien", "submit_draft", draft)
    merge(HUE, HA_TINH)
    for draft in (named, listed_one):
        with pytest.raises(Conflict, match=HUE.short_name):
            step("lanhdao", "sign_draft", draft)
    settle(named, "update", "lanhdao")
    settle(listed_one, "keep", "lanhdao")
    assert (frozenset(sent_to(named)), frozenset(sent_to(listed_one))) == (ids(REGION, HA_TINH), ids(REGION))
    for draft in (named, listed_one):
        step("lanhdao", "sign_draft", draft)
