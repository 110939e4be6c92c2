"""``phoihop token``: makes, lists and revokes the secrets with which other software uses the API for a person."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from phoihop.core.clock import local, now
from phoihop.core.errors import PhoiHopError
from phoihop.offices.models import Token
from phoihop.offices.tokens import DEFAULT_DAYS, make_token, revoke_token, tokens


class Command(BaseCommand):
    help = "Mã truy cập API của một người trong một chức vụ: create, list, revoke."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="cấp mã mới; bí mật chỉ in ra một lần")
        create.add_argument("--account", required=True, help="tên đăng nhập")
        create.add_argument("--position", default="", help="chức vụ: tên hoặc mã; bỏ trống khi chỉ giữ một chức vụ")
        create.add_argument("--days", type=int, default=DEFAULT_DAYS, help=f"số ngày dùng được ({DEFAULT_DAYS})")
        create.add_argument("--name", default="", help="tên để nhận ra mã, ví dụ tên phần mềm dùng nó")
        listing = verbs.add_parser("list", help="liệt kê các mã, không có bí mật")
        listing.add_argument("--account", default="", help="chỉ mã của tài khoản này")
        revoke = verbs.add_parser("revoke", help="thu hồi ngay một mã")
        revoke.add_argument("id", type=UUID, help="mã số in bởi create và list")

    def handle(self, *, verb: str, **options: Any) -> None:
        try:
            {"create": self._create, "list": self._list, "revoke": self._revoke}[verb](options)
        except PhoiHopError as error:
            raise CommandError(str(error)) from error

    def _create(self, options: dict[str, Any]) -> None:
        secret, token = make_token(
            options["account"], position=options["position"], days=options["days"], name=options["name"]
        )
        self.stdout.write(secret)
        self.stderr.write(
            _("Mã %(id)s dùng được đến %(day)s. Bí mật ở trên không xem lại được.")
            % {"id": token.id, "day": f"{local(token.expires_at):%d/%m/%Y %H:%M}"}
        )

    def _list(self, options: dict[str, Any]) -> None:
        for token, position in tokens(options["account"]):
            held = f"{position.title}, {position.office.short_name}" if position else "-"
            until = f"{local(token.expires_at):%d/%m/%Y}"
            self.stdout.write(f"{token.id}  {_state(token)}  {until}  {token.account.username}  {held}  {token.name}")

    def _revoke(self, options: dict[str, Any]) -> None:
        token = revoke_token(options["id"])
        self.stdout.write(_("Đã thu hồi mã “%(name)s”.") % {"name": token.name})


def _state(token: Token) -> str:
    if token.revoked_at is not None:
        return _("đã thu hồi")
    return _("hết hạn") if token.expires_at <= now() else _("đang dùng")
