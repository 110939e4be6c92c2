"""``phoihop dispatches``: edXML files in and out for one office, from a script or a watched folder."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from phoihop.core.errors import PhoiHopError
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.edxml import ImportResult, import_edxml, inspect_edxml, mapped
from phoihop.dispatches.actions.exporting import export_dispatch, export_receivers, export_status, note_export
from phoihop.dispatches.certificates import make_certificate
from phoihop.dispatches.watching import Folder, pass_over, write_export
from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import acting_for_command, office_by_code

_WORDS = {"imported": "đã nhập", "known": "đã có", "quarantined": "chờ kiểm tra"}
_WORDS |= {"failed": "không xử lý được", "exported": "đã xuất"}


class Command(BaseCommand):
    help = "Nhập, xuất văn bản edXML; theo dõi thư mục dùng chung với phần mềm khác; làm chứng thư số để ký."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        taking = commands.add_parser("import-edxml", help="nhập tệp edXML")
        taking.add_argument("files", nargs="+", type=Path, metavar="TỆP")
        taking.add_argument("--dry-run", action="store_true", help="chỉ đọc thử, không ghi gì")
        giving = commands.add_parser("export-edxml", help="xuất văn bản ra tệp edXML")
        giving.add_argument("dispatches", nargs="+", type=UUID, metavar="MÃ_VĂN_BẢN")
        giving.add_argument("--to", type=Path, default=Path(), metavar="THƯ_MỤC")
        giving.add_argument("--what", choices=sorted(_EXPORTS), default="document")
        watching = commands.add_parser("watch-folder", help="theo dõi thư mục: in/ out/ done/ quarantine/")
        watching.add_argument("folder", type=Path, metavar="THƯ_MỤC")
        watching.add_argument("--every", type=float, default=10.0, metavar="GIÂY")
        watching.add_argument("--once", action="store_true", help="đi qua một lượt rồi thôi")
        for one in (taking, giving, watching):
            one.add_argument("--office", required=True, metavar="MÃ", help="mã văn phòng")
            one.add_argument("--json", action="store_true", help="mỗi tệp một dòng JSON")
        certifying = commands.add_parser("edxml-certificate", help="làm khóa và chứng thư số để ký edXML")
        certifying.add_argument("name", metavar="TÊN", help="tên ghi trong chứng thư số")

    def handle(self, **options: Any) -> None:
        {
            "import-edxml": self._import,
            "export-edxml": self._export,
            "watch-folder": self._watch,
            "edxml-certificate": self._certify,
        }[options["command"]](options)

    def _import(self, options: dict[str, Any]) -> None:
        by = _acting(options["office"])
        self._say_all((_take(path, by, dry_run=options["dry_run"]) for path in options["files"]), options)

    def _export(self, options: dict[str, Any]) -> None:
        by = _acting(options["office"])
        options["to"].mkdir(parents=True, exist_ok=True)
        self._say_all((_give(one, options["to"], options["what"], by) for one in options["dispatches"]), options)

    def _say_all(self, lines: Iterable[dict[str, Any]], options: dict[str, Any]) -> None:
        failed = 0
        for line in lines:
            failed += line["outcome"] == "failed"
            self._say(line, options)
        if failed:
            raise CommandError(_("%(count)d tệp không xử lý được.") % {"count": failed}, returncode=1)

    def _say(self, line: dict[str, Any], options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(line, ensure_ascii=False) if options["json"] else _sentence(line))

    def _watch(self, options: dict[str, Any]) -> None:
        folder = Folder(options["folder"])
        folder.prepare()
        by = _acting(options["office"])
        with folder.held():
            while True:
                for taken in pass_over(folder, by=by):
                    self._say(_line(taken.result, taken.path), options)
                if options["once"]:
                    return
                time.sleep(max(1.0, options["every"]))

    def _certify(self, options: dict[str, Any]) -> None:
        path = make_certificate(options["name"])
        self.stdout.write(_("Đã làm chứng thư số: %(path)s") % {"path": path})


_EXPORTS = {"document": export_dispatch, "status": export_status, "receivers": export_receivers}


def _give(dispatch_id: UUID, place: Path, what: str, by: Acting) -> dict[str, Any]:
    try:
        with scope("web", by.office_id):
            made = _EXPORTS[what](dispatch_id, by=by)
            path = place / made.file_name
            write_export(made, path)
            note_export(made, subject_id=dispatch_id, by=by)
    except OSError as error:
        return _failure(place, _("Không ghi được tệp: %(reason)s") % {"reason": error.strerror})
    except PhoiHopError as error:
        return _failure(place, str(error))
    said = {"file": str(path), "outcome": "exported", "kind": what, "code": "", "reason": ""}
    return {**said, "dispatch": str(dispatch_id)}


def _acting(code: str) -> Acting:
    with scope("gate"):
        office = office_by_code(code)
    rights = (Permission.DISPATCH_VIEW, Permission.DISPATCH_REGISTER)
    return acting_for_command(office, name=_("Nhập edXML"), permissions=rights)


def _take(path: Path, by: Acting, *, dry_run: bool) -> dict[str, Any]:
    """Each file is its own transaction, so that one that fails leaves the others in."""
    try:
        data = mapped(path)
        with scope("web", by.office_id):
            take = inspect_edxml if dry_run else import_edxml
            return _line(take(data, file_name=path.name, by=by), path)
    except OSError as error:
        return _failure(path, _("Không đọc được tệp: %(reason)s") % {"reason": error.strerror})
    except PhoiHopError as error:
        return _failure(path, str(error))


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
