"""Load over HTTP: threads with one kept connection each, that note how long every request took."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any
from uuid import uuid4

from bench.installation import Desk


@dataclass(frozen=True)
class Run:
    """How a run went: how many a second, how long one took, and the processor time one cost, both in milliseconds.

    ``parts`` says where that processor time went: web, postgres, sequencer, live, worker, client.
    """

    per_second: float
    p50: float
    p95: float
    count: int
    cpu_ms: float = 0.0
    parts: Mapping[str, float] = field(default_factory=dict)


class Connection:
    """One client's connection."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def post(self, address: str, body: Any, desk: Desk, *, key: str = "") -> Any:
        """Send JSON and return the answer's. Raises AssertionError for anything but success."""
        return self.send("POST", address, json.dumps(body).encode(), desk, key=key)

    def send(self, method: str, address: str, body: bytes, desk: Desk, *, key: str = "") -> Any:
        """Send bytes and return the answer as JSON."""
        headers = {
            "Authorization": f"Bearer {desk.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key or str(uuid4()),
        }
        self._connection.request(method, f"/api/v1{address}", body, headers)
        with self._connection.getresponse() as answer:
            text = answer.read()
        assert answer.status < 300, (answer.status, text.decode(errors="replace"))
        return json.loads(text)


def together(port: int, work: Callable[[Connection, int, int], object], *, clients: int, each: int) -> Run:
    """Let ``clients`` threads do ``work(connection, client, round)`` ``each`` times, all beginning at once."""
    start, took = Barrier(clients + 1), [[0.0] * each for _ in range(clients)]

    def one(client: int) -> None:
        connection = Connection(port)
        start.wait()
        for turn in range(each):
            began = time.perf_counter()
            work(connection, client, turn)
            took[client][turn] = time.perf_counter() - began

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(one, client) for client in range(clients)]
        start.wait()
        began = time.perf_counter()
        for future in running:
            future.result()
        lasted = time.perf_counter() - began
    return summed(took, lasted)


def summed(took: Sequence[Sequence[float]], lasted: float) -> Run:
    """A run in figures."""
    every = sorted(one * 1000 for times in took for one in times)
    cuts = statistics.quantiles(every, n=20)
    return Run(len(every) / lasted, statistics.median(every), cuts[18], len(every))
