"""``phoihop node card``: what the region's directory must know of this node."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from phoihop.exchange.cards import own_card


class Command(BaseCommand):
    help = "Thẻ công khai của máy chủ này, để nơi lập danh bạ đưa máy chủ vào danh bạ."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("card", help="in thẻ của máy chủ này")

    def handle(self, **_options: object) -> None:
        own = own_card()
        self.stdout.write(own.model_dump_json(indent=1))
        self.stderr.write(_("Dấu đối chiếu: %(fingerprint)s") % {"fingerprint": own.fingerprint})
