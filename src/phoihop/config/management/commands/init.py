"""``phoihop init``: make this installation ready to run; may be repeated without harm."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from phoihop.config import initialise, postgres
from phoihop.exchange.keys import make_identity
from phoihop.territory.actions import load_units


class Command(BaseCommand):
    help = "Chuẩn bị hệ thống: vai trò và cơ sở dữ liệu, bảng và chính sách, khóa. Chạy lại không gây hại."
    requires_system_checks = []

    def handle(self, *, verbosity: int, **_options: object) -> None:
        outer = initialise.outside()
        if outer is None:
            initialise.prepare_embedded(postgres.place(settings.HOME))
        else:
            initialise.prepare_outside(outer)
        make_identity(settings.KEYS_ROOT)
        call_command("migrate", verbosity=verbosity, interactive=False)
        load_units()
        if verbosity:
            self.stdout.write("Hệ thống đã sẵn sàng để chạy: phoihop run")
