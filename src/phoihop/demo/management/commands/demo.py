"""``phoihop demo load|accounts|play``: the demonstration region."""

from __future__ import annotations

import random
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from phoihop.demo.content import ERAS, Content, load_era
from phoihop.demo.loading import check_era, load_demo
from phoihop.demo.playing import play
from phoihop.offices.permissions import ROLES, RoleKey

SHOWN = ("QK4-VP", "NA-VPUBND", "HT-VPUBND", "NA-CUALO")
"""Offices whose accounts are printed at every start: the region, two provinces and a commune."""


class Command(BaseCommand):
    help = "Địa bàn diễn tập: nạp dữ liệu, xem tài khoản, cho các văn phòng tiếp tục trao đổi."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        loading = commands.add_parser("load", help="nạp văn phòng, người và hai tháng văn bản (chạy lại không gây hại)")
        listing = commands.add_parser("accounts", help="in các tài khoản diễn tập")
        listing.add_argument("--all", action="store_true", help="của mọi văn phòng, không chỉ vài văn phòng đầu")
        playing = commands.add_parser("play", help="tiếp tục phát hành, phúc đáp để trang tự cập nhật")
        playing.add_argument("--minutes", type=float, default=0.0, help="dừng sau số phút này; 0: đến khi bấm Ctrl-C")
        playing.add_argument("--speed", type=float, default=10.0, help="nhanh hơn thực tế bao nhiêu lần (mặc định 10)")
        playing.add_argument("--seed", type=int, default=None, help="để lặp lại đúng một diễn biến")

        for one in (loading, listing, playing):
            one.add_argument("--era", choices=ERAS[1:], default="", help="địa bàn của năm ấy; để trống: hiện nay")

    def handle(self, **options: Any) -> None:
        command, content = options["command"], load_era(options["era"])
        if command == "accounts":
            self._accounts(content, everyone=options["all"])
            return
        if not settings.DEMO:
            raise CommandError(
                _("Đây không phải bản diễn tập. Đặt PHOIHOP_DEMO=1 và chỉ phục vụ trên chính máy này."), returncode=2
            )
        if command == "load":
            done = load_demo(content, say=self._say)
            self.stdout.write(
                _("Đã nạp địa bàn diễn tập: %(count)d việc.") % {"count": done}
                if done
                else _("Địa bàn diễn tập đã có sẵn.")
            )
        else:
            self._play(content, options)

    def _play(self, content: Content, options: dict[str, Any]) -> None:
        if options["speed"] <= 0:
            raise CommandError(_("--speed phải lớn hơn 0."), returncode=2)
        check_era(content)
        rng = random.Random(options["seed"])  # noqa: S311  # made-up events, no secret
        try:
            play(content, rng=rng, speed=options["speed"], minutes=options["minutes"], say=self._say)
        except KeyboardInterrupt:
            self.stdout.write(_("Đã dừng."))

    def _say(self, line: str) -> None:
        self.stdout.write(line)

    def _accounts(self, content: Content, *, everyone: bool) -> None:
        directory = content.directory
        self.stdout.write(_("Mật khẩu chung: %(password)s") % {"password": directory.password})
        able = [one for one in directory.people if one.signs_in]
        shown = able if everyone else [one for one in able if one.office in SHOWN]
        for person in shown:
            held = next((position for position in person.positions if position.is_held()), None)
            if held is not None:
                roles = ", ".join(str(ROLES[RoleKey(role)].name) for role in held.roles)
                self.stdout.write(f"  {person.username:<28} {person.name} – {held.title} ({roles})")
        if not everyone:
            self.stdout.write(_("Tài khoản của các văn phòng khác: phoihop demo accounts --all"))
