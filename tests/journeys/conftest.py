"""A real browser on a real installation: web, live and sequencer processes over a database with the cast in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import DjangoDbBlocker

from phoihop.config.postgres import EmbeddedServer
from tests import databases
from tests.conftest import SHARED
from tests.dispatches.papers import open_books
from tests.installation import HOME
from tests.journeys.people import Cast, Stage
from tests.journeys.serving import Site, served

DATABASE = "phoihop_journeys"
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def site(database_server: EmbeddedServer, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Site]:
    """An installation whose offices have open books and nothing else yet."""
    databases.copy_template(database_server, DATABASE)
    with django_db_blocker.unblock():
        databases.point_at(DATABASE)
        open_books()
        databases.point_at(SHARED)
    with served(database_server, DATABASE, HOME) as site:
        yield site


@pytest.fixture(scope="session")
def cast(site: Site, browser: Browser) -> Cast:
    """The members of the cast, each with a browser when a test wants one."""
    expect.set_options(timeout=PATIENCE_MS)
    return Cast(browser, site)


@pytest.fixture
def stage(cast: Cast) -> Iterator[Stage]:
    """The browsers of this test. Whatever goes wrong in one of them fails it."""
    with cast.play() as stage:
        yield stage
