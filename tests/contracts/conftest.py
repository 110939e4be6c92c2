"""The database of the isolation tests: committed rows of two offices, looked at with raw SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from phoihop.config.postgres import EmbeddedServer
from tests import databases
from tests.conftest import SHARED
from tests.contracts.known import Known, make_known
from tests.contracts.worlds import World, fill

NAME = "phoihop_isolation"
PAGES = "phoihop_pages"


@pytest.fixture(scope="session")
def world(database_server: EmbeddedServer) -> Iterator[World]:
    """Rows of two offices in every shared and local table."""
    databases.copy_template(database_server, NAME)
    made = World(database_server, NAME)
    with made.owner() as owner:
        fill(owner)
        owner.commit()
    yield made
    databases.drop(database_server, NAME)


@pytest.fixture(scope="module")
def known(
    database_server: EmbeddedServer, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Known]:
    """A database with one of everything a page can be about, committed; tests of the module roll back onto it."""
    databases.copy_template(database_server, PAGES)
    with django_db_blocker.unblock():
        databases.point_at(PAGES)
        made = make_known()
        databases.close_all()
    yield made
    with django_db_blocker.unblock():
        databases.point_at(SHARED)
        databases.drop(database_server, PAGES)
