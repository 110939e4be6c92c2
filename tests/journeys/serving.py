"""A real installation for the browser: its processes, on free ports, over a database of the test server."""

from __future__ import annotations

import os
import socket
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGTERM
from urllib.parse import quote

from phoihop.config.parts import Serving, parts
from phoihop.config.postgres import EmbeddedServer
from phoihop.config.processes import spawn, stop_group, wait_until
from phoihop.core.isolation import LOGIN, OWNER

PARTS = ("web", "live", "sequencer")
READY_SECONDS = 60.0


@dataclass(frozen=True)
class Site:
    """A served installation: the address people type, and the one of its live stream."""

    origin: str
    live: str
    log: Path
    neighbours: tuple[str, ...] = ()

    def with_neighbour(self, origin: str) -> Site:
        """The same, and another host that its people are sent to on purpose."""
        return replace(self, neighbours=(*self.neighbours, origin))

    def owns(self, url: str) -> bool:
        """Whether an address belongs to this installation or to the browser itself."""
        return url.startswith(
            (f"{self.origin}/", f"{self.live}/", *self.neighbours, "data:", "blob:", "about:", "chrome-error:")
        )


@contextmanager
def served(
    running: EmbeddedServer, database: str, home: Path, *, port: int = 0, also: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """Serve ``database`` until the block ends, with whatever else the environment is to say."""
    port = port or two_free_ports()
    environment = {
        **(also or {}),
        **Serving(home, port=port).environment(),
        "DATABASE_URL": _address(running, LOGIN, database),
        "DATABASE_OWNER_URL": _address(running, OWNER, database),
        "PHOIHOP_WEB_WORKERS": "1",
        "PHOIHOP_WEB_THREADS": "6",
    }
    site = Site(f"http://localhost:{port}", f"http://localhost:{port + 1}", home / "log")
    for directory in ("log", "run"):
        (home / directory).mkdir(exist_ok=True)
    with ExitStack() as stack:
        for part in parts(Serving(home, port=port)):
            if part.name in PARTS:
                log = stack.enter_context((site.log / f"{part.name}.log").open("ab"))
                process = spawn(part.command, log=log, environment=environment)
                stack.callback(stop_group, process, SIGTERM, part.stop_seconds)
        for url in (f"{site.origin}/healthz", f"{site.live}/healthz"):
            assert wait_until(lambda url=url: _answers(url), READY_SECONDS), _logs(site)  # type: ignore[misc]
        yield site


def _address(running: EmbeddedServer, role: str, database: str) -> str:
    return f"postgresql://{role}@/{database}?host={quote(str(running.place.sockets), safe='')}"


def two_free_ports() -> int:
    """The web process takes a port and the live process the next one."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            with suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", port + 1))
                return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _logs(site: Site) -> str:
    return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in sorted(site.log.glob("*.log"))) + os.linesep
