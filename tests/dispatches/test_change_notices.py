"""Who learns of a recall and of its answers, through the sequencer as in a running installation."""

from __future__ import annotations

from uuid import UUID

import pytest

from phoihop.core.isolation import scope
from phoihop.dispatches.actions.changing import answer_change
from phoihop.dispatches.selectors.counts import desk_counts
from phoihop.dispatches.selectors.lists import ListFilter, incoming
from phoihop.exchange.sequencer import sequence
from phoihop.notify.models import Notice
from phoihop.offices.actions import office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import HA_TINH, NGHE_AN, position
from tests.dispatches.papers import issued, office_of, open_books, stated
from tests.dispatches.test_changes import recalled

pytestmark = pytest.mark.usefixtures("fresh_database")


def told(who: str, office: OfficeSpec, about: UUID) -> list[str]:
    while sequence()[0]:
        pass
    with scope("web", office_id(office.code)):
        rows = Notice.objects.filter(position_id=position(who, office), key__startswith="change.")
        return sorted(rows.values_list("key", flat=True))


def test_those_who_must_answer_are_told_and_then_those_who_asked() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    change = recalled(letter)
    assert told("vanthu", HA_TINH, letter) == told("chanhvp", HA_TINH, letter) == ["change.recall"]
    assert told("chuyenvien", HA_TINH, letter) == []
    with office_of("vanthu", HA_TINH) as by:
        assert desk_counts(by).to_answer == 1
        assert len(incoming(ListFilter(state="to_answer"), by=by).rows) == 1
        answer_change(change, agreed=False, reason="Đã triển khai", by=by)
        assert desk_counts(by).to_answer == 0
    assert told("lanhdao", NGHE_AN, letter) == told("vanthu", NGHE_AN, letter) == ["change.refused"]
    with office_of("vanthu", HA_TINH) as by:
        answer_change(change, agreed=True, by=by)
    assert told("lanhdao", NGHE_AN, letter) == ["change.agreed", "change.refused"]
