"""A workbook is whole although the worker that wrote it was killed in the middle; real workers, a real kill."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

import psycopg
from openpyxl import load_workbook
from procrastinate.contrib.django import app

from phoihop.config.parts import Serving, parts
from phoihop.config.postgres import EmbeddedServer
from phoihop.config.processes import spawn, stop_group, wait_until
from phoihop.core.isolation import LOGIN, OWNER, scope
from phoihop.files.storage import open_stored
from phoihop.lists.models import Export
from phoihop.notify.models import Notice
from tests.cast import HA_TINH
from tests.dispatches.browsing import client_of
from tests.dispatches.papers import issued, open_books, stated
from tests.installation import HOME

MORE = 20_000
PATIENCE_SECONDS = 120.0
_COPIES = """
CREATE TEMP TABLE k AS SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS record FROM generate_series(1, %s) n;
INSERT INTO dispatches_dispatch SELECT p.* FROM k, dispatches_dispatch x,
    LATERAL jsonb_populate_record(x, jsonb_build_object('id', k.id, 'record_id', k.record, 'abstract', k.n::text)) p;
INSERT INTO exchange_delivery SELECT p.* FROM k, exchange_delivery x,
    LATERAL jsonb_populate_record(x, jsonb_build_object('subject_id', k.id)) p
"""


def test_a_killed_worker_leaves_no_half_of_a_workbook(
    database_server: EmbeddedServer, fresh_database: str, tmp_path: Path
) -> None:
    open_books()
    issued(stated(HA_TINH, abstract="0"))
    _multiply(database_server, fresh_database)
    answer = client_of("vanthu", HA_TINH).post("/lists/incoming/export/", {"query": ""})
    asked = UUID(answer["Location"].split("/")[-2])
    with _worker(database_server, fresh_database, tmp_path) as worker:
        assert wait_until(lambda: _now(asked).written > 0, PATIENCE_SECONDS)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    killed = _now(asked)
    assert (killed.state, killed.attempt, killed.sha256) == ("running", 1, "")
    assert 0 < killed.written < MORE
    _let_half_a_minute_pass(database_server, fresh_database)
    with _worker(database_server, fresh_database, tmp_path):
        assert wait_until(lambda: _now(asked).state == "done", PATIENCE_SECONDS), (tmp_path / "worker.log").read_text()
    done = _now(asked)
    assert (done.attempt, done.written, done.expected) == (2, MORE + 1, MORE + 1)
    assert sorted(_abstracts(done.sha256)) == list(range(MORE + 1))
    with scope("worker"):
        assert Notice.objects.filter(subject_id=asked).count() == 1


def _multiply(server: EmbeddedServer, name: str) -> None:
    with psycopg.connect(server.dsn(OWNER, name)) as owner:
        for statement in _COPIES.split(";"):
            owner.execute(statement.replace("%s", str(MORE)).encode())


def _let_half_a_minute_pass(server: EmbeddedServer, name: str) -> None:
    """Workers that gave no sign for half a minute are taken for dead, by a job that runs every minute."""
    with psycopg.connect(server.dsn(OWNER, name)) as owner:
        owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
    with scope("worker"):
        app.configure_task("phoihop.config.jobs.retry_stalled_jobs", queueing_lock="at once").defer(timestamp=0)


@contextmanager
def _worker(server: EmbeddedServer, name: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    part = next(one for one in parts(Serving(HOME, port=8515)) if one.name == "worker")
    environment = {
        **Serving(HOME, port=8515).environment(),
        "DATABASE_URL": _address(server, LOGIN, name),
        "DATABASE_OWNER_URL": _address(server, OWNER, name),
    }
    with (folder / "worker.log").open("ab") as log:
        process = spawn(part.command, log=log, environment=environment)
        try:
            yield process
        finally:
            stop_group(process, signal.SIGTERM, part.stop_seconds)


def _address(server: EmbeddedServer, role: str, name: str) -> str:
    return f"postgresql://{role}@/{name}?host={quote(str(server.place.sockets), safe='')}"


def _now(export_id: UUID) -> Export:
    with scope("worker"):
        return Export.objects.get(id=export_id)


def _abstracts(sha256: str) -> Iterator[int]:
    with open_stored(sha256) as file:
        sheet = load_workbook(BytesIO(file.read()), read_only=True).active
    assert sheet is not None
    rows = sheet.iter_rows(values_only=True)
    place = next(rows).index("Trích yếu")
    yield from (int(str(row[place])) for row in rows)
