"""``phoihop account``: help for an account on the server itself, when no administrator of an office can give it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from phoihop.core.errors import PhoiHopError
from phoihop.core.isolation import scope
from phoihop.offices.account_actions import account_named, bind, clear_second_factors, note_on_server, renew_password
from phoihop.offices.second_factor import unreadable_accounts


class Command(BaseCommand):
    help = "Giúp một tài khoản ngay trên máy chủ: password, clear-second-factors, bind."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        password = verbs.add_parser("password", help="cấp mật khẩu tạm, phải đổi khi đăng nhập; chỉ in ra một lần")
        clear = verbs.add_parser("clear-second-factors", help="bỏ xác minh hai bước của người mất điện thoại và mã")
        binding = verbs.add_parser("bind", help="gắn danh tính của nơi xác thực (OpenID Connect) với tài khoản")
        for verb in (password, binding):
            verb.add_argument("account", help="tên đăng nhập")
        whose = clear.add_mutually_exclusive_group(required=True)
        whose.add_argument("account", nargs="?", help="tên đăng nhập")
        whose.add_argument(
            "--unreadable", action="store_true", help="mọi tài khoản mà máy chủ không còn đọc được, sau khi mất keys/"
        )
        binding.add_argument("subject", help="mã danh tính (sub), hiện ra khi người đó thử đăng nhập lần đầu")

    def handle(self, *, verb: str, **options: Any) -> None:
        try:
            with scope("gate"):
                getattr(self, f"_{verb.replace('-', '_')}")(options)
        except PhoiHopError as error:
            raise CommandError(str(error)) from error

    def _password(self, options: dict[str, Any]) -> None:
        account = account_named(options["account"])
        password = renew_password(account)
        note_on_server(account, "password_issue")
        self.stdout.write(password)
        self.stderr.write(_("Mật khẩu tạm ở trên không xem lại được; người dùng phải đổi khi đăng nhập."))

    def _clear_second_factors(self, options: dict[str, Any]) -> None:
        found = unreadable_accounts() if options["unreadable"] else [account_named(options["account"])]
        for account in found:
            clear_second_factors(account)
            note_on_server(account, "second_factor_clear")
            self.stdout.write(account.username)
        if not found:
            self.stdout.write(_("Không có tài khoản nào như vậy."))
            return
        self.stdout.write(_("Đã bỏ xác minh hai bước; lần đăng nhập sau chỉ cần mật khẩu."))

    def _bind(self, options: dict[str, Any]) -> None:
        account = account_named(options["account"])
        bind(account, options["subject"])
        note_on_server(account, "identity_bind")
        self.stdout.write(_("Đã gắn danh tính."))
