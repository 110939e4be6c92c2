"""``phoihop directory``: the signed directory: prepared at a node, signed where the key is, then applied everywhere.

``sign`` and ``successor`` need no database: they run on the machine that holds the key, and on no node.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from phoihop.core.clock import REGION_ZONE, now
from phoihop.core.errors import Invalid
from phoihop.exchange.directory import carrying, rotation
from phoihop.exchange.directory.actions import (
    Applied,
    apply_signed,
    found_directory,
    prepare_change,
    read_proposal,
    rewrite_rows,
)
from phoihop.exchange.directory.inheriting import let_successors_in
from phoihop.exchange.directory.keyfile import fingerprint, make_key, read_key
from phoihop.exchange.directory.proposing import Wanted, changes_of, named_node
from phoihop.exchange.directory.selectors import history, load_state
from phoihop.exchange.directory.verifying import verify_directory
from phoihop.exchange.directory.wording import moment, sentence
from phoihop.exchange.standing import forget_standing

Values = dict[str, Any]


class Command(BaseCommand):
    help = "Danh bạ có chữ ký của vùng: văn phòng, cơ quan ban hành, máy chủ và khóa."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        _add_key_verbs(verbs)
        _add_proposing(verbs)
        applying = verbs.add_parser("apply", help="áp dụng bản ghi đã ký")
        applying.add_argument("file", type=Path)
        applying.add_argument("--fingerprint", default="", help="dấu khóa danh bạ, khi máy chủ này chưa có danh bạ")
        showing = verbs.add_parser("show", help="danh bạ hiện tại")
        past = verbs.add_parser("history", help="các bản của danh bạ")
        past.add_argument("--to-file", type=Path, help="ghi mọi bản đã ký ra tệp, cho máy chủ mới tham gia")
        verifying = verbs.add_parser("verify", help="kiểm tra lại mọi bản, và dữ liệu đang dùng có đúng như vậy không")
        verifying.add_argument("--repair", action="store_true", help="ghi lại dữ liệu đang dùng từ các bản đã ký")
        for each in (applying, showing, past, verifying):
            each.add_argument("--json", action="store_true", help="in một đối tượng JSON")

    def handle(self, *, verb: str, **options: Any) -> None:
        verbs: dict[str, Callable[[Values], None]] = {
            "init": self._init,
            "propose": self._propose,
            "sign": self._sign,
            "successor": self._successor,
            "rotate-node-key": self._rotate,
            "apply": self._apply,
            "show": self._show,
            "history": self._history,
            "verify": self._verify,
        }
        verbs[verb](options)

    def _init(self, said: Values) -> None:
        if load_state().is_founded:
            key = read_key(said["key_file"], passphrase=_passphrase(said))  # found_directory says what stands
        else:
            key = make_key(said["key_file"], passphrase=_passphrase(said))
        found_directory(key, name=said["name"])
        self._say(_("Đã lập danh bạ “%(name)s”.") % {"name": said["name"]})
        self._say(_("Dấu khóa danh bạ: %(mark)s") % {"mark": fingerprint(key.public)})
        self._say(
            _("Chuyển ngay %(path)s và %(list)s sang phương tiện cất giữ an toàn, ngoài máy chủ này, rồi xóa ở đây.")
            % {"path": said["key_file"], "list": f"{said['key_file']}.signed"}
        )

    def _propose(self, said: Values) -> None:
        state = load_state()
        wanted = Wanted(
            change_file=said["change"],
            cards=tuple(said["add_node"]),
            hosting=tuple((office, named_node(state, node)) for office, node in said["move"]),
            merges=tuple(said["merge"]),
            closings=tuple(said["close"]),
            last_day=said["last_day"],
            since=said["since"] or now(),
            own_key=said["own_key"],
            activate_successor=said["activate_successor"],
        )
        self._write_proposal(changes_of(wanted, state), said)

    def _write_proposal(self, changes: list[Any], said: Values) -> None:
        preview = prepare_change(changes, prepared_by=said["by"], reason=said["reason"])
        carrying.write_new(said["to_file"], preview.proposal)
        self._say(_("Bản số %(number)d sẽ ghi:") % {"number": preview.entry.number})
        for line in preview.sentences:
            self._say(f"  · {line}")
        self._say(_("Mang %(path)s đến nơi giữ khóa và chạy: phoihop directory sign") % {"path": said["to_file"]})

    def _sign(self, said: Values) -> None:
        entry = read_proposal(carrying.read_small(said["proposal"]))
        key = read_key(said["key_file"], passphrase=_passphrase(said))
        self._say(_("Bản số %(number)d của danh bạ:") % {"number": entry.number})
        for change in entry.changes:
            self._say(f"  · {sentence(change)}")
        carrying.write_records(said["to_file"], [key.sign(entry)])
        self._say(_("Đã ký vào %(path)s. Áp dụng ở từng máy chủ: phoihop directory apply") % {"path": said["to_file"]})

    def _successor(self, said: Values) -> None:
        key = make_key(said["key_file"], passphrase=_passphrase(said))
        self._say(_("Đã tạo khóa kế nhiệm, dấu: %(mark)s") % {"mark": fingerprint(key.public)})
        self._say(_("Công bố bằng cách đề nghị thay đổi sau:"))
        self._say(json.dumps([{"kind": "successor_announced", "key": key.public}]))
        self._say(_("Cất tệp khóa này ở nơi khác với khóa danh bạ đang dùng."))

    def _rotate(self, said: Values) -> None:
        since = said["since"] or now()
        changes = rotation.rotate(since=since, overlap=timedelta(days=said["overlap_days"]), state=load_state())
        self._write_proposal(changes, said)
        self._say(_("Khóa mới chờ sẵn trong thư mục keys và được dùng khi bản ghi này có hiệu lực."))

    def _apply(self, said: Values) -> None:
        applied = apply_signed(carrying.read_records(said["file"]), trusted=said["fingerprint"])
        rotation.switch_if_due()
        forget_standing()
        opened = let_successors_in()
        self._tell(said, {"applied": list(applied.numbers), "known": applied.known, "version": applied.number})
        if not said["json"]:
            self._say(_applied_line(applied))
            if opened:
                self._say(_("Đã mở %(count)d việc đang dở cho văn phòng tiếp nhận.") % {"count": opened})

    def _show(self, said: Values) -> None:
        state = load_state()
        values: Values = {
            "name": state.name,
            "version": state.number,
            "head": state.head,
            "fingerprint": fingerprint(state.founding_key) if state.is_founded else "",
            "key": state.key,
            "successor": state.successor,
            "nodes": [
                {"id": str(node), "name": name, "keys": [key.key for key in state.keys_of(node)]}
                for node, name in sorted(state.nodes.items(), key=lambda item: item[1])
            ],
            "offices": sum(office.valid_to is None for office in state.offices.values()),
            "bodies": sum(body.valid_to is None for body in state.bodies.values()),
        }
        self._tell(said, values)
        if said["json"]:
            return
        if not state.is_founded:
            self._say(_("Máy chủ này chưa có danh bạ của vùng."))
            return
        self._say(_("Danh bạ “%(name)s”, bản số %(number)d.") % {"name": state.name, "number": state.number})
        self._say(_("Dấu khóa danh bạ: %(mark)s") % {"mark": values["fingerprint"]})
        self._say(
            _("Khóa kế nhiệm: %(mark)s")
            % {"mark": fingerprint(state.successor) if state.successor else _("chưa công bố")}
        )
        for node in values["nodes"]:
            self._say(f"  · {node['name']} ({node['id']})")
        self._say(
            _("%(offices)d văn phòng và %(bodies)d cơ quan ban hành đang hoạt động.")
            % {"offices": values["offices"], "bodies": values["bodies"]}
        )

    def _history(self, said: Values) -> None:
        if said["to_file"] is not None:
            count = carrying.write_history(said["to_file"])
            self._tell(said, {"records": count})
            if not said["json"]:
                self._say(_("Đã ghi %(count)d bản vào %(path)s.") % {"count": count, "path": said["to_file"]})
            return
        items = history()
        self._tell(
            said, [{"version": one.number, "digest": one.digest, "changes": list(one.sentences)} for one in items]
        )
        for one in () if said["json"] else items:
            self._say(f"{one.number}  {moment(one.at)}  {one.digest[:16]}  {one.entry.reason}".rstrip())
            for line in one.sentences[:10]:
                self._say(f"     · {line}")
            if len(one.sentences) > 10:
                self._say("     " + _("… và %(count)d thay đổi khác") % {"count": len(one.sentences) - 10})

    def _verify(self, said: Values) -> None:
        if said["repair"]:
            rewrite_rows()
        problems = verify_directory()
        self._tell(said, {"sound": not problems, "problems": problems})
        if not said["json"]:
            for line in problems:
                self._say(f"✗ {line}")
            if not problems:
                self._say("✓ " + _("Danh bạ nguyên vẹn."))
        if problems:
            sys.exit(1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)

    def _tell(self, said: Values, values: object) -> None:
        if said["json"]:
            self.stdout.write(json.dumps(values, ensure_ascii=False, indent=1))


def _applied_line(applied: Applied) -> str:
    if not applied.numbers:
        return _("Không có gì mới; danh bạ ở bản số %(number)d.") % {"number": applied.number}
    return _("Đã áp dụng %(count)d bản; danh bạ ở bản số %(number)d.") % {
        "count": len(applied.numbers),
        "number": applied.number,
    }


def _add_key_verbs(verbs: Any) -> None:
    founding = verbs.add_parser("init", help="lập danh bạ mới của vùng, tạo khóa danh bạ")
    founding.add_argument("--name", required=True, help="tên vùng, ví dụ: Quân khu 4")
    signing = verbs.add_parser("sign", help="ký một đề nghị thay đổi, ở nơi giữ khóa")
    signing.add_argument("proposal", type=Path)
    signing.add_argument("--to-file", type=Path, required=True)
    succeeding = verbs.add_parser("successor", help="tạo khóa kế nhiệm, ở nơi giữ khóa")
    for each in (founding, signing, succeeding):
        each.add_argument("--key-file", type=Path, required=True)
        each.add_argument("--passphrase-file", type=Path, help="tệp chứa mật khẩu của tệp khóa")


def _add_proposing(verbs: Any) -> None:
    proposing: ArgumentParser = verbs.add_parser("propose", help="lập đề nghị thay đổi danh bạ")
    proposing.add_argument("--change", type=Path, help="tệp JSON: danh sách thay đổi")
    proposing.add_argument("--add-node", type=Path, action="append", default=[], metavar="THẺ")
    proposing.add_argument("--move", type=_pair, action="append", default=[], metavar="VĂN_PHÒNG=MÁY_CHỦ")
    proposing.add_argument("--merge", type=_pair, action="append", default=[], metavar="VĂN_PHÒNG=VÀO_VĂN_PHÒNG")
    proposing.add_argument("--close", action="append", default=[], metavar="VĂN_PHÒNG")
    proposing.add_argument("--last-day", type=_day, help="ngày hoạt động cuối cùng, dạng 2026-12-31")
    proposing.add_argument("--own-key", action="store_true", help="khóa hiện tại của máy chủ này, sau khi khôi phục")
    proposing.add_argument("--activate-successor", action="store_true", help="khóa kế nhiệm thành khóa danh bạ")
    rotating: ArgumentParser = verbs.add_parser("rotate-node-key", help="đổi khóa máy chủ này, hai khóa gối nhau")
    rotating.add_argument("--overlap-days", type=int, default=30, help="số ngày khóa cũ còn hiệu lực (mặc định 30)")
    for each in (proposing, rotating):
        each.add_argument("--since", type=_moment, help="thời điểm bắt đầu, dạng 2026-12-31T08:00 (mặc định: bây giờ)")
        each.add_argument("--to-file", type=Path, required=True)
        each.add_argument("--by", default="", help="ai lập đề nghị")
        each.add_argument("--reason", default="", help="lý do")


def _pair(text: str) -> tuple[str, str]:
    left, mark, right = text.partition("=")
    if not (left and mark and right):
        raise ArgumentTypeError(f"“{text}” phải có dạng A=B")
    return left, right


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” không phải ngày dạng 2026-12-31") from error


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” không phải thời điểm dạng 2026-12-31T08:00") from error
    return found if found.tzinfo else found.replace(tzinfo=REGION_ZONE)


def _passphrase(said: Values) -> bytes:
    path: Path | None = said["passphrase_file"]
    if path is None:
        return b""
    words = carrying.read_small(path).strip()
    if not words:
        raise Invalid("passphrase_empty", _("Tệp mật khẩu %(path)s trống.") % {"path": path})
    return words
