"""What the desk says others owe an answer to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from phoihop.core.clock import now
from phoihop.dispatches.selectors.desk import unanswered
from tests.cast import HA_TINH, NGHE_AN, REGION
from tests.dispatches.papers import issued, office_of, open_books, stated

pytestmark = pytest.mark.django_db


def test_a_document_that_several_offices_owe_an_answer_to_is_named_once() -> None:
    open_books()
    later = issued(stated(HA_TINH, due_at=now() + timedelta(days=9)))
    sooner = issued(stated(HA_TINH, REGION, due_at=now() + timedelta(days=3)))
    issued(stated(HA_TINH))
    with office_of("chanhvp", NGHE_AN) as by:
        rows = unanswered(by=by)
    assert [(row.dispatch.id, row.waiting, row.others, row.is_late) for row in rows] == [
        (sooner, 2, 1, False),
        (later, 1, 0, False),
    ]
    assert rows[0].office.short_name in {HA_TINH.short_name, REGION.short_name}
