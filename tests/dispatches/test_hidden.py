"""One truth for what is hidden: no read says what an office gave up, what was removed, what came marked as secret, or
what was said after a document was withdrawn, whichever way it is asked."""

from __future__ import annotations

from uuid import UUID

import pytest

from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.changing import answer_change, recall_dispatch
from phoihop.dispatches.selectors import access
from phoihop.exchange import purging
from phoihop.exchange.actions import disclose
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.texts import read_attachments
from tests.api.callers import caller
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY
from tests.dispatches.browsing import client_of, page_of
from tests.dispatches.papers import drafted, office_of, open_books, registered, stated
from tests.dispatches.reads import ABSTRACT, FILE_NAME, IN_FILE, READS, TEXT, leaks
from tests.exchange.nodes import (
    HA_TINH_ID,
    PARTY_ID,
    log_everything,
    withdraw_from,
)

SAID = (TEXT, IN_FILE, FILE_NAME)
AFTERWARDS = "loiguivesau"
LISTING_EVERY_OFFICE = ("incoming", "passed on")
"""Pages on which an office is chosen out of the directory."""


@pytest.fixture
def letter(fresh_database: str) -> UUID:
    """A letter with text and a file that Hà Tĩnh has in its book, read for search."""
    open_books()
    draft = drafted(stated(HA_TINH, abstract=f"Về việc {ABSTRACT}", content=f"Nội dung {TEXT} đầy đủ."))
    with office_of("chuyenvien", NGHE_AN) as by:
        said = f"Bảng kê {IN_FILE} kèm theo".encode()
        keep_upload(receive_file([said], name=FILE_NAME), holder_id=draft.id, by=by)
        drafting.submit_draft(draft.id, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft.id, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        drafting.number_draft(draft.id, by=by)
        drafting.issue_draft(draft.id, by=by)
    registered(draft.id, HA_TINH)
    log_everything()
    with office_of("vanthu", HA_TINH) as by:
        document = access.dispatch(draft.id, by=by)
    read_attachments([(document.record_id, document.issued_at)])
    return draft.id


def give_up(letter: UUID) -> None:
    """Recalled, and agreed to by the office that reads."""
    with office_of("lanhdao", NGHE_AN) as by:
        change = recall_dispatch(letter, reason="Ban hành nhầm", by=by)
    with office_of("vanthu", HA_TINH) as by:
        answer_change(change, agreed=True, by=by)


def remove(letter: UUID) -> None:
    """Removed by two people of the issuer."""
    with office_of("quantri", NGHE_AN) as by:
        made = purging.propose_purge(letter, name="Công văn", reason="secrecy", decision="QĐ 7", by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        purging.confirm_purge(made.id, by=by)


HIDINGS = {"recalled and agreed": give_up, "removed": remove}
HIDDEN = {"recalled and agreed": SAID, "removed": (*SAID, ABSTRACT)}


@pytest.mark.parametrize("hiding", HIDINGS)
def test_no_read_says_what_is_hidden(letter: UUID, hiding: str) -> None:
    with office_of("vanthu", HA_TINH) as by:
        record = access.dispatch(letter, by=by).record_id
    before = {name: read(letter, record) for name, read in READS.items() if name != "passed on"}
    assert TEXT in before["page"]
    assert FILE_NAME in before["page"]
    assert IN_FILE in before["file"]
    assert TEXT in before["api one"]
    HIDINGS[hiding](letter)
    log_everything()
    assert leaks(letter, record, HIDDEN[hiding]) == {}


@pytest.mark.parametrize("hiding", HIDINGS)
@pytest.mark.parametrize("words", [TEXT, IN_FILE])
def test_search_does_not_find_it_by_what_is_hidden(letter: UUID, hiding: str, words: str) -> None:
    address = page_of(letter)
    client = client_of("vanthu", HA_TINH)
    assert address in client.get("/dispatches/search/", {"q": words}).content.decode()
    HIDINGS[hiding](letter)
    assert address not in client.get("/dispatches/search/", {"q": words}).content.decode()
    assert str(letter) not in caller("vanthu", HA_TINH).get("/dispatches", q=words).content.decode()


def test_no_read_says_what_was_said_after_it_was_withdrawn(letter: UUID) -> None:
    with office_of("vanthu", HA_TINH) as by:
        record = access.dispatch(letter, by=by).record_id
    withdraw_from(HA_TINH_ID, letter)
    with office_of("chanhvp", NGHE_AN) as by:
        disclose(letter, offices=[PARTY_ID], reason=f"Vì {AFTERWARDS}", by=by)
    registered(letter, NGHE_AN_PARTY)
    log_everything()
    owner = client_of("vanthu", NGHE_AN).get(page_of(letter)).content.decode()
    assert AFTERWARDS in owner
    assert NGHE_AN_PARTY.short_name in owner
    assert TEXT in READS["page"](letter, record), "what the office has, it keeps"
    named = leaks(letter, record, [AFTERWARDS, NGHE_AN_PARTY.short_name, str(PARTY_ID)])
    for read in LISTING_EVERY_OFFICE:
        assert AFTERWARDS not in named.pop(read, ())
    assert named == {}
