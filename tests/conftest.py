"""Fixtures: a real PostgreSQL, a migrated database with the cast in it, and fresh copies for tests that commit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, sync_playwright
from pytest_django import DjangoDbBlocker

from phoihop.config.postgres import EmbeddedServer
from tests import cast, databases
from tests.installation import HOME

SHARED = "phoihop_shared"
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put browser tests last, journeys first among them.

    From its start to its end Playwright keeps an event loop running in this thread, in which neither ``asyncio.run``
    nor Django's database works. Journeys fill their database before they start it.
    """
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, "journeys" not in item.path.parts))


@pytest.fixture(scope="session")
def database_server(django_db_blocker: DjangoDbBlocker) -> Iterator[EmbeddedServer]:
    """The server of this test process, with a template that holds the cast."""
    with databases.server(HOME) as running, django_db_blocker.unblock():
        databases.make_template(running)
        databases.point_at(databases.TEMPLATE)
        cast.load_cast()
        databases.close_all()
        yield running
        databases.close_all()


@pytest.fixture(scope="session")
def django_db_setup(database_server: EmbeddedServer) -> None:
    """What pytest-django's ``db`` stands on: one copy of the template; each test rolls back."""
    databases.copy_template(database_server, SHARED)
    databases.point_at(SHARED)


@pytest.fixture
def fresh_database(
    database_server: EmbeddedServer, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database of its own for a test that commits, opens threads or starts processes. Yields its name."""
    name = f"phoihop_{uuid4().hex[:12]}"
    databases.copy_template(database_server, name)
    with django_db_blocker.unblock():
        databases.point_at(name)
        try:
            yield name
        finally:
            databases.point_at(SHARED)
            databases.drop(database_server, name)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium as installed on this machine. After it is asked for, this process must not touch the database."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield running
        running.close()
