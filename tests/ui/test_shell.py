from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from django.test import RequestFactory

from phoihop.ui import registry
from phoihop.ui.context import Shell


@dataclass(frozen=True)
class Person:
    """Somebody who acts, as far as the shell knows."""

    permissions: frozenset[str] = frozenset()
    person_name: str = "Nguyễn Thị Hồng Vân"
    position_title: str = "Văn thư"
    office_id: UUID = field(default_factory=uuid4)
    office_name: str = "Văn phòng UBND tỉnh Nghệ An"
    office_code: str = "NA-UBND"


@pytest.fixture
def empty_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registry", registry._Registry())


def shell_for(person: Person | None, path: str = "/ui/", **headers: str) -> Shell:
    request = RequestFactory().get(path, headers=headers)
    request.acting = person  # type: ignore[attr-defined]
    return Shell(request)


def item(key: str, order: int, permission: str = "", count: Callable[[registry.Acting], int] | None = None) -> None:
    registry.register_navigation(
        registry.NavigationItem(key, key, "ui:gallery", icon="mail", order=order, permission=permission, count=count)
    )


@pytest.mark.usefixtures("empty_registry")
class TestNavigation:
    def test_shows_what_the_position_may_open_in_order(self) -> None:
        item("last", 9)
        item("papers", 2, "dispatch.view")
        item("secret", 1, "node.operate")
        shown = shell_for(Person(permissions=frozenset({"dispatch.view"}))).navigation
        assert [link.key for link in shown] == ["papers", "last"]

    def test_is_empty_for_a_visitor(self) -> None:
        item("papers", 1)
        assert shell_for(None).navigation == []

    def test_counts_for_the_acting_position_and_only_when_asked(self) -> None:
        asked: list[registry.Acting] = []

        def count(acting: registry.Acting) -> int:
            asked.append(acting)
            return 5

        item("papers", 1, count=count)
        person = Person()
        shell = shell_for(person)
        assert asked == []
        assert [link.count for link in shell.navigation] == [5]
        assert shell.navigation[0].count == 5
        assert asked == [person]

    def test_marks_where_the_person_is_also_while_a_fragment_is_fetched(self) -> None:
        item("gallery", 1)
        assert shell_for(Person(), "/ui/").navigation[0].is_current
        assert not shell_for(Person(), "/elsewhere/").navigation[0].is_current
        headers = {"HX-Current-URL": "http://localhost:8000/ui/?q=1"}
        assert shell_for(Person(), "/ui/counts/", **headers).navigation[0].is_current


@pytest.mark.usefixtures("empty_registry")
def test_an_installation_without_search_bell_or_switch_has_none() -> None:
    shell = shell_for(Person())
    assert (shell.bell, shell.positions, shell.search_url, shell.palette_url) == (None, (), "", "")


def test_initials_are_those_of_the_middle_and_given_name() -> None:
    assert shell_for(Person()).initials == "HV"
    assert shell_for(Person(person_name="Bình")).initials == "B"


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ('"><script>', "light")])
def test_the_theme_cookie_is_only_ever_light_or_dark(cookie: str, theme: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["phoihop_theme"] = cookie
    assert Shell(request).theme == theme
