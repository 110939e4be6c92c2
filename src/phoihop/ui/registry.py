"""What rooms above put into the shell: navigation, bell, switch of position, search, person menu.

``ui`` stands below every room that has pages, so it cannot import them. Each room registers its part once, in
``AppConfig.ready``; registering a key again replaces the earlier entry, so a reloaded app does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from django.utils.functional import Promise


class Acting(Protocol):
    """Who acts, as the shell needs to know it: a person in a position of an office."""

    @property
    def permissions(self) -> frozenset[str]: ...
    @property
    def person_name(self) -> str: ...
    @property
    def position_title(self) -> str: ...
    @property
    def office_id(self) -> UUID: ...
    @property
    def office_name(self) -> str: ...
    @property
    def office_code(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PositionChoice:
    """One position the signed-in person may act in; ``key`` is what the switch form posts as ``position``."""

    key: str
    title: str
    office_name: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry of the left navigation.

    ``permission`` empty means everyone sees it; holders of ``unless`` find it within another entry. ``count`` gives the
    number of open things behind the entry for this acting position (0 shows nothing); it runs on every full page, so
    it must be one indexed query.
    """

    key: str
    label: str | Promise
    url_name: str
    icon: str
    order: int
    permission: str = ""
    count: Callable[[Acting], int] | None = None
    unless: str = ""


@dataclass(frozen=True, slots=True)
class PersonItem:
    """One entry of the person menu; ``post`` entries are sent as a form (signing out must not be a link)."""

    key: str
    label: str | Promise
    url_name: str
    icon: str
    order: int
    method: Literal["get", "post"] = "get"


@dataclass(frozen=True, slots=True)
class Bell:
    """How many notices wait for this acting position, and the page that lists them."""

    count: Callable[[Acting], int]
    url_name: str


@dataclass(frozen=True, slots=True)
class Switcher:
    """The positions the person may act in, and the view that takes a POST with ``position`` and ``next``."""

    choices: Callable[[Acting], Sequence[PositionChoice]]
    url_name: str


class _Registry:
    """The filled shell of this process. Written only while apps get ready, read by every request."""

    def __init__(self) -> None:
        self.navigation: dict[str, NavigationItem] = {}
        self.person: dict[str, PersonItem] = {}
        self.bell: Bell | None = None
        self.switcher: Switcher | None = None
        self.search_url_name = ""
        self.palette_url_name = ""


_registry = _Registry()


def register_navigation(item: NavigationItem) -> None:
    """Put ``item`` into the left navigation."""
    _registry.navigation[item.key] = item


def register_person_item(item: PersonItem) -> None:
    """Put ``item`` into the person menu, above the language and the theme."""
    _registry.person[item.key] = item


def register_bell(count: Callable[[Acting], int], url_name: str) -> None:
    """Show a bell with ``count``, leading to ``url_name``."""
    _registry.bell = Bell(count, url_name)


def register_switcher(choices: Callable[[Acting], Sequence[PositionChoice]], url_name: str) -> None:
    """Let the person change position: ``url_name`` receives POST ``position`` (a key of ``choices``) and ``next``."""
    _registry.switcher = Switcher(choices, url_name)


def register_search(page_url_name: str, palette_url_name: str) -> None:
    """``page_url_name`` answers GET ``q`` with a page; ``palette_url_name`` answers GET ``q`` with a bare list.

    The palette's answer is an HTML fragment ``<ul>`` of ``<li><a href>``; see ``docs/rooms/ui.md``.
    """
    _registry.search_url_name = page_url_name
    _registry.palette_url_name = palette_url_name


def navigation_for(acting: Acting) -> list[NavigationItem]:
    """The navigation entries this acting position may open, in order."""
    visible = [item for item in _registry.navigation.values() if _may_see(item, acting)]
    return sorted(visible, key=lambda item: (item.order, item.key))


def person_items() -> list[PersonItem]:
    """The registered entries of the person menu, in order."""
    return sorted(_registry.person.values(), key=lambda item: (item.order, item.key))


def bell() -> Bell | None:
    """The registered bell, if a room has one."""
    return _registry.bell


def switcher() -> Switcher | None:
    """The registered switch of position, if a room has one."""
    return _registry.switcher


def search_url_names() -> tuple[str, str]:
    """URL names of the search page and of the command palette; empty when there is no search."""
    return _registry.search_url_name, _registry.palette_url_name


def _may_see(item: NavigationItem, acting: Acting) -> bool:
    if item.unless and item.unless in acting.permissions:
        return False
    return not item.permission or item.permission in acting.permissions
