"""``phoihop doctor``: says what is wrong with this installation and what to do; exit code 1 when something is."""

from __future__ import annotations

import json
import os
import sys
from contextlib import nullcontext
from dataclasses import asdict

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from phoihop.config import doctor, initialise, postgres
from phoihop.config.findings import Finding, problem
from phoihop.core.errors import PhoiHopError


class Command(BaseCommand):
    help = "Kiểm tra hệ thống: nói rõ điều gì hỏng và phải làm gì. Mã thoát 1 khi có vấn đề."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="in một mảng JSON để chương trình khác đọc")

    def handle(self, *, json: bool, **_options: object) -> None:
        with translation.override(terminal_language()):
            findings = _examine()
            self.stdout.write(_as_json(findings) if json else _as_text(findings))
        if any(finding.level == "problem" for finding in findings):
            sys.exit(1)


def terminal_language() -> str:
    """English where the terminal says so, else Vietnamese."""
    said = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if said.lower().startswith("en") else "vi"


def _examine() -> list[Finding]:
    try:
        embedded = initialise.outside() is None
        if embedded and not postgres.place(settings.HOME).data.exists():
            return [problem("not-initialised", _("Hệ thống chưa được khởi tạo."), _("Chạy: phoihop init"))]
        with postgres.available(settings.HOME) if embedded else nullcontext():
            return doctor.examine()
    except PhoiHopError as error:
        return [problem(error.code, error.message, error.remedy)]


def _as_json(findings: list[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1)


def _as_text(findings: list[Finding]) -> str:
    marks = {"problem": "✗", "note": "·"}
    lines = [f"{marks[item.level]} {item.message}\n    → {item.remedy}" for item in findings]
    if not any(item.level == "problem" for item in findings):
        lines.append("✓ " + _("Không có vấn đề nào."))
    return "\n".join(lines)
