"""Where the program's source lies, and the order of its rooms as the import contract states it."""

from __future__ import annotations

from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "phoihop"
CONTRACTS = ROOT / ".importlinter"


def rooms() -> list[str]:
    """The rooms from top to bottom."""
    parser = ConfigParser()
    parser.read(CONTRACTS)
    return parser["importlinter:contract:rooms"]["layers"].split()


def room_of(path: Path) -> str:
    """The room a source file belongs to."""
    return path.relative_to(PACKAGE).parts[0]


def python_files() -> list[Path]:
    """The program's Python files, migrations included."""
    return sorted(PACKAGE.rglob("*.py"))


def templates() -> list[Path]:
    """The program's templates."""
    return sorted(path for path in PACKAGE.glob("*/templates/**/*") if path.suffix in {".html", ".txt"})


def is_above(other: str, room: str) -> bool:
    """Whether ``other`` stands above ``room``."""
    order = rooms()
    return order.index(other) < order.index(room)
