"""The tabs of the one place where an office is administered. Each room puts its pages in, in ``AppConfig.ready``.

They are kept here, below all rooms that have such pages, since no room may name a page of a room above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from phoihop.offices.acting import Acting
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class AdministrationTab:
    """One page, shown to holders of ``permission``."""

    key: str
    label: str | Promise
    url_name: str
    order: int
    permission: Permission


_tabs: dict[str, AdministrationTab] = {}


def register_tab(tab: AdministrationTab) -> None:
    """Put a page among the tabs; registering a key again replaces the earlier one."""
    _tabs[tab.key] = tab


def tabs_for(by: Acting) -> Sequence[AdministrationTab]:
    """The tabs this acting position may open, in order."""
    return sorted((tab for tab in _tabs.values() if by.may(tab.permission)), key=lambda tab: (tab.order, tab.key))
