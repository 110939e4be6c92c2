"""What reading one file may cost, and how a reader says that it will not show one."""

from __future__ import annotations

import resource
from dataclasses import dataclass

MOST_PAGES = 5_000
MOST_PIXELS = 80_000_000
MOST_UNPACKED_BYTES = 300 * 1024 * 1024
MOST_BLOCKS = 3_000
MOST_CHARACTERS = 400_000
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 20, 300, 40


class Refused(Exception):
    """A file that is not shown. ``reason`` is a code of ``previews``: encrypted, damaged, too_large …"""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Limits:
    """Seconds of processor time, bytes of address space, and bytes of any file written."""

    seconds: int
    memory: int
    output: int

    def enter(self) -> None:
        """Put this process under the limits for good. It also leaves no core file behind, which would hold content."""
        for what, most in (
            (resource.RLIMIT_CPU, self.seconds),
            (resource.RLIMIT_AS, self.memory),
            (resource.RLIMIT_FSIZE, self.output),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, 64),
        ):
            _soft, hard = resource.getrlimit(what)
            wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(what, (wanted, wanted))
