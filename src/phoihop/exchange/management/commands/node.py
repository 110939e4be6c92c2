"""``phoihop node``: this node's public card, and believing that of another."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from phoihop.core.errors import NotFound
from phoihop.exchange.cards import own_card, read_card, trust


class Command(BaseCommand):
    help = "Thẻ công khai của máy chủ này, và tin một máy chủ khác theo thẻ của nó."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("card", help="in thẻ của máy chủ này")
        trusting = verbs.add_parser("trust", help="tin máy chủ có thẻ này và các văn phòng đặt ở đó")
        trusting.add_argument("card", type=Path)

    def handle(self, *, verb: str, card: Path | None = None, **_options: object) -> None:
        if card is not None:
            self._trust(card)
        else:
            own = own_card()
            self.stdout.write(own.model_dump_json(indent=1))
            self.stderr.write(_("Dấu đối chiếu: %(fingerprint)s") % {"fingerprint": own.fingerprint})

    def _trust(self, path: Path) -> None:
        try:
            card = read_card(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, UnicodeDecodeError) as error:
            raise NotFound("card_missing", _("Không đọc được tệp %(path)s.") % {"path": path}) from error
        result = trust(card)
        self.stdout.write(_("Đã tin máy chủ “%(name)s”.") % {"name": card.name})
        self.stdout.write(
            _("Dấu đối chiếu: %(fingerprint)s. Đọc qua điện thoại với bên kia trước khi dùng.")
            % {"fingerprint": card.fingerprint}
        )
        for message, codes in (
            (_("Văn phòng chuyển sang máy chủ đó: %(codes)s"), result.moved),
            (_("Văn phòng đặt ở máy chủ này, giữ nguyên: %(codes)s"), result.kept),
            (_("Danh bạ ở đây chưa có văn phòng: %(codes)s"), result.unknown),
        ):
            if codes:
                self.stdout.write(message % {"codes": ", ".join(codes)})
