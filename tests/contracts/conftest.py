"""The database of the isolation tests: committed rows of two offices, looked at with raw SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from phoihop.config.postgres import EmbeddedServer
from tests import databases
from tests.contracts.worlds import World, fill

NAME = "phoihop_isolation"


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
