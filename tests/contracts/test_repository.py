"""The repository itself: what is locked and from where, licences, sizes, names."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from email.message import Message
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import cast

import pytest
from packaging.requirements import Requirement

from tests.contracts.sources import ROOT, python_files

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "manager"}
MACHINE_PATHS = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
ADDRESS = re.compile(r"https?://|--(?:extra-)?index-url|\"resolved\"")

EDGES = {
    "src/phoihop/ui/errors.py": "the last page there is must come even when the shell fails",
    "src/phoihop/api/problems.py": "the edge of the API: a defect is logged and told by number",
    "src/phoihop/exchange/projecting.py": "a poison record of any sort must not stop the others",
    "src/phoihop/config/postgres.py": "a server that cannot be handed over is stopped, and the error goes on",
    "src/phoihop/files/extraction/reading.py": "a process that reads strangers' files answers in any case",
    "src/phoihop/documents/signing/examining_process.py": "a process that judges strangers' files answers in any case",
    "src/phoihop/documents/reading/reading_process.py": "a process that reads strangers' papers answers in any case",
    "src/phoihop/exchange/sequencer.py": "a follower's defect must not stop the log of the node",
}
"""Files that may catch every exception, and why."""


@cache
def tracked() -> list[Path]:
    """The files git keeps, relative to the root, as far as they exist."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def sources(*suffixes: str) -> list[Path]:
    """Tracked source files with one of these endings; what Django writes by itself is not counted."""
    return [path for path in tracked() if path.suffix in suffixes and "migrations" not in path.parts]


def text_of(path: Path) -> str:
    return (ROOT / path).read_text(errors="replace")


@pytest.mark.parametrize("lock", ["requirements/run.lock", "requirements/dev.lock", "package-lock.json", ".npmrc"])
def test_locks_name_no_registry(lock: str) -> None:
    lines = [line for line in (ROOT / lock).read_text().splitlines() if ADDRESS.search(line)]
    assert [line for line in lines if '"url": "https://' not in line] == []


def test_every_locked_package_has_hashes() -> None:
    for lock in ("run", "dev"):
        for name, block in _blocks(lock).items():
            assert "--hash=sha256:" in block, f"{lock}.lock: {name}"
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and "integrity" not in package] == []


def _blocks(lock: str) -> dict[str, str]:
    """Each requirement of a lock file with the lines that belong to it."""
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", (ROOT / "requirements" / f"{lock}.lock").read_text())
    return {block.split(" \\")[0]: block for block in blocks if block.strip()}


def test_no_file_names_a_place_on_one_machine() -> None:
    """Samples are found beside the repository; nothing else outside it is named."""
    found = {str(path): MACHINE_PATHS.findall(text_of(path)) for path in tracked() if path.suffix not in _BINARY}
    this = str(Path(__file__).relative_to(ROOT))
    assert {path: places for path, places in found.items() if places and path != this} == {}


_BINARY = {".png", ".jpg", ".woff2", ".ico", ".edxml", ".pdf", ".zip"}


@pytest.mark.parametrize("suffix", [".py", ".ts", ".css", ".html"])
def test_files_stay_small(suffix: str) -> None:
    sizes = {str(path): len(text_of(path).splitlines()) for path in sources(suffix)}
    assert sizes
    assert {path: size for path, size in sizes.items() if size >= MOST_LINES_OF_A_FILE} == {}


def _long_functions(path: Path) -> list[str]:
    functions = (node for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, ast.FunctionDef))
    return [
        f"{path}:{function.lineno} {function.name} has {(function.end_lineno or 0) - function.lineno + 1} lines"
        for function in functions
        if (function.end_lineno or 0) - function.lineno >= MOST_LINES_OF_A_FUNCTION
    ]


def test_functions_stay_short() -> None:
    assert [found for path in sources(".py") for found in _long_functions(path)] == []


def test_files_are_named_for_what_they_do() -> None:
    stems = {str(path): set(re.split(r"[_\-.]", path.stem)) for path in sources(".py", ".ts", ".css", ".html")}
    assert [path for path, words in stems.items() if words & FORBIDDEN_NAMES] == []


def test_nothing_is_left_to_do_in_comments() -> None:
    marks = re.compile(r"(?:#|//|<!--|{#)\s*(?:" + "TO" + "DO|FIX" + r"ME|XXX)\b")
    assert [str(path) for path in sources(".py", ".ts", ".css", ".html") if marks.search(text_of(path))] == []


def test_every_exception_is_caught_at_an_edge_alone() -> None:
    catching = re.compile(r"except\s+(?:Base)?Exception\b|except\s*:")
    found = {str(path.relative_to(ROOT)) for path in python_files() if catching.search(path.read_text())}
    assert found == set(EDGES), "say in EDGES why this is the edge of a process, or catch what can really happen"


def is_copyleft(licence: str) -> bool:
    """Whether a licence text is GPL or AGPL with no other choice. The LGPL lets a program link to it."""
    choices = re.split(r"\s+OR\s+", licence)
    strong = re.compile(r"(?<!L)(?<!Lesser )A?GPL|Affero|(?<!Lesser )General Public License", re.IGNORECASE)
    return all(strong.search(re.sub(r"(?i)(?:Lesser|Library) General Public", "", choice)) for choice in choices)


def licence_of(package: metadata.Distribution) -> str:
    """What a distribution says of its licence, by expression, classifiers or free text."""
    about = cast(Message, package.metadata)
    expression = about.get("License-Expression")
    classifiers = [line for line in about.get_all("Classifier") or [] if line.startswith("License ::")]
    stated = (about.get("License") or "").strip().splitlines()[:1]
    return expression or " / ".join(classifiers) or " ".join(stated)


def run_time_packages() -> list[str]:
    """What run.lock installs on this machine."""
    wanted = [Requirement(line) for line in _blocks("run")]
    return [need.name for need in wanted if need.marker is None or need.marker.evaluate()]


@pytest.mark.parametrize("name", run_time_packages())
def test_no_run_time_package_is_gpl(name: str) -> None:
    licence = licence_of(metadata.distribution(name))
    assert licence, f"{name} states no licence"
    assert not is_copyleft(licence), f"{name}: {licence}"


def test_no_package_of_the_front_end_is_gpl() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        if name and not package.get("dev"):
            assert not is_copyleft(package["license"]), name


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        ("GPL-3.0-only", True),
        ("AGPL-3.0", True),
        ("License :: OSI Approved :: GNU General Public License v3 (GPLv3)", True),
        ("GNU Affero General Public License", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT OR GPL-2.0-only", False),
        ("Apache-2.0", False),
    ],
)
def test_licences_are_told_apart(licence: str, refused: bool) -> None:
    assert is_copyleft(licence) is refused
