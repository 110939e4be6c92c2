"""Two nodes for a test: copies of two databases that know each other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from phoihop.config.postgres import EmbeddedServer
from phoihop.exchange.directory.actions import apply_signed
from phoihop.exchange.high_water import FILE_NAME
from tests import databases
from tests.conftest import SHARED
from tests.exchange.nodes import TestNode, become_hue

_HERE, _THERE = "phoihop_pair_nghe_an", "phoihop_pair_hue"


@dataclass(frozen=True)
class Pair:
    """Nghệ An's node, which hosts four offices, and Huế's, which hosts one."""

    server: EmbeddedServer
    nghe_an: TestNode
    hue: TestNode

    def empty(self, node: TestNode) -> None:
        """Put a node's database back to its beginning, and let it forget what it sent."""
        databases.close_all()
        (node.root / FILE_NAME).unlink(missing_ok=True)
        databases.copy_template(self.server, node.database, template=_HERE if node is self.nghe_an else _THERE)


@pytest.fixture(scope="session")
def pair_keys(
    database_server: EmbeddedServer,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The keys of Huế's node; makes both templates."""
    keys = tmp_path_factory.mktemp("hue") / "keys"
    with django_db_blocker.unblock():
        databases.close_all()
        databases.copy_template(database_server, _HERE)
        databases.copy_template(database_server, _THERE)
        databases.point_at(_THERE)
        said = become_hue(keys)
        databases.point_at(_HERE)
        apply_signed(said)
        databases.point_at(SHARED)
    return keys


@contextmanager
def _pair(server: EmbeddedServer, hue_keys: Path, blocker: DjangoDbBlocker, root: Path) -> Iterator[Pair]:
    nodes = []
    for name, keys in (("here", Path(settings.KEYS_ROOT)), ("there", hue_keys)):
        shutil.copytree(keys, root / name / "keys")
        nodes.append(TestNode(f"phoihop_{name}_{uuid4().hex[:8]}", root / name))
    found = Pair(server, *nodes)
    with blocker.unblock():
        for node in nodes:
            found.empty(node)
        try:
            yield found
        finally:
            databases.point_at(SHARED)
            for node in nodes:
                databases.drop(server, node.database)


@pytest.fixture
def pair(
    database_server: EmbeddedServer, pair_keys: Path, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[Pair]:
    """Two fresh nodes; the test acts at Nghệ An's until it says otherwise."""
    with _pair(database_server, pair_keys, django_db_blocker, tmp_path) as found, found.nghe_an.here():
        yield found


@pytest.fixture(scope="module")
def standing(
    database_server: EmbeddedServer,
    pair_keys: Path,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    """Two nodes for all tests of a module that leave nothing in Huế's; they say where they act."""
    with _pair(database_server, pair_keys, django_db_blocker, tmp_path_factory.mktemp("pair")) as found:
        yield found
