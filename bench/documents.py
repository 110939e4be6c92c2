"""Writing and checking documents: milliseconds for each, on warm caches.

Wanted: DOCX under 150 ms, PDF under 400 ms, check of 20 pages under 1 s.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from itertools import count

import django

from phoihop.documents.components import Document


def median_ms(act: Callable[[], object], times: int = 15) -> float:
    """The middle of so many runs after one that is not counted, in milliseconds."""
    act()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append((time.perf_counter() - started) * 1000)
    return sorted(taken)[times // 2]


def main() -> None:
    django.setup()
    from phoihop.documents.checking.check import check
    from phoihop.documents.describing import describe
    from phoihop.documents.writing.docx import write_docx
    from phoihop.documents.writing.pdf import write_pdf

    on = date(2026, 11, 1)
    clause = "1. " + "Một đoạn nội dung đủ dài để chiếm vài dòng trên trang giấy. " * 6

    turns = count(1)

    def paper(clauses: int) -> Document:
        """No two alike: the compiler remembers what it has set before."""
        turn = next(turns)
        return describe(
            regime="GOV",
            type_key="decision",
            type_name="Quyết định",
            issuer="UBND tỉnh",
            on=on,
            text="\n".join(f"{clause}{turn}.{one}" for one in range(clauses)),
        )

    twenty = write_docx(paper(130))
    rows = [
        ("DOCX, 2 pages", median_ms(lambda: write_docx(paper(8))), 150),
        ("DOCX, 20 pages", median_ms(lambda: write_docx(paper(130))), 150),
        ("PDF, 2 pages", median_ms(lambda: write_pdf(paper(8))), 400),
        ("PDF, 20 pages", median_ms(lambda: write_pdf(paper(130))), 400),
        ("check of a DOCX, 20 pages", median_ms(lambda: check(twenty, "GOV", on)), 1000),
    ]
    for name, taken, wanted in rows:
        sys.stdout.write(f"{name:28} {taken:7.1f} ms   wanted under {wanted}\n")


if __name__ == "__main__":
    main()
