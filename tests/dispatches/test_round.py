"""The whole round of one document through the actions: drafted in one office, answered by another."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from phoihop.core.clock import now
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting, handling
from phoihop.dispatches.actions.numbering import RegisterSpec, open_registers
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.selectors.counts import desk_counts
from phoihop.dispatches.selectors.detail import dispatch_detail
from phoihop.dispatches.selectors.lists import IncomingRow, ListFilter, OutgoingRow, incoming, outgoing
from phoihop.dispatches.selectors.search import search
from phoihop.offices.acting import Acting
from phoihop.offices.actions import body_id, office_id
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, acting, position

pytestmark = pytest.mark.django_db


def open_books(by: Acting, body: UUID, *, numbered_by: str = "phoihop") -> None:
    with scope("web", by.office_id):
        open_registers(
            [
                RegisterSpec(body, "out", "Sổ văn bản đi", numbered_by),
                RegisterSpec(None, "in", "Sổ văn bản đến", "phoihop"),
            ],
            office_id=by.office_id,
        )


def issue(body: UUID, to: UUID, **stated: object) -> UUID:
    """A letter of Nghệ An drafted by a specialist, signed by a leader, numbered and issued by the clerk."""
    writer, leader, clerk = (acting(who, NGHE_AN) for who in ("chuyenvien", "lanhdao", "vanthu"))
    values: dict[str, object] = {
        "body_id": body, "type_code": "letter", "unit": "VP", "abstract": "Về việc ứng phó bão số 12",
        "content": "Kính gửi…",
        "urgency": "urgent", "recipients": [{"office": str(to), "role": "main"}], "due_at": now() + timedelta(days=1),
    }  # fmt: skip
    with scope("web", writer.office_id):
        draft = drafting.save_draft(DraftInput(**{**values, **stated}), by=writer)  # type: ignore[arg-type]
        drafting.submit_draft(draft.id, by=writer)
    with scope("web", leader.office_id):
        drafting.sign_draft(draft.id, by=leader)
    with scope("web", clerk.office_id):
        drafting.number_draft(draft.id, by=clerk)
        return drafting.issue_draft(draft.id, by=clerk)


def test_a_document_goes_all_the_way_round() -> None:
    body, there = body_id("NA-VPUBND", "NA-UBND"), office_id("HT-VPUBND")
    clerk, receiver = acting("vanthu", NGHE_AN), acting("vanthu", HA_TINH)
    chief, specialist = acting("chanhvp", HA_TINH), acting("chuyenvien", HA_TINH)
    open_books(clerk, body)
    open_books(receiver, body_id("HT-VPUBND", "HT-UBND"))
    dispatch_id = issue(body, there)
    with scope("web", there):
        rows = incoming(ListFilter(), by=receiver).rows
        assert [row.dispatch.code for row in rows if isinstance(row, IncomingRow)] == ["01/UBND-VP"]
        assert desk_counts(receiver).unregistered == 1
        assert handling.register_dispatch(dispatch_id, by=receiver) == 1
        handling.mark_seen([dispatch_id], by=receiver)
        handling.direct_dispatch(
            dispatch_id, direction="Tham mưu văn bản phúc đáp", lead=position("chuyenvien", HA_TINH), by=chief,
            informed=[position("lanhdao", HA_TINH)], due_at=now() + timedelta(hours=3),
        )  # fmt: skip
        handling.accept_dispatch(dispatch_id, by=specialist)
        handling.finish_dispatch(dispatch_id, by=specialist, result="Đã phúc đáp")
        detail = dispatch_detail(dispatch_id, by=specialist)
        assert detail.incoming is not None
        assert detail.incoming.state == "finished"
        assert len(detail.timeline) == 5
        assert [found.id for found in search("ung pho bao", by=receiver)] == [dispatch_id]
        assert [found.id for found in search("1 ubnd vp", by=receiver)] == [dispatch_id]
    with scope("web", clerk.office_id):
        detail = dispatch_detail(dispatch_id, by=clerk)
        (row,) = detail.recipients
        assert row.delivery is not None
        assert all(
            getattr(row.delivery, f"{state}_at") for state in ("arrived", "registered", "seen", "accepted", "done")
        )
        (sent,) = outgoing(ListFilter(), by=clerk).rows
        assert isinstance(sent, OutgoingRow)
        assert sent.tally["done"] == 1
    outsider = acting("vanthu", NGHE_AN_PARTY)
    with scope("web", outsider.office_id):
        assert search("ung pho bao", by=outsider) == []
        assert incoming(ListFilter(), by=outsider).rows == []
