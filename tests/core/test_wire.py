"""A kept connection that the server has ended is noticed without asking, and a question alone is a scope of its own."""

from __future__ import annotations

import time

import psycopg
import pytest
from django.db import ProgrammingError, connection

from phoihop.config.postgres import ADMIN, EmbeddedServer
from phoihop.core.isolation import ask, scope

_PID = "SELECT pg_backend_pid()"


def _end(server: EmbeddedServer, pid: int) -> None:
    with psycopg.connect(server.dsn(ADMIN, "postgres"), autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        while admin.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [pid]).fetchone():
            time.sleep(0.01)


def test_the_next_scope_after_the_server_ended_the_connection_opens_another(
    database_server: EmbeddedServer, fresh_database: str
) -> None:
    ((first,),) = ask("gate", _PID, [])
    _end(database_server, first)
    with scope("worker"), connection.cursor() as cursor:
        cursor.execute(_PID)
        (second,) = cursor.fetchone()
    _end(database_server, second)
    ((third,),) = ask("gate", _PID, [])
    assert len({first, second, third}) == 3
    connection.close()


def test_a_question_alone_has_the_rights_of_its_role_and_leaves_none_behind(fresh_database: str) -> None:
    who = "SELECT current_user::text, current_setting('transaction_read_only'), %s::text"
    assert ask("gate", who, ["it's 100% %s"]) == [("phoihop_gate", "on", "it's 100% %s")]
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user::text")
        assert cursor.fetchone() == ("phoihop_login",)
    with pytest.raises(ProgrammingError, match="permission denied"):
        ask("gate", "SELECT 1 FROM exchange_record", [])
    assert ask("gate", who, ["x"]) == [("phoihop_gate", "on", "x")]
    connection.close()
