"""A file of 100 MB sent in and fetched again, and how far that makes a web process grow."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from bench.clients import Connection
from bench.installation import Desk, Installation, resident_bytes
from bench.issue import letter

SIZE = 100 * 1024 * 1024
_CHUNK = b"Noi dung tep dinh kem. " * 45_590  # about 1 MB
_PEAK = "5"  # what proc(5) wants in clear_refs to measure the peak anew


def measure(installation: Installation) -> dict[str, Any]:
    """Memory of the web processes at rest, and their growth at the peak of sending and of fetching, in MB."""
    workers = [pid for pid in installation.processes("granian") if resident_bytes(pid) > 60 * 2**20]
    desk, other = installation.desks[0], installation.desks[1]
    before = {pid: _mark(pid) for pid in workers}
    began = time.perf_counter()
    upload = _send(installation.port, desk)
    sent_in, grown_in = time.perf_counter() - began, _grown(before)
    document = {**letter(installation, 0), "attachments": [upload]}
    issued = Connection(installation.port).post("/dispatches", document, desk)
    before = {pid: _mark(pid) for pid in workers}
    began = time.perf_counter()
    _fetch(installation.port, other, issued["id"])
    return {
        "web_mb": [round(resident / 2**20) for resident in before.values()],
        "in_seconds": sent_in,
        "in_growth_mb": grown_in,
        "out_seconds": time.perf_counter() - began,
        "out_growth_mb": _grown(before),
    }


def _send(port: int, desk: Desk) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    headers = {
        "Authorization": f"Bearer {desk.token}",
        "Idempotency-Key": str(uuid4()),
        "Content-Type": "application/octet-stream",
        "Content-Length": str(SIZE),
    }
    connection.request("POST", "/api/v1/uploads?name=ban-do.txt", _body(), headers)
    with connection.getresponse() as answer:
        told = json.loads(answer.read())
    digest = hashlib.sha256()
    for chunk in _body():
        digest.update(chunk)
    assert told["sha256"] == digest.hexdigest(), told
    return str(told["id"])


def _body() -> Iterator[bytes]:
    left = SIZE
    while left:
        chunk = _CHUNK[: min(len(_CHUNK), left)]
        left -= len(chunk)
        yield chunk


def _fetch(port: int, desk: Desk, dispatch: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    address = f"/api/v1/dispatches/{dispatch}/attachments/1"
    connection.request("GET", address, headers={"Authorization": f"Bearer {desk.token}"})
    size = 0
    with connection.getresponse() as answer:
        while chunk := answer.read(65536):
            size += len(chunk)
    assert size == SIZE, size


def _mark(pid: int) -> int:
    """Memory now; the peak is measured anew from here."""
    Path(f"/proc/{pid}/clear_refs").write_text(_PEAK)
    return resident_bytes(pid)


def _grown(before: dict[int, int]) -> float:
    return max((resident_bytes(pid, peak=True) - resident) / 2**20 for pid, resident in before.items())
