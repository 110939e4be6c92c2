"""``phoihop init``: make this installation ready to run; may be repeated without harm."""

from __future__ import annotations

import platform

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from phoihop.config import initialise, postgres
from phoihop.exchange.keys import NodeIdentity, make_identity
from phoihop.offices.actions import OWNER_ALIAS, add_node
from phoihop.offices.models import NodeKey
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
        call_command("migrate", verbosity=verbosity, interactive=False)
        enter_directory(make_identity(settings.KEYS_ROOT))
        load_units()
        if verbosity:
            self.stdout.write("Hệ thống đã sẵn sàng để chạy: phoihop run")


def enter_directory(identity: NodeIdentity) -> None:
    """Put this node and its key into the directory, once. Raises Invalid when the database is another node's."""
    known = NodeKey.objects.using(OWNER_ALIAS).filter(
        node_id=identity.node_id,
        node__is_self=True,
        incarnation=identity.incarnation_id,
        public_key=identity.public_key,
    )
    if not known.exists():
        add_node(
            node_id=identity.node_id,
            name=platform.node() or "phoihop",
            incarnation_id=identity.incarnation_id,
            public_key=identity.public_key,
            is_self=True,
        )
