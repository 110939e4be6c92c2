"""``phoihop dispatches import-edxml``: take edXML files in for one office, from a script or a folder."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from phoihop.core.errors import PhoiHopError
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.edxml import ImportResult, import_edxml, inspect_edxml
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import acting_for_command, office_by_code

_WORDS = {"imported": "đã nhập", "known": "đã có", "quarantined": "chờ kiểm tra", "failed": "không xử lý được"}


class Command(BaseCommand):
    help = "Nhập tệp edXML của phần mềm khác vào sổ văn bản đến của một văn phòng."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        taking = commands.add_parser("import-edxml", help="nhập tệp edXML")
        taking.add_argument("files", nargs="+", type=Path, metavar="TỆP")
        taking.add_argument("--office", required=True, metavar="MÃ", help="mã văn phòng nhận")
        taking.add_argument("--dry-run", action="store_true", help="chỉ đọc thử, không ghi gì")
        taking.add_argument("--json", action="store_true", help="mỗi tệp một dòng JSON")

    def handle(self, **options: Any) -> None:
        failed = 0
        by = _acting(options["office"])
        for path in options["files"]:
            line = _take(path, by, dry_run=options["dry_run"])
            failed += line["outcome"] == "failed"
            self.stdout.write(json.dumps(line, ensure_ascii=False) if options["json"] else _sentence(line))
        if failed:
            raise CommandError(_("%(count)d tệp không xử lý được.") % {"count": failed}, returncode=1)


def _acting(code: str) -> Acting:
    with scope("gate"):
        office = office_by_code(code)
    rights = (Permission.DISPATCH_VIEW, Permission.DISPATCH_REGISTER)
    return acting_for_command(office, name=_("Nhập edXML"), permissions=rights)


def _take(path: Path, by: Acting, *, dry_run: bool) -> dict[str, Any]:
    """Each file is its own transaction, so that one that fails leaves the others in."""
    try:
        data = _read(path)
        with scope("web", by.office_id):
            take = inspect_edxml if dry_run else import_edxml
            return _line(take(data, file_name=path.name, by=by), path)
    except OSError as error:
        return _failure(path, _("Không đọc được tệp: %(reason)s") % {"reason": error.strerror})
    except PhoiHopError as error:
        return _failure(path, str(error))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(settings.ATTACHMENT_MAX_BYTES + 1)


def _line(result: ImportResult, path: Path) -> dict[str, Any]:
    values = asdict(result)
    return {
        "file": str(path),
        "outcome": values["outcome"],
        "kind": values["kind"],
        "code": values["code"],
        "reason": values["reason"],
        "dispatch": str(result.dispatch_id) if result.dispatch_id else None,
    }


def _failure(path: Path, reason: str) -> dict[str, Any]:
    return {"file": str(path), "outcome": "failed", "kind": "unknown", "code": "", "reason": reason, "dispatch": None}


def _sentence(line: dict[str, Any]) -> str:
    return f"{line['file']}: {_WORDS[line['outcome']]}. {line['code']} {line['reason']}".replace("  ", " ")
