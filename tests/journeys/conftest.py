"""A real browser on a real installation: web, live and sequencer processes over a database with the cast in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import DjangoDbBlocker

from phoihop.config.postgres import EmbeddedServer
from phoihop.offices.actions import load_people
from tests import databases
from tests.cast import password_hash
from tests.conftest import SHARED
from tests.contracts.known import make_known
from tests.installation import HOME
from tests.journeys.people import TWO_POSITIONS, Cast, Stage
from tests.journeys.serving import served

DATABASE = "phoihop_journeys"
PATIENCE_MS = 15_000


@pytest.fixture(scope="session")
def things(
    database_server: EmbeddedServer, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Mapping[str, UUID]:
    """One of everything a page can be about, by name, in the database of the journeys."""
    databases.copy_template(database_server, DATABASE)
    with django_db_blocker.unblock():
        databases.point_at(DATABASE)
        made = make_known().things
        load_people([TWO_POSITIONS], password_hash=password_hash(), is_demo=False)
        databases.point_at(SHARED)
    return made


@pytest.fixture(scope="session")
def cast(database_server: EmbeddedServer, things: Mapping[str, UUID], browser: Browser) -> Iterator[Cast]:
    """The members of the cast, each with a browser when a test wants one, and the installation they use."""
    expect.set_options(timeout=PATIENCE_MS)
    with served(database_server, DATABASE, HOME) as site:
        yield Cast(browser, site, things)


@pytest.fixture
def stage(cast: Cast) -> Iterator[Stage]:
    """The browsers of this test. Whatever goes wrong in one of them fails it."""
    with cast.play() as stage:
        yield stage
