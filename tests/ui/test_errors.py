from __future__ import annotations

import logging
import re

import pytest
from django.test import RequestFactory

from phoihop.core.errors import Conflict
from phoihop.ui import errors


def number_on(page: bytes) -> str:
    found = re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}", page.decode())
    assert found
    return found.group()


def test_the_log_knows_the_number_on_the_page(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="phoihop.errors"):
        page = errors.page_not_found(RequestFactory().get("/dispatches/7"))
    assert page.status_code == 404
    assert number_on(page.content) in caplog.text
    assert "/dispatches/7" in caplog.text


def test_a_defect_is_logged_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    try:
        int("the cause")
    except ValueError:
        page = errors.server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert number_on(page.content) in caplog.text
    assert "the cause" in caplog.text
    assert b"the cause" not in page.content


def test_an_error_for_a_person_keeps_its_words_and_status() -> None:
    error = Conflict("changed", "Văn bản vừa được người khác nhận.", remedy="Tải lại trang.")
    page = errors.said(RequestFactory().get("/"), error)
    assert page.status_code == 409
    assert "Văn bản vừa được người khác nhận." in page.content.decode()
    assert "Tải lại trang." in page.content.decode()


def test_a_partial_request_gets_a_notice_and_not_a_page() -> None:
    page = errors.permission_denied(RequestFactory().get("/", headers={"HX-Request": "true"}))
    assert page.status_code == 403
    assert b"<html" not in page.content
    assert b"ph-notice" in page.content


def test_the_error_page_comes_even_when_the_shell_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("no templates")

    monkeypatch.setattr(errors, "render", broken)
    page = errors.server_error(RequestFactory().get("/"))
    assert page.status_code == 500
    assert number_on(page.content)


def test_numbers_do_not_repeat() -> None:
    assert len({errors.reference() for _ in range(500)}) == 500
