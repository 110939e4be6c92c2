"""Alive and ready are different questions; the doctor says in words what is wrong and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.test import Client

from phoihop.config import doctor_database, heartbeats
from phoihop.config.findings import Finding
from phoihop.config.initialise import Outside, administrator_sql, outside, prepare_outside
from phoihop.config.postgres import ADMIN, EmbeddedServer
from phoihop.core.errors import Invalid, Unavailable
from phoihop.core.isolation import LOGIN, OWNER


@pytest.fixture
def beating() -> Iterator[None]:
    for part in ("worker", "sequencer"):
        heartbeats.beat(settings.RUN_ROOT, part)
    yield
    for part in ("worker", "sequencer"):
        (settings.RUN_ROOT / f"{part}.beat").unlink(missing_ok=True)


def test_alive_needs_no_database() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_every_part_works(fresh_database: str, beating: None) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    checks = {"database": True, "worker": True, "sequencer": True, "disk": True, "writable": True}
    assert answer.json() == {"status": "ok", "checks": checks}


@pytest.mark.parametrize("part", ["worker", "sequencer"])
def test_not_ready_while_a_part_is_silent(fresh_database: str, beating: None, part: str) -> None:
    (settings.RUN_ROOT / f"{part}.beat").unlink()
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert [name for name, fit in answer.json()["checks"].items() if not fit] == [part]


def test_not_ready_without_a_database(
    fresh_database: str, beating: None, point_elsewhere: Callable[[str], None]
) -> None:
    point_elsewhere("no_such_database")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] is False


@pytest.fixture
def point_elsewhere(fresh_database: str) -> Iterator[Callable[[str], None]]:
    """Let Django's connections use another database until the test ends."""

    def point(name: str) -> None:
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name

    yield point
    point(fresh_database)


def codes(findings: Iterator[Finding]) -> set[str]:
    return {finding.code for finding in findings}


def test_a_database_made_for_tests_is_found_forgetful_and_otherwise_sound(fresh_database: str) -> None:
    assert codes(doctor_database.findings()) == {"not-durable"}


def test_an_unreachable_database_is_the_only_finding_about_it(
    fresh_database: str, point_elsewhere: Callable[[str], None]
) -> None:
    point_elsewhere("no_such_database")
    (finding,) = doctor_database.findings()
    assert finding.code == "database"
    assert "no_such_database" in finding.message
    assert finding.remedy


def test_an_unprepared_database_and_pending_migrations_are_named(
    database_server: EmbeddedServer, fresh_database: str, point_elsewhere: Callable[[str], None]
) -> None:
    with psycopg.connect(database_server.dsn(ADMIN, "postgres"), autocommit=True) as connection:
        connection.execute(b"CREATE DATABASE phoihop_bare OWNER phoihop_owner TEMPLATE template0")
    try:
        point_elsewhere("phoihop_bare")
        assert codes(doctor_database.findings()) == {"not-durable", "not-prepared", "migrations"}
    finally:
        point_elsewhere(fresh_database)
        with psycopg.connect(database_server.dsn(ADMIN, "postgres"), autocommit=True) as connection:
            connection.execute(b"DROP DATABASE phoihop_bare WITH (FORCE)")


@pytest.mark.parametrize("right", ["CREATEDB", "BYPASSRLS", "SUPERUSER", "INHERIT"])
def test_a_login_role_with_any_right_of_its_own_is_a_problem(
    database_server: EmbeddedServer, fresh_database: str, right: str
) -> None:
    with psycopg.connect(database_server.dsn(ADMIN, "postgres"), autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {LOGIN} {right}".encode())
        try:
            assert "login-role" in codes(doctor_database.findings())
        finally:
            connection.execute(f"ALTER ROLE {LOGIN} NO{right}".encode())
    assert "login-role" not in codes(doctor_database.findings())


def run_doctor(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict[str, str]]]:
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--json")
    return int(str(ended.value.code)), json.loads(capsys.readouterr().out)


def test_the_doctor_names_an_exposed_and_a_missing_key(fresh_database: str, capsys: pytest.CaptureFixture[str]) -> None:
    key: Path = settings.KEYS_ROOT / "node.key"
    identity: Path = settings.KEYS_ROOT / "node.json"
    aside = identity.with_name("aside")
    key.chmod(0o644)
    identity.rename(aside)
    try:
        code, findings = run_doctor(capsys)
    finally:
        key.chmod(0o600)
        aside.rename(identity)
    assert code == 1
    said = {finding["code"]: finding for finding in findings}
    assert f"chmod 600 {key}" in said["key-exposed"]["remedy"]
    assert str(identity) in said["key-missing"]["message"]
    assert all(finding["remedy"] for finding in findings)


def test_the_doctor_speaks_vietnamese_for_people(
    fresh_database: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "vi_VN.UTF-8")
    with pytest.raises(SystemExit):
        call_command("doctor")
    said = capsys.readouterr().out
    assert "✗ PostgreSQL đang tắt fsync" in said
    assert "→" in said


def test_an_outside_database_needs_both_addresses() -> None:
    assert outside({}) is None
    for one in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        with pytest.raises(Invalid, match="hai địa chỉ"):
            outside({one: "postgresql://localhost/phoihop"})
    with pytest.raises(Invalid, match="Không đọc được"):
        outside({"DATABASE_URL": "khong phai", "DATABASE_OWNER_URL": "khong phai"})


def test_an_outside_database_is_prepared_or_its_administrator_is_told_how(database_server: EmbeddedServer) -> None:
    host = quote(str(database_server.place.sockets), safe="")

    def address(role: str, name: str) -> str:
        return f"postgresql://{role}@/{name}?host={host}"

    names = ("phoihop_outside_a", "phoihop_outside_b")
    try:
        powerful = Outside(address(LOGIN, names[0]), address(ADMIN, names[0]))
        prepare_outside(powerful)
        prepare_outside(powerful)
        powerless = Outside(address(LOGIN, names[1]), address(OWNER, names[1]))
        with pytest.raises(Unavailable) as refused:
            prepare_outside(powerless)
        assert administrator_sql(names[1]) in refused.value.remedy
        before, after = _statements(refused.value.remedy, names[1])
        _execute(database_server.dsn(ADMIN, "postgres"), before)
        _execute(database_server.dsn(ADMIN, names[1]), after)
        prepare_outside(powerless)
    finally:
        _execute(database_server.dsn(ADMIN, "postgres"), [f"DROP DATABASE IF EXISTS {name}" for name in names])


def _statements(text: str, database: str) -> tuple[list[str], list[str]]:
    """The statements told to the administrator, before and after psql connects to the database."""
    lines = [line for line in text.splitlines() if line.endswith(";") or line.startswith("\\connect")]
    turn = lines.index(f'\\connect "{database}"')
    return lines[:turn], lines[turn + 1 :]


def _execute(dsn: str, statements: list[str]) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    ("made", "undone", "named"),
    [
        ("GRANT UPDATE ON exchange_record TO phoihop_web", "REVOKE UPDATE ON exchange_record FROM phoihop_web",
         "exchange_record: phoihop_web UPDATE"),
        ("GRANT SELECT (content) ON exchange_recordbody TO PUBLIC",
         "REVOKE SELECT (content) ON exchange_recordbody FROM PUBLIC", "exchange_recordbody: PUBLIC SELECT"),
        ("CREATE POLICY all_see ON exchange_record TO phoihop_web USING (true)",
         "DROP POLICY all_see ON exchange_record", "exchange_record: all_see POLICY"),
    ],
)  # fmt: skip
def test_rights_made_by_hand_are_named(
    database_server: EmbeddedServer, fresh_database: str, made: str, undone: str, named: str
) -> None:
    with psycopg.connect(database_server.dsn(ADMIN, fresh_database), autocommit=True) as connection:
        connection.execute(made.encode())
        try:
            (told,) = (one for one in doctor_database.findings() if one.code == "undeclared-rights")
        finally:
            connection.execute(undone.encode())
    assert named in told.message
    assert "undeclared-rights" not in codes(doctor_database.findings())
