"""The context processor that gives every page its shell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from phoihop import __version__
from phoihop.ui import registry

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """A navigation entry as one page shows it."""

    key: str
    label: str
    url: str
    icon: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class PersonLink:
    """An entry of the person menu as one page shows it."""

    key: str
    label: str
    url: str
    icon: str
    method: str


@dataclass(frozen=True, slots=True)
class BellState:
    """The bell as one page shows it."""

    count: int
    url: str


class Shell:
    """Everything around a page's content, worked out only when a template asks.

    A fragment sent to htmx never asks, so it costs no counting queries.
    """

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self.acting: registry.Acting | None = getattr(request, "acting", None)

    @cached_property
    def navigation(self) -> list[NavigationLink]:
        acting = self.acting
        if acting is None:
            return []
        items = registry.navigation_for(acting)
        path = self._page_path()
        urls = [reverse(item.url_name) for item in items]
        around = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
        current = max(around, key=len, default="")  # one entry may lie below another
        return [self._link(item, acting, url, url == current) for item, url in zip(items, urls, strict=True)]

    @cached_property
    def bell(self) -> BellState | None:
        registered = registry.bell()
        if registered is None or self.acting is None:
            return None
        return BellState(registered.count(self.acting), reverse(registered.url_name))

    @cached_property
    def positions(self) -> Sequence[registry.PositionChoice]:
        registered = registry.switcher()
        if registered is None or self.acting is None:
            return ()
        return registered.choices(self.acting)

    @property
    def switch_url(self) -> str:
        registered = registry.switcher()
        return reverse(registered.url_name) if registered else ""

    @property
    def person_links(self) -> list[PersonLink]:
        return [
            PersonLink(item.key, str(item.label), reverse(item.url_name), item.icon, item.method)
            for item in registry.person_items()
        ]

    @property
    def initials(self) -> str:
        """First letters of the middle and given names: Vietnamese names end with the given name."""
        words = self.acting.person_name.split() if self.acting else []
        return "".join(word[0] for word in words[-2:]).upper()

    @property
    def search_url(self) -> str:
        name = registry.search_url_names()[0]
        return reverse(name) if name else ""

    @property
    def palette_url(self) -> str:
        name = registry.search_url_names()[1]
        return reverse(name) if name else ""

    @property
    def theme(self) -> Theme:
        """The theme the browser settled on last time, so that a page never flashes in the other one."""
        return "dark" if self._request.COOKIES.get("phoihop_theme") == "dark" else "light"

    @property
    def live_url(self) -> str:
        """Address of the stream of changes; empty when the installation runs none."""
        return str(getattr(settings, "LIVE_URL", ""))

    @property
    def exercise(self) -> bool:
        """Whether this installation holds made-up matter only (DIỄN TẬP)."""
        return bool(getattr(settings, "DEMO", False))

    @property
    def version(self) -> str:
        return __version__

    def _link(
        self, item: registry.NavigationItem, acting: registry.Acting, url: str, is_current: bool
    ) -> NavigationLink:
        count = item.count(acting) if item.count else 0
        return NavigationLink(item.key, str(item.label), url, item.icon, count, is_current)

    def _page_path(self) -> str:
        """Path of the page the person looks at, also while a fragment of it is fetched."""
        current = self._request.headers.get("HX-Current-URL")
        return urlsplit(current).path if current else self._request.path


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Template context processor: ``shell``."""
    return {"shell": Shell(request)}
