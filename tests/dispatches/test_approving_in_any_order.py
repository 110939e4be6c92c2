"""Whatever is tried in whatever order: no step is skipped, nothing is stuck; and a comparison leaves nothing out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.dispatches.actions import approving, drafting
from phoihop.dispatches.approving import Needs
from phoihop.dispatches.text_changes import changes, without_shortening
from tests.cast import NGHE_AN
from tests.dispatches.papers import office_of
from tests.dispatches.test_approving import presented, set_route, standing, step

pytestmark = pytest.mark.django_db


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_people_try_no_step_is_skipped_and_there_is_always_a_way_on(data: st.DataObject) -> None:
    """Random people do random things; what they may not do changes nothing, and somebody can always go on."""
    staff = ("trucban", "chanhvp", "vanthu", "lanhdao", "chuyenvien")
    with transaction.atomic():
        shape = data.draw(
            st.lists(
                st.tuples(
                    st.sampled_from(Needs), st.lists(st.sampled_from(staff), min_size=1, max_size=3, unique=True)
                ),
                min_size=1,
                max_size=3,
            )
        )
        set_route(*(step(needs, *sorted(people)) for needs, people in shape))
        draft = presented()
        for _place in range(data.draw(st.integers(1, 8))):
            _try(data.draw(st.sampled_from(staff)), data.draw(st.sampled_from(sorted(VERBS))), draft)
            state, now_at, before_done = standing(draft)
            assert before_done or state == "drafting"
            assert (state == "reviewing") == (now_at is not None)
        _finish(draft, staff)
        assert standing(draft)[0] == "submitted"
        transaction.set_rollback(True)


VERBS: dict[str, Callable[..., object]] = {
    "approve": approving.approve_draft,
    "return": lambda one, by: drafting.return_draft(one, reason="Sửa", by=by),
    "back": lambda one, by: approving.step_back(one, reason="Xem lại", by=by),
    "take_back": approving.take_back,
    "submit": drafting.submit_draft,
}


def _try(key: str, verb: str, draft: UUID) -> bool:
    try:
        with transaction.atomic(), office_of(key, NGHE_AN) as by:
            VERBS[verb](draft, by=by)
    except (Forbidden, Conflict, Invalid):
        return False
    return True


def _finish(draft: UUID, staff: Sequence[str]) -> None:
    """From wherever it stands, approvals alone lead to signature."""
    _try("chuyenvien", "submit", draft)
    for _place in range(12):
        if standing(draft)[0] == "submitted":
            return
        assert any(_try(key, "approve", draft) for key in staff)


TEXTS = st.text(alphabet="ab cđ\n", max_size=60)


@given(before=TEXTS, after=TEXTS)
def test_a_comparison_says_everything_of_both_texts(before: str, after: str) -> None:
    passages = without_shortening(before, after)
    assert "".join(one.text for one in passages if one.kind != "new") == before
    assert "".join(one.text for one in passages if one.kind != "gone") == after
    assert bool(changes(before, after)) == (before != after)


def test_long_texts_that_stayed_are_shortened() -> None:
    long = "Căn cứ Luật. " * 100
    kinds = [one.kind for one in changes(long + "cũ " + long, long + "mới " + long)]
    assert kinds == ["skipped", "same", "gone", "new", "same", "skipped"]
