"""A workbook of two hundred thousand rows, and every sort of the long lists: ``python -m bench.lists [COUNT]``.

The workbook is written as the job writes it, for the office that received everything; peak memory is that of this
process above what it took before.
"""

from __future__ import annotations

import re
import resource
import sys
import time
from html import unescape

from bench.databases import filled_database
from bench.filling import OFFICES, fill
from bench.volume import COUNT, PAGE_LIMIT_MS, page_figure, signed_in, table

EXPORT_LIMIT_S = 60
SORTS = ("-arrived", "arrived", "-registered", "registered", "due", "-due")


def measure(count: int) -> None:
    """Fill a database of its own, ask for each sort and for its last page, and write the workbook."""
    with filled_database("volume", OFFICES, fill, count) as (desks, _filled):
        client = signed_in(desks[0])
        figures = []
        for sort in SORTS:
            address = f"/dispatches/incoming/?sort={sort}"
            figures.append(page_figure(f"incoming by {sort}", client, lambda at=address: at, PAGE_LIMIT_MS))  # type: ignore[misc]
            second = "/dispatches/incoming/" + _next(client.get(address).content.decode())
            figures.append(page_figure(f"incoming by {sort}, next", client, lambda at=second: at, PAGE_LIMIT_MS))  # type: ignore[misc]
        sys.stdout.write(_workbook(client) + "\n" + table(figures) + "\n")


def _next(page: str) -> str:
    found = re.search(r'href="([^"]+)"[^>]*rel="next"|rel="next"[^>]*href="([^"]+)"', page)
    assert found is not None
    return unescape(found[1] or found[2])


def _workbook(client: object) -> str:
    from uuid import UUID

    from phoihop.core.isolation import scope
    from phoihop.lists.exporting import run_export
    from phoihop.lists.models import Export

    answer = client.post("/lists/incoming/export/", {"query": ""})  # type: ignore[attr-defined]
    asked = UUID(answer["Location"].split("/")[-2])
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    run_export(asked)
    took, grown = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    with scope("worker"):
        found = Export.objects.get(id=asked)
    mark = "" if took < EXPORT_LIMIT_S else f"   over {EXPORT_LIMIT_S} s"
    size = f"{found.written} rows, {found.size // 1024} kB"
    return f"workbook: {found.state}, {size}, {took:.1f} s, +{grown // 1024} MB{mark}"


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)
