"""``phoihop rebuild ROOM``: derive a room's rows from its records again, and prove them equal."""

from __future__ import annotations

import json
import sys

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from phoihop.exchange.rebuilding import TableDifference, rebuild


class Command(BaseCommand):
    help = "Dựng lại dữ liệu của một phần từ các bản ghi và so với dữ liệu đang có."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("room", help="phần cần dựng lại, ví dụ: dispatches")
        parser.add_argument("--apply", action="store_true", help="thay dữ liệu đang có bằng dữ liệu dựng lại")

    def handle(self, *, room: str, apply: bool, **_options: object) -> None:
        result = rebuild(room, apply=apply)
        self.stdout.write(_("Đã đọc lại %(count)d bản ghi.") % {"count": result.records})
        if result.purged:
            self.stdout.write(_("%(count)d nội dung đã được xóa theo quy định.") % {"count": result.purged})
        for reason, count in sorted(result.failed.items()):
            self.stdout.write(_("%(count)d bản ghi không dựng được (%(reason)s).") % {"count": count, "reason": reason})
        for table in result.tables:
            self.stdout.write(_as_text(table))
        if apply and not result.is_equal:
            self.stdout.write(_("Đã thay các dòng khác nhau."))
        elif not result.is_equal:
            sys.exit(1)


def _as_text(table: TableDifference) -> str:
    if table.is_equal:
        return _("✓ %(table)s: %(rows)d dòng, khớp.") % {"table": table.table, "rows": table.rows}
    lines = [
        _("✗ %(table)s: %(rows)d dòng; thiếu %(missing)d, thừa %(surplus)d.")
        % {"table": table.table, "rows": table.rows, "missing": table.missing, "surplus": table.surplus}
    ]
    lines += [f"    + {json.dumps(row, ensure_ascii=False)}" for row in table.missing_rows]
    lines += [f"    - {json.dumps(row, ensure_ascii=False)}" for row in table.surplus_rows]
    return "\n".join(lines)
