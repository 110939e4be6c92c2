"""What must not slip through: deceptive words, impossible years, texts no record can hold, colleagues at one moment."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier

import pytest
from django.db import connections

from phoihop.core.clock import REGION_ZONE, now
from phoihop.core.errors import Conflict, Invalid, NotFound, PhoiHopError
from phoihop.core.ids import new_id
from phoihop.dispatches import records
from phoihop.dispatches.actions import drafting, edxml, handling
from phoihop.dispatches.actions.entering import PaperInput, enter_paper
from phoihop.dispatches.documents import MAX_CONTENT
from phoihop.dispatches.models import Dispatch, RegisterNumber
from phoihop.exchange.actions import disclose
from phoihop.exchange.models import Disclosed, Record
from phoihop.files.actions import keep_upload, receive_file
from phoihop.offices.acting import Acting
from phoihop.offices.actions import office_id
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION, acting
from tests.dispatches.browsing import client_of
from tests.dispatches.papers import drafted, issued, numbered, office_of, open_books, stated

SAMPLES = Path(os.environ.get("PHOIHOP_SAMPLES", "../shared/samples")) / "edxml"
DECEPTIVE = "Sai\u202e địa chỉ"
YEAR_ONE = datetime(1, 1, 1, tzinfo=REGION_ZONE)


@pytest.mark.django_db
def test_reasons_and_numbers_are_cleaned_like_every_other_text() -> None:
    open_books("existing")
    draft = drafted(stated(HA_TINH))
    for key, step in (("chuyenvien", drafting.withdraw_draft), ("chanhvp", drafting.return_draft)):
        with office_of("chuyenvien", NGHE_AN) as by:
            if key == "chanhvp":
                drafting.submit_draft(draft.id, by=by)
        with pytest.raises(Invalid) as refused, office_of(key, NGHE_AN) as by:
            step(draft.id, reason=DECEPTIVE, by=by)
        assert "reason" in refused.value.fields
    with pytest.raises(Invalid) as refused:
        numbered(stated(HA_TINH), typed="12\u202e/UBND-VP")
    assert "number" in refused.value.fields
    letter = numbered(stated(HA_TINH), typed="12/UBND-VP").id
    with office_of("vanthu", NGHE_AN) as by:
        drafting.issue_draft(letter, by=by)
    with pytest.raises(Invalid), office_of("chanhvp", NGHE_AN) as by:
        disclose(letter, offices=[office_id(REGION.code)], reason=DECEPTIVE, by=by)


@pytest.mark.django_db
def test_years_that_would_break_a_readers_page_are_refused() -> None:
    open_books()
    with pytest.raises(Invalid) as refused:
        drafted(stated(HA_TINH, due_at=YEAR_ONE))
    assert "due_at" in refused.value.fields
    with pytest.raises(Invalid) as refused, office_of("vanthu", NGHE_AN) as by:
        enter_paper(PaperInput(issuer_name="Sở", abstract="Việc", due_at=YEAR_ONE), by=by)
    assert "due_at" in refused.value.fields
    with pytest.raises(Invalid), office_of("vanthu", NGHE_AN) as by:
        enter_paper(PaperInput(issuer_name="Sở", abstract="Việc", dated=date(1, 1, 1)), by=by)
    with pytest.raises(ValueError, match="year"):
        records.Entered(
            origin="paper", issuer_name="Sở", regime="", code="", abstract="Việc", entered_by="A",
            due_at=datetime(9999, 12, 31, 23, tzinfo=UTC),
        )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["until=9999-12-31", "since=0001-01-01", "at=0001-01-01T00:00:00%2B14:00"])
def test_a_list_bears_any_date_in_its_address(asked: str) -> None:
    clerk = client_of("vanthu", NGHE_AN)
    for page in ("incoming", "outgoing"):
        assert clerk.get(f"/dispatches/{page}/?{asked}&after={new_id()}").status_code == 200


@pytest.mark.django_db
def test_a_text_no_record_can_hold_is_refused_before_it_is_signed() -> None:
    with pytest.raises(Invalid) as refused:
        drafted(stated(HA_TINH, content="ế" * (MAX_CONTENT - 1)))
    assert "content" in refused.value.fields


@pytest.mark.django_db
def test_a_document_entered_here_is_not_returned_to_oneself() -> None:
    open_books()
    with office_of("vanthu", NGHE_AN) as by:
        paper = enter_paper(PaperInput(issuer_name="Sở Tài chính", abstract="Quyết toán"), by=by)
    with pytest.raises(Conflict), office_of("vanthu", NGHE_AN) as by:
        handling.return_dispatch(paper, reason="Nhầm", by=by)


@pytest.mark.django_db
def test_a_foreign_document_does_not_exist_for_who_would_disclose_it() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    for subject in (letter, new_id()):
        with pytest.raises(NotFound), office_of("chanhvp", NGHE_AN_PARTY) as by:
            disclose(subject, offices=[office_id(REGION.code)], reason="Để biết", by=by)
    with pytest.raises(Invalid), office_of("chanhvp", NGHE_AN) as by:
        disclose(letter, offices=[new_id()], reason="Để biết", by=by)


@pytest.mark.django_db
def test_nothing_is_signed_but_what_the_signer_has_read() -> None:
    draft = drafted(stated(HA_TINH))
    with office_of("chuyenvien", NGHE_AN) as by:
        read = drafting.submit_draft(draft.id, by=by).revision
    with office_of("chanhvp", NGHE_AN) as by:
        drafting.return_draft(draft.id, reason="Sửa nơi nhận", by=by)
    with office_of("chuyenvien", NGHE_AN) as by:
        drafting.save_draft(stated(REGION), by=by, draft_id=draft.id)
        now_there = drafting.submit_draft(draft.id, by=by).revision
    with pytest.raises(Conflict), office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft.id, revision=read, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        assert drafting.sign_draft(draft.id, revision=now_there, by=by).state == "signed"


@pytest.mark.django_db
def test_a_document_cannot_have_been_signed_tomorrow() -> None:
    open_books()
    leader = acting("lanhdao", NGHE_AN)
    tomorrow = now().replace(year=now().year + 1)
    with pytest.raises(Invalid) as refused, office_of("vanthu", NGHE_AN) as by:
        drafting.issue_signed(
            stated(HA_TINH), by=by, dispatch_id=new_id(), signer_position_id=leader.position_id, signed_at=tomorrow
        )
    assert "signed_at" in refused.value.fields


MARKUP = """"'><img src=x onerror=alert(1)>{{ 7|add:35 }}{% load x %}&amp;"""


@pytest.mark.django_db
def test_no_text_becomes_markup_or_template() -> None:
    open_books()
    letter = issued(stated(HA_TINH, abstract=f"Chuyênđề {MARKUP}", content=MARKUP, other_recipients=MARKUP))
    draft = drafted(stated(HA_TINH, abstract=f"Chuyênđề {MARKUP}", content=MARKUP, reply_to=letter))
    with office_of("chuyenvien", NGHE_AN) as by:
        keep_upload(receive_file([b"noi dung"], name=f"a{MARKUP}.txt"), holder_id=draft.id, by=by)
        drafting.submit_draft(draft.id, by=by)
    with office_of("vanthu", HA_TINH) as by:
        handling.return_dispatch(letter, reason=MARKUP, by=by)
    both = ["", "notices/", f"dispatches/{letter}/", f"dispatches/{letter}/live/"]
    mine = [*both, "dispatches/outgoing/", "dispatches/drafts/", f"dispatches/drafts/{draft.id}/"]
    theirs = [*both, "dispatches/incoming/", *(f"dispatches/search/{one}?q=chuyênđề" for one in ("", "palette/"))]
    for key, office, pages in (("lanhdao", NGHE_AN, mine), ("vanthu", HA_TINH, theirs)):
        client = client_of(key, office)
        for page in pages:
            answer = client.get(f"/{page}")
            shown = answer.content.decode()
            assert answer.status_code == 200, page
            assert "<img src=x" not in shown, page
            assert "&amp;amp;amp;" not in shown, page
            assert "&gt;42" not in shown, page
            assert "Chuyênđề" not in shown or "&lt;img src=x" in shown, page


def _at_once(first: Callable[[], object], second: Callable[[], object]) -> list[str]:
    """Both in threads of their own, from the same moment. Returns what each came to, sorted."""
    start = Barrier(2)

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

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, [first, second]))


def _as(key: str, act: Callable[..., object]) -> Callable[[], object]:
    def run() -> object:
        with office_of(key, HA_TINH) as by:
            return act(by=by)

    return run


@pytest.mark.usefixtures("fresh_database")
def test_two_colleagues_at_once_make_one_move() -> None:
    open_books()
    letter = issued(stated(HA_TINH))
    register = _as("vanthu", lambda by: handling.register_dispatch(letter, by=by))
    assert _at_once(register, register) == ["done", "state_changed"]
    with office_of("vanthu", HA_TINH):
        assert list(RegisterNumber.objects.values_list("number", flat=True)) == [1]
    with office_of("chanhvp", HA_TINH) as by:
        handling.direct_dispatch(letter, direction="Tham mưu.", lead=acting("chuyenvien", HA_TINH).position_id, by=by)
    accept = _as("chuyenvien", lambda by: handling.accept_dispatch(letter, by=by))
    send_back = _as("trucban", lambda by: handling.return_dispatch(letter, reason="Nhầm nơi nhận", by=by))
    assert _at_once(accept, send_back) == ["done", "state_changed"]


@pytest.mark.usefixtures("fresh_database")
def test_a_file_dropped_twice_at_once_is_taken_in_once() -> None:
    data = next(iter(sorted(SAMPLES.glob("*.edxml")))).read_bytes()
    outcomes: list[str] = []

    def take_in(by: Acting) -> None:
        outcomes.append(edxml.import_edxml(data, file_name="a.edxml", by=by).outcome)

    assert _at_once(_as("vanthu", take_in), _as("vanthu", take_in)) == ["done", "done"]
    assert sorted(outcomes) == ["imported", "known"]


@pytest.mark.usefixtures("fresh_database")
def test_two_disclosures_at_once_both_stand() -> None:
    open_books()
    letter = issued(stated(HA_TINH))

    def to(office: str) -> Callable[[], object]:
        def run() -> None:
            with office_of("chanhvp", NGHE_AN) as by:
                disclose(letter, offices=[office_id(office)], reason="Để biết", by=by)

        return run

    assert _at_once(to(REGION.code), to(NGHE_AN_PARTY.code)) == ["done", "done"]
    for office in (REGION, NGHE_AN_PARTY, HA_TINH):
        with office_of("vanthu", office):
            assert Record.objects.filter(subject_id=letter, kind="exchange.disclosure").count() == 2
            assert Dispatch.objects.filter(id=letter).exists()
            assert Disclosed.objects.filter(subject_id=letter).count() == (office is not HA_TINH)
