"""``phoihop migrate``: Django's migrate as the owner role, then grants and policies from what the models declare."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from phoihop.core import isolation


class Command(migrate.Command):
    help = "Cập nhật bảng với quyền của chủ sở hữu, rồi cấp quyền và đặt chính sách cô lập giữa các cơ quan."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database="owner")

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        planned_only = options.get("plan") or options.get("check_unapplied") or options.get("prune")
        whole = not options.get("app_label")  # policies need every table of the installation
        if whole and not planned_only:
            isolation.apply(using=options["database"])
