"""Books shut by a restore: no number leaves them until the clerk has said which was the last."""

from __future__ import annotations

import pytest
from django.test import Client

from phoihop.core.clock import today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.dispatches.actions.numbering import reopen_register
from phoihop.dispatches.models import Register, RegisterPeriod
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches import papers
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import UBND, office_of, open_books
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db

PAGE = "/dispatches/registers/"


def shut_book() -> Register:
    """The outgoing book of UBND tỉnh Nghệ An with one number given, then shut as a restore does."""
    open_books()
    papers.issued(papers.stated(HA_TINH))
    with office_of("vanthu", NGHE_AN) as by:
        Register.objects.filter(office_id=by.office_id).update(shut=True)
        return Register.objects.get(office_id=by.office_id, body_id=UBND)


def clerk() -> Client:
    """The browser of the records clerk."""
    return client_of("vanthu", NGHE_AN)


def test_a_shut_book_gives_no_number_and_says_what_to_do() -> None:
    shut_book()
    with pytest.raises(Conflict, match="đang đóng") as refused:
        papers.numbered(papers.stated(HA_TINH))
    assert "Sổ văn bản" in refused.value.remedy


def test_the_clerk_opens_it_from_the_last_number_seen() -> None:
    book, year = shut_book(), str(today().year)
    page = clerk().get(PAGE)
    assert "Máy chủ còn nhớ đến số 1." in text_of(page)
    assert "Sổ văn bản đến" in text_of(page)
    assert "· Văn phòng UBND tỉnh Nghệ An" in text_of(page)  # one book a body: their names alone would not tell
    low = clerk().post(f"{PAGE}{book.id}/reopen/", {"last_0": "0"})
    assert low.status_code == 422
    done = clerk().post(f"{PAGE}{book.id}/reopen/", {"last_0": "41"})
    assert (done.status_code, done.headers["Location"]) == (302, PAGE)
    assert papers.numbered(papers.stated(HA_TINH)).code.startswith("42/")
    with office_of("vanthu", NGHE_AN):
        assert RegisterPeriod.objects.get(register_id=book.id, period=year).last_number == 42


def test_numbers_below_what_is_known_other_people_and_open_books_are_refused() -> None:
    book, year = shut_book(), str(today().year)
    with office_of("vanthu", NGHE_AN) as by:
        with pytest.raises(Invalid):
            reopen_register(book.id, last_numbers={year: 0}, by=by)
        with pytest.raises(Invalid):
            reopen_register(book.id, last_numbers={}, by=by)
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(Forbidden):
        reopen_register(book.id, last_numbers={year: 5}, by=by)
    with office_of("vanthu", HA_TINH) as by, pytest.raises(NotFound):
        reopen_register(book.id, last_numbers={year: 5}, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        reopen_register(book.id, last_numbers={year: 1}, by=by)
        with pytest.raises(NotFound):
            reopen_register(book.id, last_numbers={year: 1}, by=by)


def test_a_year_that_began_after_the_backup_is_asked_for_too() -> None:
    open_books()
    with office_of("vanthu", NGHE_AN) as by:
        Register.objects.filter(office_id=by.office_id).update(shut=True)
        book = Register.objects.get(office_id=by.office_id, body_id=UBND)
        reopen_register(book.id, last_numbers={str(today().year): 8}, by=by)
    assert papers.numbered(papers.stated(HA_TINH)).code.startswith("09/")


def test_the_page_asks_few_questions() -> None:
    shut_book()
    client = clerk()
    client.get(PAGE)
    with assert_queries(at_most=12):
        client.get(PAGE)
