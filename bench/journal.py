"""Unusual access in a journal of 200,000 entries of one office in thirty days: ``python -m bench.journal [COUNT]``.

Sixty people read during office hours of working days, as evenly as chance has it. Measured is what the page calls.
"""

from __future__ import annotations

import sys
import time

from bench.databases import database
from bench.installation import open_offices

ENTRIES = 200_000
LIMIT_S = 1
_FILL = """
INSERT INTO audit_journalentry (id, at, office_id, person_id, person_name, position_title, event, subject_id, detail)
SELECT gen_random_uuid(), d.day + interval '1 hour' + random() * interval '9 hours', %(office)s,
 md5((n %% 60)::text)::uuid, 'Nguyễn Văn An', 'Chuyên viên',
 CASE WHEN n %% 50 = 0 THEN 'offices:account:sign_in' ELSE 'dispatches:document:see' END, gen_random_uuid(),
 '{"device": "Chrome, Windows"}'
FROM generate_series(1, %(count)s) n
JOIN (SELECT row_number() OVER () - 1 AS place, day
      FROM generate_series(date_trunc('day', now()) - interval '29 days', date_trunc('day', now()), '1 day') day
      WHERE extract(isodow FROM day) < 6) d ON d.place = (hashint4(n) & 1023) %% 20
"""


def measure(count: int = ENTRIES) -> tuple[float, int]:
    """Seconds of the second of two readings, and how many entries there are."""
    with database("journal"):
        desk = open_offices(1)[0]
        from django.db import connection

        from phoihop.administration.watching import unusual_access
        from phoihop.core.isolation import scope
        from phoihop.offices.models import Office
        from phoihop.offices.permissions import Permission
        from phoihop.offices.selectors import acting_for_command

        with scope("web", desk.office_id):
            by = acting_for_command(
                Office.objects.get(id=desk.office_id), name="bench", permissions=[Permission.JOURNAL_VIEW]
            )
            with connection.cursor() as cursor:
                cursor.execute(_FILL, {"office": desk.office_id, "count": count})
        for _turn in range(2):
            began = time.perf_counter()
            with scope("web", desk.office_id, read_only=True):
                unusual_access(by)
            taken = time.perf_counter() - began
        return taken, count


def main() -> int:
    """Print the figure; 1 when it misses."""
    taken, count = measure(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
    sys.stdout.write(f"unusual access among {count:,} entries: {taken:.2f} s (at most {LIMIT_S})\n")
    return int(taken > LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
