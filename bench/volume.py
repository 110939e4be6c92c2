"""Pages and search over two hundred thousand documents: ``python -m bench.volume [COUNT]``.

The pages are asked for in process, through the whole of Django, as the clerk of an ordinary office and as the clerk of
the office that receives everything; p95 by the clock, and how many statements each sends.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

from bench.databases import filled_database
from bench.filling import OFFICES, Filled, fill
from bench.installation import Desk, cpu_of

COUNT = 200_000
TURNS = 60
PAGE_LIMIT_MS, SEARCH_LIMIT_MS, MOST_STATEMENTS = 100, 150, 15


@dataclass(frozen=True)
class Figure:
    """One page of one office, times in milliseconds: by the clock, and mean processor time here and in PostgreSQL.

    ``statements`` is the most that one request sent.
    """

    name: str
    p50: float
    p95: float
    python_cpu: float
    postgres_cpu: float
    statements: int
    limit: int

    @property
    def is_met(self) -> bool:
        """Whether the page keeps to its limits."""
        return self.p95 < self.limit and self.statements <= MOST_STATEMENTS


def measure(count: int = COUNT) -> Sequence[Figure]:
    """Fill a database of its own and ask for every page of both offices."""
    with filled_database("volume", OFFICES, fill, count) as (desks, filled):
        return [*_pages("everything", desks[0], filled), *_pages("ordinary", desks[1], filled)]


def _pages(who: str, desk: Desk, filled: Filled) -> Iterator[Figure]:
    client = signed_in(desk)
    documents = cycle(filled.documents)
    asked: dict[str, tuple[Callable[[], str], int]] = {
        "desk": (lambda: "/", PAGE_LIMIT_MS),
        "incoming list": (lambda: "/dispatches/incoming/", PAGE_LIMIT_MS),
        "incoming, unregistered": (lambda: "/dispatches/incoming/?state=unregistered", PAGE_LIMIT_MS),
        "incoming, late": (lambda: "/dispatches/incoming/?state=late", PAGE_LIMIT_MS),
        "outgoing list": (lambda: "/dispatches/outgoing/", PAGE_LIMIT_MS),
        "document": (lambda: f"/dispatches/{next(documents)}/", PAGE_LIMIT_MS),
        "search, rare word": (lambda: f"/dispatches/search/?q={filled.rare_word}", SEARCH_LIMIT_MS),
        "search, common words": (lambda: "/dispatches/search/?q=phong+chong+thien+tai", SEARCH_LIMIT_MS),
        "search, phrase": (lambda: '/dispatches/search/?q="ve+viec"', SEARCH_LIMIT_MS),
        "search, code": (lambda: "/dispatches/search/?q=1234/QĐ-UBND", SEARCH_LIMIT_MS),
        "palette": (lambda: "/dispatches/search/palette/?q=sat+lo", SEARCH_LIMIT_MS),
    }
    for name, (address, limit) in asked.items():
        yield page_figure(f"{who}: {name}", client, address, limit)


def signed_in(desk: Desk) -> Any:
    """A browser in which the clerk of an office is signed in."""
    from django.test import Client

    from phoihop.core.isolation import scope
    from phoihop.offices.models import Account

    client = Client(SERVER_NAME="localhost")
    with scope("gate"):
        account = Account.objects.get(username=f"clerk.{desk.code.lower()}")
        client.force_login(account, "phoihop.offices.backends.GateBackend")
    return client


def page_figure(name: str, client: Any, address: Callable[[], str], limit: int) -> Figure:
    """Ask for a page again and again; ``limit`` in milliseconds."""
    from django.db import connection

    sent: list[int] = []

    def note(execute: Callable[..., Any], *arguments: Any) -> Any:
        sent[-1] += 1
        return execute(*arguments)

    took = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    here, there = time.process_time(), cpu_of(backend)
    with connection.execute_wrapper(note):
        for _turn in range(TURNS):
            sent.append(0)
            began = time.perf_counter()
            answer = client.get(address())
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, (name, answer.status_code)
    here, there = (time.process_time() - here) * 1000 / TURNS, (cpu_of(backend) - there) * 1000 / TURNS
    return Figure(
        name, statistics.median(took), statistics.quantiles(took[5:], n=20)[18], here, there, max(sent), limit
    )


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of text."""
    lines = [f"{'page':<34}{'p50 ms':>9}{'p95 ms':>9}{'Python CPU':>12}{'database CPU':>14}{'statements':>12}"]
    for one in figures:
        mark = "" if one.is_met else f"   over {one.limit} ms or {MOST_STATEMENTS} statements"
        times = f"{one.p50:>9.1f}{one.p95:>9.1f}{one.python_cpu:>12.1f}{one.postgres_cpu:>14.1f}"
        lines.append(f"{one.name:<34}{times}{one.statements:>12}{mark}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)) + "\n")
