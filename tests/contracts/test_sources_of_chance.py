"""Time, identifiers and randomness come from core alone, so that projections are pure and tests can trust them."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.contracts.sources import PACKAGE, python_files

SOURCES = {"core/clock.py", "core/ids.py"}

MODULES = {"secrets", "uuid_utils"}
NAMES = {
    "uuid.uuid1",
    "uuid.uuid3",
    "uuid.uuid4",
    "uuid.uuid5",
    "os.urandom",
    "time.time",
    "time.time_ns",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "timezone.now",
    "timezone.localdate",
    "django.utils.timezone.now",
}
BARE = {name.rsplit(".", 1)[1] for name in NAMES if name.startswith(("uuid.", "time.", "os."))}


def offences(source: str) -> list[str]:
    """Uses of chance or of the clock that do not go through core."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found += [name.name for name in names if name.name.split(".")[0] in MODULES]
            case ast.ImportFrom(module=str(module), names=names):
                found += [module for _ in names[:1] if module.split(".")[0] in {*MODULES, "random"}]
                found += [
                    f"{module}.{name.name}" for name in names if module in {"uuid", "time", "os"} and name.name in BARE
                ]
                found += [f"{module}.now" for name in names if module == "django.utils.timezone"]
            case ast.Call(func=ast.Attribute() as called, args=[]) if ast.unparse(called) == "random.Random":
                found.append("random.Random() without a seed")
            case ast.Attribute(value=ast.Name(id="random"), attr=drawn) if drawn != "Random":
                found.append(f"random.{drawn}")
            case ast.Attribute():
                dotted = ast.unparse(node)
                found += [dotted] if dotted in NAMES else []
    return found


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_core_asks_the_clock_or_chance(path: Path) -> None:
    if str(path.relative_to(PACKAGE)) not in SOURCES:
        assert offences(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "import random; random.choice(names)",
        "from random import choice",
        "import random; random.Random()",
        "from secrets import token_hex",
        "import uuid; uuid.uuid4()",
        "from uuid import uuid4",
        "import time; time.time()",
        "from datetime import datetime; datetime.now(UTC)",
        "from django.utils import timezone; timezone.now()",
        "from django.utils.timezone import now",
        "import datetime; datetime.date.today()",
    ],
)
def test_each_of_them_is_found(line: str) -> None:
    assert offences(line)


def test_a_seeded_generator_is_no_chance() -> None:
    """The demonstration draws its texts from a generator it is given, so that a seed repeats a whole exercise."""
    assert offences("import random\ndef draw(rng: random.Random): ...\ndraw(random.Random(7))") == []


def test_core_is_allowed_to() -> None:
    for source in SOURCES:
        assert offences((PACKAGE / source).read_text())
