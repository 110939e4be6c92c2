"""The embedded PostgreSQL: one cluster under the installation's home, our child in the foreground, no TCP, no password.

Whoever may run Phối Hợp on this machine is known to the server by the operating system (peer authentication with a
map); nobody else can even see the socket. Durability settings are fixed on the command line, so that no configuration
file can weaken them.
"""

from __future__ import annotations

import getpass
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from phoihop.config.binaries import Binaries, can_use, find, reachable, server_account
from phoihop.config.processes import (
    Lock,
    OccupiedError,
    can_look_around,
    is_alive,
    is_held,
    run_as,
    spawn,
    wait_until,
    working_in,
)
from phoihop.core.errors import Conflict, Unavailable
from phoihop.core.ids import random_bytes
from phoihop.core.isolation import LOGIN, OWNER

ADMIN = "phoihop_admin"
"""The cluster's superuser: makes roles, databases and extensions; no running part of Phối Hợp uses it."""

DATABASE = "phoihop"
PORT = 5432
_LONGEST_SOCKET_PATH = 107
_START_SECONDS = 60
_STOP_SECONDS = 30
_SHELTER = Path("/var/lib/phoihop")

_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0777",  # the directory around it is 0700 or the server's own
    "max_connections": "120",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "lc_messages": "C",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "128MB"}


@dataclass(frozen=True)
class Place:
    """Where an installation keeps its cluster: home, data directory, socket directory, and the server's account."""

    home: Path
    data: Path
    sockets: Path
    account: pwd.struct_passwd | None

    @property
    def lock(self) -> Path:
        """Held by whoever runs the server."""
        return self.home / "run" / "postgres.lock"

    def dsn(self, role: str = LOGIN, dbname: str = DATABASE) -> str:
        """Connection string over the local socket for one of the roles that may connect."""
        return psycopg.conninfo.make_conninfo(host=str(self.sockets), port=PORT, user=role, dbname=dbname)


def place(home: Path) -> Place:
    """Where the embedded server of ``home`` is, running or not.

    The socket moves to a private directory under the system's temporary one when its path would be too long for the
    kernel, or when root's home is closed to the server's account; the data then moves to /var/lib/phoihop.
    """
    home = home.resolve()
    account = server_account()
    name = hashlib.sha256(str(home).encode()).hexdigest()[:16]
    sockets, data = home / "run" / "pg", home / "pg"
    existing = next(directory for directory in (home, *home.parents) if directory.is_dir())
    closed = not can_use(account, existing)
    if closed or len(str(sockets / f".s.PGSQL.{PORT}").encode()) > _LONGEST_SOCKET_PATH:
        sockets = Path(tempfile.gettempdir()) / f"phoihop-{os.geteuid()}-{name}"
    if data.is_symlink():
        data = data.readlink()
    elif closed:
        data = _SHELTER / f"{name}-{random_bytes(4).hex()}" / "pg"
    return Place(home, data, sockets, account)


class EmbeddedServer:
    """A running server that we started; stops when closed, or when this process dies."""

    def __init__(self, where: Place, programs: Binaries, lock: Lock, *, fast: bool) -> None:
        self.place = where
        self._programs = programs
        self._fast = fast
        self._lock = lock
        self.process = _start_locked(where, programs, fast=fast)

    def restart(self) -> None:
        """Start again after the server was killed; what it left is ended first. Raises Unavailable."""
        self.process = _start_locked(self.place, self._programs, fast=self._fast)

    def dsn(self, role: str = LOGIN, dbname: str = DATABASE) -> str:
        """Connection string over the local socket; see ``Place.dsn``."""
        return self.place.dsn(role, dbname)

    def stop(self) -> None:
        """Stop cleanly: connections are closed, everything is written. Falls back to recovery at the next start."""
        for how in (signal.SIGINT, signal.SIGQUIT):
            if self.process.poll() is None:
                self.process.send_signal(how)
                with suppress(subprocess.TimeoutExpired):
                    self.process.wait(_STOP_SECONDS)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        end_orphans(self.place)
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start(home: Path, *, fast: bool = False, binaries: Binaries | None = None) -> EmbeddedServer:
    """Start the server of ``home``, making its cluster first if there is none, and wait until it answers.

    ``fast`` gives up durability and is for tests alone. Raises Conflict when another process runs it already, and
    Unavailable when it cannot be started; the message says why.
    """
    home = home.resolve()
    for directory in (home, home / "run", home / "log"):
        directory.mkdir(parents=True, exist_ok=True)
    where = place(home)
    try:
        lock = Lock(where.lock)
    except OccupiedError as occupied:
        raise Conflict(
            "postgres-running", f"Cơ sở dữ liệu của {home} đang do tiến trình {occupied.pid} vận hành."
        ) from None
    try:
        return EmbeddedServer(where, reachable(binaries or find(), where.account, _SHELTER), lock, fast=fast)
    except BaseException:
        lock.release()
        raise


@contextmanager
def available(home: Path) -> Iterator[Place]:
    """The server of ``home`` for the length of a block: the running one, or one started for the block alone."""
    try:
        server = start(home)
    except Conflict:
        where = place(home)
        if not wait_until(lambda: _answers(where), _START_SECONDS):
            raise
        yield where
        return
    with server:
        yield server.place


def is_running(home: Path) -> bool:
    """Whether some live process runs the server of ``home``."""
    return is_held(place(home).lock)


def _start_locked(where: Place, programs: Binaries, *, fast: bool) -> subprocess.Popen[bytes]:
    end_orphans(where)
    if not (where.data / "PG_VERSION").exists():
        _make_cluster(where, programs, fast=fast)
    _check_version(where, programs)
    _write_access_rules(where)
    _make_socket_directory(where)
    process = _launch(where, programs, fast=fast)
    wait_until(lambda: process.poll() is not None or _answers(where), _START_SECONDS)
    if process.poll() is not None or not _answers(where):
        process.kill()
        process.wait()
        raise Unavailable(
            "postgres-not-starting",
            "PostgreSQL không khởi động được.",
            remedy=f"Xem {where.home / 'log' / 'postgres.log'}: {_last_line(where.home / 'log' / 'postgres.log')}",
        )
    return process


def end_orphans(where: Place) -> None:
    """Stop server processes left in the data directory by a predecessor that was killed. Call only under the lock."""
    with suppress(OSError, ValueError, IndexError):
        postmaster = int((where.data / "postmaster.pid").read_text().splitlines()[0])
        if postmaster in working_in(where.data):
            os.kill(postmaster, signal.SIGINT)
            wait_until(lambda: not is_alive(postmaster), _STOP_SECONDS)
    for pid in working_in(where.data):
        if pid != os.getpid():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    gone = wait_until(lambda: not [pid for pid in working_in(where.data) if is_alive(pid)], _STOP_SECONDS)
    if gone and can_look_around():
        # PostgreSQL believes these files while any process has that number: a zombie nobody reaps, or a stranger.
        for stale in (where.data / "postmaster.pid", where.sockets / f".s.PGSQL.{PORT}.lock"):
            stale.unlink(missing_ok=True)


def _make_cluster(where: Place, programs: Binaries, *, fast: bool) -> None:
    """Run initdb beside the final place and move it there whole, so that an interrupted one leaves no half cluster."""
    unfinished = where.data.with_name("pg.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True, mode=0o700)
    _give(unfinished, where.account)
    locale = ["--locale=C.UTF-8"]
    if programs.version >= 17:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command = [programs.program("initdb"), "-D", str(unfinished), "-U", ADMIN, "-E", "UTF8", "--auth=peer", *locale]
    done = run_as(where.account, [*command, "--no-sync"] if fast else command)
    if done.returncode != 0:
        raise Unavailable("initdb", "Không tạo được cơ sở dữ liệu.", remedy=done.stdout.strip()[-500:])
    if where.data.exists():  # an empty directory; a full one would have had PG_VERSION
        where.data.rmdir()
    unfinished.rename(where.data)
    link = where.home / "pg"
    if where.data != link:  # who deletes the home and starts anew gets a new cluster, never this one without its keys
        link.symlink_to(where.data)


def _give(directory: Path, account: pwd.struct_passwd | None) -> None:
    if account is not None:
        os.chown(directory, account.pw_uid, account.pw_gid)


def _check_version(where: Place, programs: Binaries) -> None:
    made_by = int((where.data / "PG_VERSION").read_text())
    if made_by != programs.version:
        raise Conflict(
            "postgres-version",
            f"Dữ liệu do PostgreSQL {made_by} tạo, còn máy này có PostgreSQL {programs.version}.",
            remedy="Dùng đúng phiên bản cũ để sao lưu, rồi nạp vào cơ sở dữ liệu mới.",
        )


def _write_access_rules(where: Place) -> None:
    """Only our own roles, only from accounts that own this installation, only over the socket."""
    people = sorted({getpass.getuser(), pwd.getpwuid(os.geteuid()).pw_name})
    if where.account is not None:
        people.append(where.account.pw_name)
    roles = (LOGIN, OWNER, ADMIN)
    rules = f"local all {','.join(roles)} peer map=phoihop\n"
    identities = "".join(f'phoihop "{person}" {role}\n' for person in people for role in roles)
    for name, text in (("pg_hba.conf", rules), ("pg_ident.conf", identities)):
        path = where.data / f"{name}.new"
        path.write_text(text)
        path.chmod(0o600)
        _give(path, where.account)
        path.replace(where.data / name)


def _make_socket_directory(where: Place) -> None:
    where.sockets.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = where.sockets.lstat()
    owners = {os.geteuid()} | ({where.account.pw_uid} if where.account else set())
    if where.sockets.is_symlink() or found.st_uid not in owners:
        raise Unavailable(
            "socket-directory",
            f"Thư mục {where.sockets} thuộc về tài khoản khác.",
            remedy="Xóa thư mục đó, hoặc chọn PHOIHOP_HOME khác.",
        )
    _give(where.sockets, where.account)
    where.sockets.chmod(0o700)


def _launch(where: Place, programs: Binaries, *, fast: bool) -> subprocess.Popen[bytes]:
    settings = _SETTINGS | (_FORGETFUL if fast else _DURABLE) | {"unix_socket_directories": str(where.sockets)}
    arguments = [programs.program("postgres"), "-D", str(where.data)]
    for name, value in settings.items():
        arguments += ["-c", f"{name}={value}"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_", "LANG"))}
    with (where.home / "log" / "postgres.log").open("ab") as log:
        return spawn(
            arguments,
            log=log,
            environment=environment,
            directory=Path("/"),
            account=where.account,
            death_signal=signal.SIGINT,
        )


def _answers(where: Place) -> bool:
    try:
        psycopg.connect(where.dsn(ADMIN, "postgres"), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def _last_line(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2000))
        lines = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else ""
