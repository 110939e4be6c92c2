"""``phoihop log …``: check the whole log again; make proofs that others check without it, and check theirs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.exchange import checkpoint
from phoihop.exchange.checkpoint import CheckpointError
from phoihop.exchange.proofs import checker, form
from phoihop.exchange.proofs.proving import (
    Wanted,
    last_checkpoint,
    prove_consistency,
    prove_records,
    records_of_subject,
)
from phoihop.exchange.verification import Problem, Report, verify_log


class Command(BaseCommand):
    help = "Nhật ký bản ghi: kiểm tra toàn bộ; lập tệp chứng thực và kiểm tra tệp chứng thực."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verify = verbs.add_parser("verify", help="kiểm tra lại từng chữ ký, nội dung, cây băm và điểm ký xác nhận")
        verify.add_argument("--json", action="store_true", help="in một đối tượng JSON")
        _add_prove(verbs.add_parser("prove", help="lập tệp chứng thực một bản ghi, hoặc mọi bản ghi của một văn bản"))
        between = verbs.add_parser("prove-consistency", help="lập tệp chứng thực nhật ký sau nối tiếp nhật ký trước")
        between.add_argument("old", metavar="TRƯỚC", help="số mục, hoặc tệp điểm ký xác nhận đang giữ")
        between.add_argument("new", metavar="SAU", nargs="?", default="0", help="số mục, hoặc tệp; mặc định: mới nhất")
        note = verbs.add_parser("checkpoint", help="in điểm ký xác nhận mới nhất, để kiểm toán viên giữ")
        for one in (between, note):
            one.add_argument("--to-file", metavar="TỆP", help="ghi ra tệp thay cho in ra")
        checker.add_arguments(verbs.add_parser("check", help="kiểm tra tệp chứng thực, không cần cơ sở dữ liệu"))

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[[dict[str, Any]], None]] = {
            "verify": self._verify,
            "prove": self._prove,
            "prove-consistency": self._prove_consistency,
            "checkpoint": self._checkpoint,
            "check": _check,
        }
        verbs[verb](options)

    def _verify(self, options: dict[str, Any]) -> None:
        report = verify_log()
        self.stdout.write(_as_json(report) if options["json"] else _as_text(report))
        if not report.is_sound:
            sys.exit(1)

    def _prove(self, options: dict[str, Any]) -> None:
        with scope("worker", read_only=True):
            found = [one for text in options["records"] for one in _records(text)]
            size = _size(options["checkpoint"]) if options["checkpoint"] else 0
            if options["last"]:
                size = last_checkpoint().size
            data = prove_records([Wanted(one, with_body=options["with_body"]) for one in found], at_size=size)
        self._hand_out(data, options["to_file"])

    def _prove_consistency(self, options: dict[str, Any]) -> None:
        old = options["old"]
        with scope("worker", read_only=True):
            data = prove_consistency(int(old) if old.isdigit() else _note(old), _size(options["new"]))
        self._hand_out(data, options["to_file"])

    def _checkpoint(self, options: dict[str, Any]) -> None:
        with scope("worker", read_only=True):
            kept = last_checkpoint()
        self._hand_out(kept.note.encode(), options["to_file"])

    def _hand_out(self, data: bytes, to_file: str | None) -> None:
        if not to_file:
            self.stdout.write(data.decode(), ending="")
            return
        try:
            Path(to_file).write_bytes(data)
        except OSError as error:
            message = _("Không ghi được tệp %(path)s: %(error)s.") % {"path": to_file, "error": error.strerror}
            raise NotFound("file_unwritable", message) from error
        self.stderr.write(_("Đã ghi %(path)s (%(size)d byte).") % {"path": to_file, "size": len(data)})


def _add_prove(parser: CommandParser) -> None:
    parser.add_argument("records", nargs="+", metavar="BẢN_GHI", help="mã bản ghi, hoặc mã văn bản")
    parser.add_argument("--with-body", action="store_true", help="kèm nội dung; nếu không, chỉ kèm dấu của nội dung")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--checkpoint", metavar="SỐ_MỤC|TỆP", help="theo điểm ký xác nhận này; mặc định: điểm đầu tiên")
    which.add_argument("--last", action="store_true", help="theo điểm ký xác nhận mới nhất")
    parser.add_argument("--to-file", metavar="TỆP", help="ghi ra tệp thay cho in ra")


def _records(text: str) -> list[UUID]:
    """The record of that id; or all records of the subject of that id. Raises Invalid."""
    try:
        named = UUID(text)
    except ValueError as error:
        raise Invalid("not_an_id", _("%(text)s không phải mã bản ghi.") % {"text": text}) from error
    return records_of_subject(named) or [named]


def _size(text: str) -> int:
    """The size that a number or the file of a note names. Raises Invalid."""
    if text.isdigit():
        return int(text)
    try:
        return checkpoint.parse(_note(text)).checkpoint.size
    except CheckpointError as error:
        raise Invalid("note_broken", _("Tệp %(path)s không phải điểm ký xác nhận.") % {"path": text}) from error


def _note(path: str) -> str:
    try:
        return Path(path).read_bytes()[: form.MAX_FILE_BYTES].decode()
    except OSError as error:
        message = _("Không đọc được tệp %(path)s: %(error)s.") % {"path": path, "error": error.strerror}
        raise NotFound("file_missing", message) from error
    except UnicodeDecodeError as error:
        raise Invalid("note_broken", _("Tệp %(path)s không phải điểm ký xác nhận.") % {"path": path}) from error


def _check(options: dict[str, Any]) -> None:
    sys.exit(checker.run(options))


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
