"""The time limits and working days in force on this installation: the package's, with what its operator set."""

from __future__ import annotations

import logging
import tomllib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from phoihop.core.clock import today
from phoihop.dispatches.agreed_limits import Agreement, limits_under, read_agreement
from phoihop.dispatches.deadlines import Limits, WorkCalendar, standard_limits

FILE_NAME: Final = "deadlines.toml"
_MOST_BYTES: Final = 1_000_000

log = logging.getLogger(__name__)


def limits_in_force(*, office: str = "", regime: str = "", day: date | None = None) -> Limits:
    """The limits of that day (default today) for an office, by its code, and for documents of a regime.

    While the operator's file cannot be read, the package's limits hold; ``fault`` says why.
    """
    return _in_force(*_stamp(), day or today(), office, regime)


def calendar_in_force() -> WorkCalendar:
    """The days that are worked, and those that are not."""
    return limits_in_force().calendar


def agreement() -> Agreement:
    """What the operator's file sets; nothing while it cannot be read."""
    return _read(*_stamp())[0]


def fault() -> str:
    """Why the operator's file does not hold; empty when it does, or when there is none."""
    return _read(*_stamp())[1]


def agreement_path() -> Path:
    """Where the operator's file is looked for."""
    return Path(settings.HOME) / FILE_NAME


def _stamp() -> tuple[Path, int]:
    """The file with the instant of its last change, so that a change holds without a restart; 0 without a file."""
    path = agreement_path()
    try:
        return path, path.stat().st_mtime_ns
    except OSError:
        return path, 0


@lru_cache(maxsize=1024)
def _in_force(path: Path, changed: int, day: date, office: str, regime: str) -> Limits:
    return limits_under(standard_limits(), _read(path, changed)[0], day, office=office, regime=regime)


@lru_cache(maxsize=2)
def _read(path: Path, changed: int) -> tuple[Agreement, str]:
    if not changed:
        return Agreement(), ""
    try:
        with path.open("rb") as file:
            return read_agreement(tomllib.loads(file.read(_MOST_BYTES).decode())), ""
    except (OSError, ValueError) as problem:
        log.warning("%s: %s", path, problem)
        return Agreement(), str(problem)
