"""Two people at one moment: one of them acts, the other is told."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from phoihop.core.errors import PhoiHopError
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.approving import Needs
from tests.cast import NGHE_AN
from tests.dispatches.papers import office_of
from tests.dispatches.test_approving import approve, found, presented, set_route, standing, step


def _at_once(*acts: Callable[[], object]) -> list[str]:
    """All in threads of their own, from the same moment. Returns what each came to, sorted."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(20)
            act()
        except PhoiHopError as error:
            return error.code
        else:
            return "done"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.usefixtures("fresh_database")
def test_two_people_at_one_moment() -> None:
    set_route(step(Needs.ANY, "trucban", "chanhvp"))
    first, second = presented(), presented()
    one, other = (lambda: approve("trucban", first)), (lambda: approve("chanhvp", first))
    assert _at_once(one, other) == ["done", "state_changed"]
    assert found(first)[0].state == "submitted"

    def send_back() -> None:
        with office_of("chanhvp", NGHE_AN) as by:
            drafting.return_draft(second, reason="Sửa", by=by)

    assert _at_once(lambda: approve("trucban", second), send_back)[0] == "done"
    assert standing(second)[0] in {"submitted", "drafting"}
    third = presented()
    assert _at_once(lambda: approve("trucban", third), lambda: approve("trucban", third)) == ["done", "state_changed"]
