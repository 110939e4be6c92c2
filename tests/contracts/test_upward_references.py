"""References between rooms that no import shows: foreign keys named by text, templates, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from tests.contracts.sources import PACKAGE, is_above, python_files, room_of, rooms, templates

_TEMPLATE = re.compile(r"""{%\s*(?:extends|include)\s+["']([\w./-]+)["']""")
_ANY_TEMPLATE = re.compile(r"""{%\s*(?:extends|include)\s+(\S+)""")
_ADDRESS = re.compile(r"""{%\s*url\s+["'](\w+):""")
_NAMED_IN_PYTHON = re.compile(r"""["'](\w+)/[\w./-]+\.(?:html|txt)["']""")

SHARED_FOLDERS = {
    "cotton": "ui",
    "account": "offices",
    "mfa": "offices",
    "socialaccount": "offices",
    "429.html": "offices",
}
"""Template folders whose name is not a room's, and the room that keeps them."""


def owner(folder: str) -> str | None:
    """The room that keeps a template folder; None for a folder that no room has."""
    room = SHARED_FOLDERS.get(folder, folder)
    return room if room in rooms() else None


def relations() -> list[models.Field[object, object]]:
    """Every foreign key and many-to-many field of our models."""
    ours = [model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("phoihop.")]
    return [field for model in ours for field in model._meta.get_fields() if _points(field)]  # type: ignore[misc]


def _points(field: object) -> bool:
    return isinstance(field, (models.ForeignKey, models.ManyToManyField))


@pytest.mark.parametrize("field", relations(), ids=str)
def test_no_foreign_key_points_upward(field: models.ForeignKey[object, object]) -> None:
    room = field.model.__module__.split(".")[1]
    target = field.related_model.__module__.split(".")
    assert target[0] != "phoihop" or not is_above(target[1], room), f"{field} points up to {target[1]}"


def test_there_are_foreign_keys_to_look_at() -> None:
    assert len(relations()) > 8


def _each_choice(names: Iterable[str]) -> Iterator[str]:
    """A choice between two literal names, ``x|yesno:"a.html,b.html"``, is both of them."""
    for name in names:
        choice = re.fullmatch(r'[\w.]+\|yesno:"([^"]+)"', name)
        yield from (f'"{one}"' for one in choice[1].split(",")) if choice else (name,)


def upward_in_templates(template: str, room: str) -> list[str]:
    """What a template of ``room`` takes from rooms above it, and names that cannot be checked."""
    found = []
    for name in _each_choice(_ANY_TEMPLATE.findall(template)):
        literal = name.strip("\"'")
        above = owner(literal.split("/")[0])
        if name == literal:
            found.append(f"{name}: include by a literal name, so that it can be checked")
        elif above is None or is_above(above, room):
            found.append(literal)
    found += [f"url {name}" for name in _ADDRESS.findall(template) if name in rooms() and is_above(name, room)]
    return found


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_template_takes_from_a_room_above(path: Path) -> None:
    assert upward_in_templates(path.read_text(), room_of(path)) == []


def test_upward_references_in_templates_are_found() -> None:
    text = (
        """{% extends "ui/base.html" %}{% include 'home/desk.html' %}{% url "dispatches:inbox" %}{% include name %}"""
    )
    assert upward_in_templates(text, "exchange") == [
        "home/desk.html",
        "name: include by a literal name, so that it can be checked",
        "url dispatches",
    ]


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_view_renders_a_template_of_a_room_above(path: Path) -> None:
    room = room_of(path) if path.parent != PACKAGE else "core"
    named = {owner(folder) for folder in _NAMED_IN_PYTHON.findall(path.read_text())} - {None}
    assert not [above for above in named if above and is_above(above, room)]


def test_every_template_lies_in_a_folder_of_its_room() -> None:
    """Django merges all template folders: a name outside one's own folder could take another room's place."""
    for path in templates():
        folder = path.relative_to(PACKAGE).parts[2]
        assert owner(folder) == room_of(path), path
