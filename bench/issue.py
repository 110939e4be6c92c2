"""Issuing a document of 1 KB to eighteen offices over HTTP, held against raw inserts of the same rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bench.clients import Connection, Run, together
from bench.installation import Desk, Installation, cpu_by_part
from bench.raw import insert_again, rows_of

CLIENTS = 8
EACH = 100
RECIPIENTS = 18
TEXT = ("Kính đề nghị quý cơ quan phối hợp chỉ đạo ứng phó mưa lũ. " * 20)[:720]  # 1 KB in UTF-8


def measure(installation: Installation) -> dict[str, Any]:
    """Raw, spread over all offices, from one office, and raw once more: the machine drifts."""
    from phoihop.config.postgres import place

    dsn = place(installation.home).dsn("phoihop_owner")
    first = Connection(installation.port).post("/dispatches", letter(installation, 0), installation.desks[0])
    rows = rows_of(dsn, UUID(first["id"]))
    _issue(installation, spread=True, each=15)  # warm
    ways: dict[str, Callable[[], Run]] = {
        "raw_before": lambda: insert_again(dsn, rows, clients=CLIENTS, each=EACH),
        "spread": lambda: _issue(installation, spread=True, each=EACH),
        "one_office": lambda: _issue(installation, spread=False, each=EACH),
        "raw_after": lambda: insert_again(dsn, rows, clients=CLIENTS, each=EACH),
    }
    runs = {name: with_cpu(installation, way) for name, way in ways.items()}
    raw, raw_cpu = ((getattr(runs["raw_before"], one) + getattr(runs["raw_after"], one)) / 2 for one in _MEASURES)
    return {
        **{name: asdict(run) for name, run in runs.items()},
        "ratio": runs["spread"].per_second / raw,
        "ratio_one_office": runs["one_office"].per_second / raw,
        "ratio_cpu": raw_cpu / runs["spread"].cpu_ms,
    }


_MEASURES = ("per_second", "cpu_ms")


def with_cpu(installation: Installation, way: Callable[[], Run]) -> Run:
    """A run with the processor time of one of its requests: all of it, and that of each part, the client's included."""
    before = cpu_by_part(installation)
    run = way()
    parts = {
        name: (spent - before.get(name, 0.0)) * 1000 / run.count for name, spent in cpu_by_part(installation).items()
    }
    return replace(run, cpu_ms=sum(parts.values()), parts={name: ms for name, ms in parts.items() if ms >= 0.005})


def _issue(installation: Installation, *, spread: bool, each: int) -> Run:
    desks = installation.desks

    letters = [json.dumps(letter(installation, index)).encode() for index in range(len(desks))]

    def one(connection: Connection, client: int, turn: int) -> None:
        index = (client + turn * CLIENTS) % len(desks) if spread else 0
        connection.send("POST", "/dispatches", letters[index], desks[index])

    return together(installation.port, one, clients=CLIENTS, each=each)


def letter(installation: Installation, index: int) -> dict[str, object]:
    """A letter of one office to eighteen others."""
    desks = installation.desks
    desk: Desk = desks[index]
    others = [desks[(index + step) % len(desks)] for step in range(1, RECIPIENTS + 1)]
    return {
        "body": desk.body,
        "type_code": "letter",
        "abstract": "Về việc phối hợp ứng phó mưa lũ",
        "content": TEXT,
        "recipients": [{"office": other.code} for other in others],
        "signer": str(desk.signer),
        "signed_at": datetime.now(UTC).isoformat(),
    }
