"""A workbook of 200,000 rows, and every sort of the long lists: ``python -m bench.lists [COUNT] [pages] [workbook]``.

The workbook is written as the job writes it, for the office that received everything; peak memory is that of this
process above what it took before.
"""

from __future__ import annotations

import gc
import os
import re
import sys
import time
from collections.abc import Collection, Iterator
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

from bench.databases import filled_database
from bench.filling import OFFICES, fill
from bench.installation import Desk, cpu_of, resident_bytes
from bench.volume import COUNT, PAGE_LIMIT_MS, Figure, page_figure, signed_in, table

EXPORT_LIMIT_S = 60
PARTS = ("pages", "workbook")
SORTS = {
    "incoming": ("-arrived", "arrived", "-registered", "registered", "due", "-due"),
    "outgoing": ("-issued", "issued", "due", "-due"),
}


def measure(count: int, parts: Collection[str] = PARTS) -> None:
    """Ask for each sort and for its second page, and write the workbook."""
    with filled_database("volume", OFFICES, fill, count) as (desks, _filled):
        if "pages" in parts:
            found = [*_sorted_pages("everything", desks[0]), *_sorted_pages("ordinary", desks[1])]
            sys.stdout.write(table(found) + "\n")
        if "workbook" in parts:
            sys.stdout.write(_workbook(signed_in(desks[0])) + "\n")


def _sorted_pages(who: str, desk: Desk) -> Iterator[Figure]:
    client = signed_in(desk)
    for name, sorts in SORTS.items():
        for sort in sorts:
            address = f"/dispatches/{name}/?sort={sort}"
            yield page_figure(f"{who}: {name} by {sort}", client, lambda at=address: at, PAGE_LIMIT_MS)  # type: ignore[misc]
            second = f"/dispatches/{name}/{_next(client.get(address).content.decode())}"
            yield page_figure(f"{who}: … next", client, lambda at=second: at, PAGE_LIMIT_MS)  # type: ignore[misc]


def _next(page: str) -> str:
    found = re.search(r'href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"', page)
    assert found is not None
    return unescape(found[1] or found[2])


def _workbook(client: Any) -> str:
    from django.db import connection

    from phoihop.core.isolation import scope
    from phoihop.lists.exporting import run_export
    from phoihop.lists.models import Export

    answer = client.post("/lists/incoming/export/", {"query": ""})
    asked = UUID(answer["Location"].split("/")[-2])
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # forget how much this process held at most until now
    before, here, there, began = resident_bytes(os.getpid()), time.process_time(), cpu_of(backend), time.perf_counter()
    run_export(asked)
    took, here, there = time.perf_counter() - began, time.process_time() - here, cpu_of(backend) - there
    grown = resident_bytes(os.getpid(), peak=True) - before
    with scope("worker"):
        found = Export.objects.get(id=asked)
    mark = "" if took < EXPORT_LIMIT_S else f"   over {EXPORT_LIMIT_S} s"
    size = f"{found.written} rows, {found.size // 1024} kB"
    times = f"{took:.1f} s; processor time {here:.1f} s here, {there:.1f} s in PostgreSQL"
    return f"workbook: {found.state}, {size}, {times}; at most {grown / 2**20:.0f} MB more memory{mark}"


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:] if word.isdecimal()]
    measure(numbers[0] if numbers else COUNT, [part for part in PARTS if part in sys.argv[1:]] or PARTS)
