"""The import contracts hold, and each of them bites: a copy of the program that breaks one is refused by its name."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.sources import CONTRACTS, PACKAGE, ROOT

ROOMS = "A room imports rooms below it alone"
INSIDE = "Inside a room, pages stand on actions, actions on selectors, and all on rules"
PRIVATE = "Views, forms and jobs belong to their own room"
PURE = "Rules and the record format are plain Python"

BREAKS = [
    (ROOMS, "offices/models.py", "import phoihop.dispatches.models"),
    (ROOMS, "core/clock.py", "import phoihop.ui.due"),
    (ROOMS, "exchange/store.py", "def late() -> None:\n    from phoihop.notify import models"),
    (ROOMS, "ui/views.py", "import phoihop.config.settings"),
    (ROOMS, "reports/__init__.py", "# a room that the contract does not name"),
    (INSIDE, "offices/models.py", "import phoihop.offices.selectors"),
    (INSIDE, "offices/selectors.py", "import phoihop.offices.actions"),
    (INSIDE, "territory/actions.py", "import phoihop.territory.forms"),
    (INSIDE, "territory/forms.py", "import phoihop.territory.views"),
    (INSIDE, "exchange/records.py", "import phoihop.exchange.models"),
    (INSIDE, "dispatches/rules.py", "import phoihop.dispatches.models"),
    (PRIVATE, "home/urls.py", "import phoihop.territory.views"),
    (PRIVATE, "api/urls.py", "from phoihop.territory import forms"),
    (PRIVATE, "home/apps.py", "import phoihop.dispatches.jobs"),
    (PURE, "dispatches/rules.py", "from django.utils import timezone"),
    (PURE, "exchange/merkle.py", "import psycopg"),
    (PURE, "dispatches/rules.py", "import phoihop.ui.errors"),
]


def lint(where: Path) -> subprocess.CompletedProcess[str]:
    """Run lint-imports on a program that lies in ``where``."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program, its contracts, and the contract of our own."""
    shutil.copytree(PACKAGE, tmp_path / "phoihop", ignore=_all_but_python)
    shutil.copy(CONTRACTS, tmp_path)
    (tmp_path / "tests" / "contracts").mkdir(parents=True)
    for module in ("tests/__init__.py", "tests/contracts/__init__.py", "tests/contracts/same_room.py"):
        shutil.copy(ROOT / module, tmp_path / module)
    jobs = tmp_path / "phoihop" / "dispatches" / "jobs.py"
    jobs.touch()
    return tmp_path


def _all_but_python(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not name.endswith(".py") and not (Path(folder) / name).is_dir()}


def test_the_program_keeps_its_contracts(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    for name in (ROOMS, INSIDE, PRIVATE, PURE):
        assert f"{name} KEPT" in done.stdout


@pytest.mark.parametrize(("name", "file", "line"), BREAKS)
def test_a_broken_contract_is_named(copy: Path, name: str, file: str, line: str) -> None:
    broken = copy / "phoihop" / file
    broken.parent.mkdir(exist_ok=True)
    with broken.open("a") as source:
        source.write(f"\n{line}\n")
    done = lint(copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{name} BROKEN" in done.stdout
