"""Every address × every role × a foreign office: who may not, gets a refusal; what is not theirs, does not exist."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.test import Client

from tests.contracts.addresses import Operation, Page
from tests.contracts.browsing import Answer, address, ask, call, without_chance
from tests.contracts.known import FOREIGN, OWN, PEOPLE, PERMISSIONS, Known
from tests.contracts.urls import DONE, OPERATIONS, PAGES, PUBLIC, routes

pytestmark = pytest.mark.django_db

every_page = pytest.mark.parametrize("page", PAGES, ids=str)
every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=str)


def test_every_address_is_listed() -> None:
    listed = {page.route for page in PAGES} | {operation.route for operation in OPERATIONS} | set(PUBLIC)
    there = {route for route, _pattern in routes()}
    assert not there - listed, f"add to tests/contracts/urls.py: {sorted(there - listed)}"
    assert not listed - there, f"remove from tests/contracts/urls.py: {sorted(listed - there)}"


def test_every_page_goes_through_for_office() -> None:
    """The decorator is the only way from a page to a scope; what does without it is listed with a reason."""
    pages = {page.route for page in PAGES}
    for route, pattern in routes():
        if route in pages:
            assert hasattr(pattern.callback, "for_office_permission"), f"{route}: decorate the view with for_office"
        elif not route.startswith("api/"):
            assert PUBLIC[route].strip()
            assert not hasattr(pattern.callback, "for_office_permission"), f"{route} is not public: list it in PAGES"


@every_page
def test_visitors_are_sent_to_sign_in(known: Known, page: Page) -> None:
    path = address(page.route, page.fills, known)
    answer = ask(Client(), page, path)
    assert answer.status == HTTPStatus.FOUND
    assert answer.headers["Location"].startswith("/accounts/login/?next=")
    fragment = ask(Client(), page, path, hx_request="true")
    assert (fragment.status, fragment.headers.get("HX-Refresh")) == (HTTPStatus.UNAUTHORIZED, "true")


@every_page
def test_a_page_opens_to_the_roles_that_may(known: Known, page: Page) -> None:
    path = address(page.route, page.fills, known)
    for key in PEOPLE:
        answer = ask(known.client(key, OWN), page, path)
        if page.needs is None or page.needs in PERMISSIONS[key]:
            assert answer.status in DONE | _refused_input(page), f"{key}: {answer.status}"
        else:
            assert answer.status == HTTPStatus.FORBIDDEN, f"{key} without {page.needs}: {answer.status}"


def _refused_input(page: Page) -> set[int]:
    """A form sent with an empty value on purpose comes back to be filled in."""
    return {422} if any(not value for value in page.data.values()) else set()


@every_page
def test_at_least_one_role_can_open_it(page: Page) -> None:
    assert page.needs is None or any(page.needs in PERMISSIONS[key] for key in PEOPLE)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if set(page.fills) - {"code", "number", "verb", "key"}], ids=str
)
def test_what_belongs_to_another_office_does_not_exist(known: Known, page: Page) -> None:
    """The answer about a foreign thing is, to the letter, the one about a thing that never was."""
    for key in PEOPLE:
        if page.needs is not None and page.needs not in PERMISSIONS[key]:
            continue
        client = known.client(key, FOREIGN)
        foreign = ask(client, page, address(page.route, page.fills, known))
        nothing = ask(client, page, address(page.route, page.fills, known, instead="unknown"))
        assert foreign.status == nothing.status == page.absent, f"{key}: {foreign.status}, {nothing.status}"
        assert without_chance(foreign.text) == without_chance(nothing.text)


@every_operation
def test_the_api_asks_for_a_token(known: Known, operation: Operation) -> None:
    for token in ("", "phoihop_khong-phai-ma-nay"):
        assert call(operation, known, token).status == HTTPStatus.UNAUTHORIZED


@every_operation
def test_an_operation_is_open_to_the_roles_that_may(known: Known, operation: Operation) -> None:
    for key in PEOPLE:
        answer = call(operation, known, known.tokens[key, OWN.code])
        if operation.needs <= PERMISSIONS[key]:
            assert answer.status in {HTTPStatus.OK, HTTPStatus.CREATED}, f"{key}: {answer.status} {answer.text}"
        else:
            assert answer.status == HTTPStatus.FORBIDDEN, f"{key}: {answer.status} {answer.text}"


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if set(one.fills) & {"dispatch_id", "dispatch"}], ids=str
)
def test_the_api_knows_nothing_of_another_office(known: Known, operation: Operation) -> None:
    token = known.tokens["vanthu", FOREIGN.code]
    foreign, nothing = call(operation, known, token), call(operation, known, token, instead="unknown")
    assert foreign.status == nothing.status == HTTPStatus.NOT_FOUND
    assert without_chance(foreign.text) == without_chance(nothing.text)


def test_no_session_opens_the_api(known: Known) -> None:
    response = known.client("vanthu", OWN).get("/api/v1/dispatches")
    assert response.status_code == HTTPStatus.UNAUTHORIZED


def test_counts_tell_visitors_nothing() -> None:
    response = Client().get("/ui/counts/")
    assert (response.status_code, response.content) == (HTTPStatus.UNAUTHORIZED, b"")


def lists_of(known: Known, key: str) -> Iterator[Answer]:
    """The pages that list things, as a member of the foreign office sees them."""
    client = known.client(key, FOREIGN)
    for page in PAGES:
        if page.method == "GET" and not page.fills:
            yield ask(client, page, address(page.route, page.fills, known))


@pytest.mark.parametrize("key", ["vanthu", "chanhvp"])
def test_no_list_shows_a_thing_of_another_office(known: Known, key: str) -> None:
    for answer in lists_of(known, key):
        assert "Đề nghị phối hợp ứng phó mưa lũ" not in answer.text
        for name, thing in known.things.items():
            assert str(thing) not in answer.text, name
    assert any("Đề nghị phối hợp ứng phó mưa lũ" in answer.text for answer in own_lists(known))


def own_lists(known: Known) -> Iterator[Answer]:
    client = known.client("vanthu", OWN)
    for page in PAGES:
        if page.method == "GET" and not page.fills:
            yield ask(client, page, address(page.route, page.fills, known))
