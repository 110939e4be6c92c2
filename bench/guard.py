"""How long the secrecy guard looks at a PDF of fifty pages: ``python -m bench.guard [TIMES]``. Goal: under 500 ms."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from phoihop.files.guard.checking import FIRST_PAGES
from phoihop.files.guard.marks import find_mark
from tests.files import made

PAGES = 50
LINES = ["Số: 12/UBND-NN", "V/v bảo mật thông tin, mật độ dân số", *["Nội dung thường của văn bản. " * 3] * 40]


def measure(times: int) -> list[float]:
    """Milliseconds of each check, process and all."""
    from phoihop.files.extraction import extract_text

    taken = []
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "fifty.pdf"
        path.write_bytes(made.pdf([LINES] * PAGES, title="Báo cáo"))
        for _ in range(times):
            began = time.perf_counter()
            read = extract_text(path, "application/pdf", pages=FIRST_PAGES, scans=True)
            assert not any(find_mark(one.text, "text") for one in read.passages)
            taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    worst = found[min(len(found) - 1, int(len(found) * 0.95))]
    print(f"guard, {PAGES} pages: median {statistics.median(found):.0f} ms, p95 {worst:.0f} ms (goal 500)")
