"""Servers that the tests of files speak to: a real S3 server, and a real ClamAV daemon with signatures of our own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from phoihop.config.processes import wait_until

S3_KEY, S3_SECRET, BUCKET = "phoihop", "khoa-thu-nghiem", "tep"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that every scanner must find and that harms nobody (eicar.org)."""


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


@contextmanager
def s3_server(home: Path) -> Iterator[str]:
    """An S3 server over a directory, which checks the signature of every request. Yields its address for settings."""
    port = free_port()
    (home / BUCKET).mkdir(parents=True)
    command = [
        sys.executable,
        "-m",
        "nanio",
        "serve",
        "--data-dir",
        str(home),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with _running(command, {"NANIO_ACCESS_KEY": S3_KEY, "NANIO_SECRET_KEY": S3_SECRET}):
        assert wait_until(lambda: _answers(port), 30)
        yield f"http://{S3_KEY}:{S3_SECRET}@127.0.0.1:{port}/{BUCKET}"


@contextmanager
def clamav_daemon(home: Path) -> Iterator[tuple[str, str]]:
    """Debian's clamd over two signatures written here. Yields its addresses: a socket file, and a port."""
    port, place = free_port(), home / "clamd.sock"
    signatures = home / "signatures"
    signatures.mkdir()
    (signatures / "own.ndb").write_text(f"Eicar-Test:0:0:{EICAR.hex()}\nOwn-Macro:0:*:{b'AutoOpen-DropAndRun'.hex()}\n")
    settings = home / "clamd.conf"
    settings.write_text(
        f"LocalSocket {place}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {signatures}\n"
        f"Foreground yes\nTemporaryDirectory {home}\nStreamMaxLength 200M\nOfficialDatabaseOnly no\n"
    )
    daemon = shutil.which("clamd") or "/usr/sbin/clamd"
    with _running([daemon, "--config-file", str(settings)]):
        assert wait_until(lambda: place.exists() and _answers(port), 60)
        yield f"unix:{place}", f"tcp:127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], more: Mapping[str, str] | None = None) -> Iterator[None]:
    environment = {**os.environ, **(more or {})}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        yield
    finally:
        process.terminate()
        process.wait(20)
