"""Two nodes for a test: copies of two databases that know each other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from phoihop.config.postgres import EmbeddedServer
from tests import databases
from tests.conftest import SHARED
from tests.exchange.nodes import TestNode, become_hue, meet_hue

_HERE, _THERE = "phoihop_pair_nghe_an", "phoihop_pair_hue"


@dataclass(frozen=True)
class Pair:
    """Nghệ An's node, which hosts four offices, and Huế's, which hosts one."""

    server: EmbeddedServer
    nghe_an: TestNode
    hue: TestNode

    def empty(self, node: TestNode) -> None:
        """Put a node's database back to its beginning."""
        databases.close_all()
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
        card = become_hue(keys)
        databases.point_at(_HERE)
        meet_hue(card)
        databases.point_at(SHARED)
    return keys


@pytest.fixture
def pair(
    database_server: EmbeddedServer, pair_keys: Path, django_db_blocker: DjangoDbBlocker, tmp_path: Path
) -> Iterator[Pair]:
    """Two fresh nodes; the test acts at Nghệ An's until it says otherwise."""
    nodes = []
    for name, keys in (("here", Path(settings.KEYS_ROOT)), ("there", pair_keys)):
        shutil.copytree(keys, tmp_path / name / "keys")
        nodes.append(TestNode(f"phoihop_{name}_{uuid4().hex[:8]}", tmp_path / name))
    found = Pair(database_server, *nodes)
    with django_db_blocker.unblock():
        for node in nodes:
            found.empty(node)
        try:
            with found.nghe_an.here():
                yield found
        finally:
            databases.point_at(SHARED)
            for node in nodes:
                databases.drop(database_server, node.database)
