"""``phoihop exchange``: records to and from other nodes in files, and what was set aside."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid
from phoihop.core.isolation import scope
from phoihop.exchange.carrying import Imported, export, import_file, offices_by_code, offices_of_node
from phoihop.exchange.models import SetAside
from phoihop.exchange.receiving import Received, retry

_SHOWN = 20


class Command(BaseCommand):
    help = "Trao đổi bản ghi với máy chủ khác bằng tệp, và xử lý bản ghi để riêng."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        exporting = verbs.add_parser("export", help="xuất bản ghi ra tệp")
        exporting.add_argument("--to-file", type=Path, required=True)
        target = exporting.add_mutually_exclusive_group(required=True)
        target.add_argument("--for-office", nargs="+", metavar="CODE", default=[])
        target.add_argument("--to-node", metavar="NAME", default="")
        exporting.add_argument("--since", type=int, default=0, help="vị trí trong nhật ký, lấy từ lần xuất trước")
        importing = verbs.add_parser("import", help="nhập tệp của máy chủ khác")
        importing.add_argument("file", type=Path)
        listing = verbs.add_parser("set-aside", help="các bản ghi để riêng")
        retrying = verbs.add_parser("retry", help="thử lại các bản ghi để riêng")
        for each in (importing, listing, retrying):
            each.add_argument("--json", action="store_true", help="in một đối tượng JSON")

    def handle(self, *, verb: str, **options: Any) -> None:
        match verb:
            case "export":
                self._export(options["to_file"], options["for_office"], options["to_node"], options["since"])
            case "import":
                self._import(options["file"], as_json=options["json"])
            case "set-aside":
                self._list(as_json=options["json"])
            case _:
                self._show(retry(), as_json=options["json"])

    def _export(self, path: Path, codes: Sequence[str], node: str, since: int) -> None:
        offices: list[UUID] = offices_of_node(node) if node else offices_by_code(codes)
        if not offices:
            raise Invalid("no_offices", _("Máy chủ này không có văn phòng nào trong danh bạ."))
        if since < 0:
            raise Invalid("since_negative", _("--since là một vị trí trong nhật ký, từ 0."))
        done = export(path, offices=offices, since=since)
        self.stdout.write(
            _("Đã ghi %(records)d bản ghi, %(files)d tệp đính kèm vào %(path)s.")
            % {"records": done.records, "files": done.attachments, "path": path}
        )
        if done.attachments_missing:
            self.stdout.write(_("%(count)d tệp đính kèm không còn ở đây.") % {"count": done.attachments_missing})
        self.stdout.write(_("Lần sau xuất tiếp từ: --since %(until)d") % {"until": done.until})

    def _import(self, path: Path, *, as_json: bool) -> None:
        done: Imported = import_file(path)
        if not as_json:
            self.stdout.write(
                _("Tệp của máy chủ “%(name)s”, %(records)d bản ghi, %(files)d tệp đính kèm mới.")
                % {"name": done.manifest.node_name, "records": done.manifest.records, "files": done.attachments}
            )
        self._show(done.received, as_json=as_json)

    def _show(self, received: Received, *, as_json: bool) -> None:
        self.stdout.write(_as_json(received) if as_json else _as_text(received))
        if received.refusals:
            sys.exit(1)

    def _list(self, *, as_json: bool) -> None:
        with scope("worker", read_only=True):
            rows = list(SetAside.objects.order_by("at").values("record_id", "reason", "detail", "waits_for", "at"))
        if as_json:
            self.stdout.write(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
            return
        for row in rows:
            self.stdout.write(f"{row['at']:%Y-%m-%d %H:%M} {row['record_id']} {row['reason']}: {row['detail']}")
        self.stdout.write(_("%(count)d bản ghi để riêng.") % {"count": len(rows)})


def _as_json(received: Received) -> str:
    said = {
        "outcomes": received.counts,
        "forks": received.forks,
        "refusals": [asdict(refusal) for refusal in received.refusals],
    }
    return json.dumps(said, default=str, ensure_ascii=False)


def _as_text(received: Received) -> str:
    names = {
        "applied": _("đã nhập"),
        "known": _("đã có từ trước"),
        "waiting": _("chờ bản ghi đứng trước"),
        "needs_upgrade": _("cần nâng cấp phần mềm mới hiển thị được"),
        "poison": _("để riêng vì không dựng được"),
        "refused": _("bị từ chối"),
    }
    lines = [f"{count:>8} {names[outcome]}" for outcome, count in received.counts.items()]
    if received.forks:
        lines.append(_("⚠ %(count)d chuỗi bản ghi bị rẽ nhánh.") % {"count": received.forks})
    lines += [f"    ✗ {one.record_id or '?'} {one.code}: {one.detail}" for one in received.refusals[:_SHOWN]]
    if len(received.refusals) > _SHOWN:
        lines.append(_("    … và %(count)d bản ghi khác.") % {"count": len(received.refusals) - _SHOWN})
    return "\n".join(lines) or _("Không có gì để làm.")
