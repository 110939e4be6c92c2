"""A list of five thousand people for one office, previewed and applied: ``python -m bench.administration [COUNT]``.

Times are those of what the pages call, in process, on a database of its own.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from datetime import date

from bench.databases import database
from bench.installation import open_offices

PEOPLE = 5_000
PREVIEW_LIMIT_S, APPLY_LIMIT_S = 3, 10


@dataclass(frozen=True)
class Times:
    """Seconds."""

    preview: float
    apply: float
    again: float


def measure(count: int = PEOPLE) -> Times:
    """Upload a workbook of ``count`` new people, preview it, apply it, and preview the same once more."""
    with database("administration"):
        desk = open_offices(1)[0]
        from phoihop.administration.actions import apply_people, keep_sheet
        from phoihop.administration.models import SheetUpload
        from phoihop.administration.people_sheet import people_workbook
        from phoihop.administration.selectors import people_preview, upload_of
        from phoihop.core.ids import new_id
        from phoihop.core.isolation import scope
        from phoihop.offices.models import Office
        from phoihop.offices.permissions import Permission
        from phoihop.offices.selectors import acting_for_command
        from phoihop.offices.staff import HeldPosition, StaffMember

        position = HeldPosition(new_id(), "Chuyên viên", ("specialist",), (), 0, date(2026, 7, 1), None)
        people = [
            StaffMember(new_id(), new_id(), f"nguoi.{number}", f"Nguyễn Văn {number}", "", (position,))
            for number in range(count)
        ]
        content = people_workbook(people, ())
        with scope("web", desk.office_id):
            by = acting_for_command(
                Office.objects.get(id=desk.office_id), name="bench", permissions=[Permission.OFFICE_ADMINISTER]
            )
            kept = keep_sheet(content, name="nguoi.xlsx", kind=SheetUpload.Kind.PEOPLE, by=by)
        times = []
        digest = ""
        for act in ("preview", "apply", "again"):
            began = time.perf_counter()
            with scope("web", desk.office_id):
                if act == "apply":
                    apply_people(kept.id, digest=digest, by=by)
                else:
                    found = people_preview(upload_of(kept.id, by), by)
                    digest = found.plan.digest
                    assert not found.faults, found.faults[:3]
            times.append(time.perf_counter() - began)
    return Times(*times)


def main(count: int) -> int:
    """Measure and tell; 1 when a limit is not kept."""
    told = measure(count)
    rows = (
        ("preview, all new", told.preview, PREVIEW_LIMIT_S),
        ("apply", told.apply, APPLY_LIMIT_S),
        ("preview, all there", told.again, PREVIEW_LIMIT_S),
    )
    for name, seconds, limit in rows:
        sys.stdout.write(f"{f'{count} people: {name}':<38}{f'{seconds:.2f} s':<58}under {limit} s\n")
    return int(any(seconds >= limit for _name, seconds, limit in rows))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
