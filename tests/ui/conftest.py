"""A real browser on a real server for the behaviours of the shell. The server needs no database."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from playwright.sync_api import Browser, Page

from phoihop.ui import registry
from tests.ui import pages

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tests.ui.pages.acting_middleware",
]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is the library's
        """Say nothing: a test that fails shows the page."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Address of the gallery inside the shell."""
    before, registry._registry = registry._registry, registry._Registry()
    settings = override_settings(
        ROOT_URLCONF="tests.ui.pages", MIDDLEWARE=MIDDLEWARE, LIVE_URL="", DEMO=True, ALLOWED_HOSTS=["127.0.0.1"]
    )
    settings.enable()
    pages.register()
    server = make_server("127.0.0.1", 0, WSGIHandler(), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    settings.disable()
    registry._registry = before


@pytest.fixture
def page(site: str, browser: Browser) -> Iterator[Page]:
    """The gallery, open; the test fails when the page reports an error of script or of the content policy."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    opened = context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("console", lambda said: problems.append(said.text) if "Content Security Policy" in said.text else None)
    opened.goto(site)
    opened.locator(".ph-picker").first.wait_for()
    yield opened
    context.close()
    assert problems == []
