"""An issued document is recalled, updated or replaced: who is asked, who answers, and what is left of the text."""

from __future__ import annotations

from uuid import UUID

import pytest

from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.changing import answer_change, recall_dispatch
from phoihop.dispatches.actions.handling import return_dispatch
from phoihop.dispatches.actions.replacing import start_change
from phoihop.dispatches.models import Change, ChangeAnswer, Dispatch, Draft
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.changes import changes_of, to_answer
from phoihop.dispatches.selectors.search import search
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.selectors import attachment, attachments_of
from phoihop.offices.actions import office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.papers import drafted, office_of, open_books, registered, stated

pytestmark = pytest.mark.django_db

WHY = "Ban hành nhầm thẩm quyền"


@pytest.fixture
def letter() -> UUID:
    """A letter of Nghệ An with a file, which two offices have."""
    open_books()
    draft = drafted(stated(HA_TINH, REGION))
    with office_of("chuyenvien", NGHE_AN) as by:
        keep_upload(receive_file([b"So lieu"], name="so-lieu.txt"), holder_id=draft.id, by=by)
        drafting.submit_draft(draft.id, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft.id, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        drafting.number_draft(draft.id, by=by)
        return drafting.issue_draft(draft.id, by=by)


def recalled(letter: UUID) -> UUID:
    with office_of("lanhdao", NGHE_AN) as by:
        return recall_dispatch(letter, reason=WHY, by=by)


def answers(letter: UUID) -> dict[UUID, str]:
    """State by office, as the issuer's page shows it."""
    with office_of("vanthu", NGHE_AN) as by:
        (view,) = changes_of(Dispatch.objects.get(id=letter), by=by)
    return {one.office.id: one.answer.state for one in view.asked}


def test_a_recall_asks_everyone_who_has_the_document(letter: UUID) -> None:
    recalled(letter)
    assert answers(letter) == {office_id(HA_TINH.code): "requested", office_id(REGION.code): "requested"}
    with office_of("vanthu", HA_TINH) as by:
        ((change, document),) = to_answer(by=by)
        assert (change.action, change.reason, document.standing) == ("recall", WHY, "recalled")
        (view,) = changes_of(document, by=by)
        assert view.own is not None
        assert view.asked == ()
    with office_of("vanthu", NGHE_AN) as by:
        assert to_answer(by=by) == []


def test_who_agrees_keeps_the_trace_and_loses_the_text(letter: UUID) -> None:
    change = recalled(letter)
    registered(letter, HA_TINH)
    with office_of("vanthu", HA_TINH) as by:
        record = access.dispatch(letter, by=by).record_id
        assert len(attachments_of(letter, by=by)) == 1
        answer_change(change, agreed=True, by=by)
        document = access.dispatch(letter, by=by)
        assert (document.content, document.abstract != "", document.standing) == ("", True, "recalled")
        assert attachments_of(letter, by=by) == []
        with pytest.raises(NotFound):
            attachment(record, 1, by=by)
        assert search("phoi hop ung pho", by=by) == []
        assert to_answer(by=by) == []
    with office_of("vanthu", REGION) as by:
        assert access.dispatch(letter, by=by).content
        assert len(attachments_of(letter, by=by)) == 1
        assert [one.standing for one in search("phoi hop ung pho", by=by)] == ["recalled"]
    assert answers(letter)[office_id(HA_TINH.code)] == "agreed"
    with office_of("vanthu", NGHE_AN) as by:
        (view,) = changes_of(access.dispatch(letter, by=by), by=by)
        assert (view.answered, view.holding) == (1, 1)
        assert access.dispatch(letter, by=by).content


def test_who_refuses_says_why_keeps_the_text_and_may_agree_later(letter: UUID) -> None:
    change = recalled(letter)
    with office_of("vanthu", HA_TINH) as by:
        with pytest.raises(Invalid):
            answer_change(change, agreed=False, reason=" ", by=by)
        answer_change(change, agreed=False, reason="Đã triển khai", by=by)
        assert access.dispatch(letter, by=by).content
        with pytest.raises(Conflict):
            answer_change(change, agreed=False, reason="Nữa", by=by)
        answer_change(change, agreed=True, by=by)
        assert not access.dispatch(letter, by=by).content
        with pytest.raises(Conflict):
            answer_change(change, agreed=False, reason="Thôi", by=by)
    assert answers(letter)[office_id(HA_TINH.code)] == "agreed"


@pytest.mark.parametrize(("who", "office"), [("vanthu", NGHE_AN), ("chuyenvien", NGHE_AN), ("lanhdao", HA_TINH)])
def test_only_those_in_authority_at_the_issuer_recall(letter: UUID, who: str, office: OfficeSpec) -> None:
    with office_of(who, office) as by, pytest.raises(Forbidden):
        recall_dispatch(letter, reason=WHY, by=by)


def test_what_an_office_was_not_asked_it_does_not_answer(letter: UUID) -> None:
    change = recalled(letter)
    for office in (NGHE_AN, NGHE_AN_PARTY):
        with office_of("vanthu", office) as by, pytest.raises(NotFound):
            answer_change(change, agreed=True, by=by)
    with office_of("chuyenvien", HA_TINH) as by, pytest.raises(Forbidden):
        answer_change(change, agreed=True, by=by)


def test_a_document_is_recalled_once_and_only_with_a_reason(letter: UUID) -> None:
    with office_of("lanhdao", NGHE_AN) as by:
        with pytest.raises(Invalid):
            recall_dispatch(letter, reason="  ", by=by)
        recall_dispatch(letter, reason=WHY, by=by)
        with pytest.raises(Conflict):
            recall_dispatch(letter, reason=WHY, by=by)


@pytest.mark.parametrize(
    ("action", "standing", "text_stays"), [("replace", "replaced", False), ("update", "issued", True)]
)
def test_a_later_document_takes_the_place_of_the_earlier(
    letter: UUID, action: str, standing: str, text_stays: bool
) -> None:
    draft = begun(letter, action)
    assert {row["office"] for row in draft.recipients} == {str(office_id(HA_TINH.code)), str(office_id(REGION.code))}
    new = carried_out(draft)
    with office_of("vanthu", HA_TINH) as by:
        old = access.dispatch(letter, by=by)
        assert old.standing == standing
        (view,) = changes_of(old, by=by)
        assert view.new_document is not None
        assert (view.new_document.id, view.change.reason) == (new, WHY)
        assert access.dispatch(new, by=by).related_to == letter
        answer_change(view.change.id, agreed=True, by=by)
        assert bool(access.dispatch(letter, by=by).content) is text_stays


def begun(letter: UUID, action: str) -> Draft:
    with office_of("chuyenvien", NGHE_AN) as by:
        draft = start_change(letter, action="replace" if action == "replace" else "update", reason=WHY, by=by)
        again = start_change(letter, action="replace" if action == "replace" else "update", reason=WHY, by=by)
        assert again.id == draft.id
        written = drafting.stated_of(draft)
        return drafting.save_draft(
            type(written)(**{**written.__dict__, "content": "Nội dung mới."}), draft_id=draft.id, by=by
        )


def carried_out(draft: Draft) -> UUID:
    for who, act in (("chuyenvien", "submit_draft"), ("lanhdao", "sign_draft"), ("vanthu", "number_draft")):
        with office_of(who, NGHE_AN) as by:
            getattr(drafting, act)(draft.id, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        return drafting.issue_draft(draft.id, by=by)


def test_a_replacement_of_what_was_recalled_meanwhile_is_not_issued(letter: UUID) -> None:
    draft = begun(letter, "replace")
    recalled(letter)
    with pytest.raises(Conflict):
        carried_out(draft)


def test_others_learn_nothing_of_it(letter: UUID) -> None:
    change = recalled(letter)
    with office_of("vanthu", HA_TINH) as by:
        answer_change(change, agreed=False, reason="Đã triển khai", by=by)
    with office_of("vanthu", NGHE_AN_PARTY):
        assert not Change.objects.exists()
        assert not ChangeAnswer.objects.exists()
    with office_of("vanthu", REGION):
        assert set(ChangeAnswer.objects.values_list("office_id", flat=True)) == {office_id(REGION.code)}


def test_what_was_returned_is_not_asked_for(letter: UUID) -> None:
    with office_of("vanthu", HA_TINH) as by:
        return_dispatch(letter, reason="Gửi nhầm", by=by)
    recalled(letter)
    assert set(answers(letter)) == {office_id(REGION.code)}
