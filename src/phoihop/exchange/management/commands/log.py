"""``phoihop log verify``: check the whole log, every signature and every body again."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from phoihop.exchange.verification import Problem, Report, verify_log


class Command(BaseCommand):
    help = "Kiểm tra nhật ký bản ghi: từng chữ ký, từng nội dung, cây băm và các điểm ký xác nhận."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verify = parser.add_subparsers(dest="verb", required=True).add_parser("verify")
        verify.add_argument("--json", action="store_true", help="in một đối tượng JSON")

    def handle(self, *, json: bool, **_options: object) -> None:
        report = verify_log()
        self.stdout.write(_as_json(report) if json else _as_text(report))
        if not report.is_sound:
            sys.exit(1)


def _as_json(report: Report) -> str:
    return json.dumps(asdict(report) | {"sound": report.is_sound}, default=str, ensure_ascii=False, indent=1)


def _as_text(report: Report) -> str:
    lines = [
        _("%(entries)d bản ghi trong nhật ký, %(checkpoints)d điểm ký xác nhận.")
        % {"entries": report.entries, "checkpoints": report.checkpoints}
    ]
    if report.purged:
        lines.append(_("%(count)d nội dung đã được xóa theo quy định; chữ ký vẫn đúng.") % {"count": report.purged})
    if report.waiting:
        lines.append(_("%(count)d bản ghi chờ vào nhật ký.") % {"count": report.waiting})
    if report.known_forks:
        lines.append(_("%(count)d chuỗi bản ghi bị rẽ nhánh, đã được cảnh báo.") % {"count": report.known_forks})
    if report.is_sound:
        return "\n".join([*lines, "✓ " + _("Nhật ký nguyên vẹn.")])
    lines.append("✗ " + _("%(count)d chỗ sai. Chỗ đầu tiên:") % {"count": report.problem_count})
    lines += [_line(problem) for problem in report.problems[:10]]
    return "\n".join(lines)


def _line(problem: Problem) -> str:
    place = "" if problem.index is None else _("mục %(index)d") % {"index": problem.index}
    record = "" if problem.record_id is None else _("bản ghi %(record)s") % {"record": problem.record_id}
    where = ", ".join(part for part in (place, record) if part)
    return f"    {where + ': ' if where else ''}{problem.code}: {problem.detail}"
