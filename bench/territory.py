"""Two million rows carried across the change of units of July 2025: ``python -m bench.territory [ROWS]``.

Rows are counts of units by day, as reports hold them: once with their units as numbers already, once as text.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date

import numpy as np

from bench.databases import database

ROWS = 2_000_000
TURNS = 5
LIMIT_SECONDS = 2.0
BEFORE = date(2025, 6, 30)


def measure(rows: int = ROWS) -> bool:
    """Map former communes to today's and back; whether every way keeps to the limit and every total is kept."""
    with database():
        return _measure(rows)


def _measure(rows: int) -> bool:
    from phoihop.core.isolation import scope
    from phoihop.territory import selectors
    from phoihop.territory.bulk import BulkConversion

    with scope("worker", read_only=True):
        began = time.perf_counter()
        there, back = selectors.conversion(), selectors.conversion(on=BEFORE)
        read = time.perf_counter() - began
        began = time.perf_counter()
        ways = {"before to today": BulkConversion(there), "today to before": BulkConversion(back)}
        made = time.perf_counter() - began
    _line("reading and preparing both ways", f"{read * 1000:.0f} + {made * 1000:.0f} ms", "")
    chance = np.random.default_rng(1)
    met = True
    for (name, bulk), exist in zip(ways.items(), (back.exist, there.exist), strict=True):
        codes = sorted(exist & set(bulk.units))
        drawn = chance.integers(0, len(codes), rows)
        counts = chance.integers(0, 5_000, rows)
        texts = [codes[place] for place in drawn]
        units = bulk.indexes(texts, rows)
        mapped = bulk.map_rows(units, counts)
        met &= int(mapped.count.sum()) == int(counts.sum())
        result = f"{len(mapped.row):,} rows out, {int((~mapped.is_determined).sum()):,} undetermined"
        met &= _timed(f"{name}: numbered", lambda u=units, c=counts, b=bulk: b.map_rows(u, c), result)  # type: ignore[misc]
        met &= _timed(f"{name}: as text", lambda t=texts, c=counts, b=bulk: b.map_rows(b.indexes(t, len(t)), c), "")  # type: ignore[misc]
    return met


def _timed(name: str, run: Callable[[], object], remark: str) -> bool:
    """The median and the slowest of several turns."""
    taken = []
    for _turn in range(TURNS):
        began = time.perf_counter()
        run()
        taken.append(time.perf_counter() - began)
    worst = max(taken)
    _line(name, f"p50 {statistics.median(taken):.2f} s, worst {worst:.2f} s", f"under {LIMIT_SECONDS:.0f} s; {remark}")
    return worst < LIMIT_SECONDS


def _line(name: str, figure: str, limit: str) -> None:
    sys.stdout.write(f"{name:<38}{figure:<38}{limit}\n")


if __name__ == "__main__":
    sys.exit(0 if measure(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS) else 1)
