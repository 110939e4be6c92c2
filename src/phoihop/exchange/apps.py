from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from phoihop.exchange.registry import Kind

ROOM = "exchange"


class ExchangeConfig(AppConfig):
    name = "phoihop.exchange"
    label = "exchange"

    def ready(self) -> None:
        from phoihop.exchange.held_files import needed_by_set_aside
        from phoihop.exchange.registry import register_kind, register_projections
        from phoihop.files.registry import register_holder

        register_holder(needed_by_set_aside)

        register_projections(ROOM, ["exchange_subject", "exchange_delivery", "exchange_disclosed", "exchange_purged"])
        for kind in _kinds():
            register_kind(kind)
        _register_pages()


def _kinds() -> Sequence[Kind[Any]]:
    """Records of the exchange itself."""
    from phoihop.exchange import projections, purges, records
    from phoihop.exchange.registry import NO_SUBJECT, Kind

    return (
        Kind(
            records.RECEIPTS,
            1,
            ROOM,
            "receipts",
            records.Receipts,
            projections.project_receipts,
            place=projections.place_of_receipts,
        ),
        Kind(records.DISCLOSURE, 1, ROOM, NO_SUBJECT, records.Disclosure, projections.project_disclosures),
        Kind(
            records.PURGE,
            1,
            ROOM,
            NO_SUBJECT,
            records.Purge,
            purges.project_purges,
            by_owner=True,
            reaches_all=True,
        ),
        Kind(
            records.WITHDRAWAL,
            1,
            ROOM,
            NO_SUBJECT,
            records.Withdrawal,
            projections.project_withdrawals,
            by_owner=True,
        ),
    )


def _register_pages() -> None:
    from phoihop.exchange.shell import open_incidents_of
    from phoihop.offices.permissions import Permission
    from phoihop.ui.registry import NavigationItem, register_navigation

    register_navigation(
        NavigationItem(
            "incidents",
            _("Sự cố lộ, lọt"),
            "exchange:purges",
            "shield-exclamation",
            780,
            permission=Permission.FILES_PURGE,
            count=open_incidents_of,
        )
    )
