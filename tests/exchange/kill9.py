"""Kills web, worker, sequencer and database with -9 while documents are being issued, and counts what is left.

    python -m tests.exchange.kill9 [ROUNDS]     twenty rounds unless told otherwise

Clients send each document under a key of its own, and again under the same key until it is acknowledged. At the end
every acknowledged document must exist exactly once, with its number and all its deliveries, nothing else may, and the
log must verify.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import psycopg

from phoihop.config import processes
from phoihop.config.postgres import place
from tests.config.homes import forget
from tests.config.test_running import Installation

ROUNDS = 20
VICTIMS = ("granian", "worker", "sequencer", "postgres")
SETTLE_SECONDS = 90
ANSWER_SECONDS = 20


@dataclass
class Sender:
    """One client of one office: what it was told is issued, by key, and how often it had to ask again."""

    token: str
    body: dict[str, Any]
    acknowledged: dict[str, dict[str, str]] = field(default_factory=dict)
    retries: int = 0

    def run(self, port: int, stopping: Event) -> None:
        """Issue one document after another until told to stop; the last one is finished first."""
        while not stopping.is_set():
            key = str(uuid4())
            while (answer := self._send(port, key)) is None:
                self.retries += 1
                time.sleep(0.1)
            self.acknowledged[key] = answer

    def _send(self, port: int, key: str) -> dict[str, str] | None:
        """The acknowledgement, or None when it is unknown whether anything was done."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        try:
            connection.request("POST", "/api/v1/dispatches", json.dumps({**self.body, "abstract": key}), headers)
            with connection.getresponse() as answer:
                text = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status == 201:
            told: dict[str, str] = json.loads(text)
            return told
        assert answer.status >= 500, (answer.status, text.decode(errors="replace"))
        return None


@dataclass(frozen=True)
class Outcome:
    """What the rounds left: kills by victim, documents acknowledged, requests sent again, and everything wrong."""

    kills: dict[str, int]
    acknowledged: int
    retries: int
    faults: list[str]


def endure(home: Path, rounds: int) -> Outcome:
    """Run an installation in ``home`` through ``rounds`` kills under load."""
    installation = Installation(home)
    installation.start()
    senders = [Sender(**one) for one in _prepared(installation)]
    kills: dict[str, int] = dict.fromkeys(VICTIMS, 0)
    with _load(installation.port, senders):
        for turn in range(rounds):
            victim = VICTIMS[turn % len(VICTIMS)]
            time.sleep(0.6 + 0.3 * (turn % 3))  # kills meet the load at different points of its work
            kills[victim] += _kill(installation, victim)
            assert installation.becomes_ready(), (victim, installation.ready(), installation.terminal())
    faults = _faults(installation, senders)
    assert installation.process is not None
    installation.process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        installation.process.wait(60)
    installation.kill_everything()
    return Outcome(kills, sum(len(one.acknowledged) for one in senders), sum(one.retries for one in senders), faults)


def _prepared(installation: Installation) -> list[dict[str, Any]]:
    """Offices, books and tokens, made by a process of the installation's own environment."""
    environment = {**installation.environment, "DJANGO_SETTINGS_MODULE": "phoihop.config.settings"}
    command = [sys.executable, "-m", "tests.exchange.kill9_offices"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    prepared: list[dict[str, Any]] = json.loads(done.stdout)
    return prepared


@contextmanager
def _load(port: int, senders: list[Sender]) -> Iterator[None]:
    stopping = Event()
    threads = [Thread(target=one.run, args=(port, stopping)) for one in senders]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join(SETTLE_SECONDS)


def _kill(installation: Installation, victim: str) -> int:
    killed = 0
    for pid in installation.pids(victim):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    assert killed, victim
    return 1


def _faults(installation: Installation, senders: list[Sender]) -> list[str]:
    """Everything that is not as it must be; empty when nothing was lost, doubled or half done."""
    faults: list[str] = []
    told = {key: answer for one in senders for key, answer in one.acknowledged.items()}
    with psycopg.connect(place(installation.home).dsn("phoihop_owner")) as connection:
        if not processes.wait_until(lambda: _unlogged(connection) == 0, SETTLE_SECONDS):
            faults.append(f"{_unlogged(connection)} records never reached the log")
        rows = connection.execute(
            "SELECT abstract, id::text, code, jsonb_array_length(recipients) FROM dispatches_dispatch"
        )
        kept: dict[str, list[tuple[str, str, int]]] = {}
        for key, dispatch, code, recipients in rows.fetchall():
            kept.setdefault(key, []).append((dispatch, code, recipients))
        delivered: dict[str, int] = dict(
            connection.execute("SELECT subject_id::text, count(*) FROM exchange_delivery GROUP BY 1").fetchall()
        )
        faults += [f"gap in a register: {row}" for row in connection.execute(_GAPS).fetchall()]
    for key, answer in told.items():
        found = kept.pop(key, [])
        if [(one, code) for one, code, _count in found] != [(answer["id"], answer["code"])]:
            faults.append(f"{key} was acknowledged as {answer} and is kept as {found}")
        faults += [f"{one} lacks deliveries" for one, _code, count in found if delivered.get(one) != count]
    faults += [f"{key} was never acknowledged, yet is kept as {found}" for key, found in kept.items()]
    checked = installation.run("log", "verify")
    if checked.returncode != 0:
        faults.append(f"log verify: {checked.stdout} {checked.stderr}")
    return faults


_GAPS = """
SELECT register_id, period, count(*), max(number) FROM dispatches_registernumber
GROUP BY 1, 2 HAVING count(*) <> max(number) OR count(DISTINCT number) <> count(*)
"""


def _unlogged(connection: psycopg.Connection[Any]) -> int:
    row = connection.execute(
        "SELECT count(*) FROM exchange_record r"
        " WHERE NOT EXISTS (SELECT 1 FROM exchange_logentry e WHERE e.record_id = r.id)"
    ).fetchone()
    connection.rollback()
    return int(row[0]) if row else 0


def main(rounds: int) -> int:
    """Run as a script; 0 when nothing was lost or doubled."""
    home = Path(tempfile.mkdtemp(prefix="phoihop-kill9-"))
    home.chmod(0o755)
    outcome = endure(home, rounds)
    forget(home)
    kills = ", ".join(f"{victim} {count}" for victim, count in outcome.kills.items())
    sys.stdout.write(f"killed {kills}; {outcome.acknowledged} acknowledged, {outcome.retries} sent again\n")
    sys.stdout.writelines(f"FAULT {fault}\n" for fault in outcome.faults)
    sys.stdout.write("nothing lost, nothing doubled\n" if not outcome.faults else "")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS))
