"""What goes to PostgreSQL past Django's cursors, so that a request makes fewer journeys to it."""

from __future__ import annotations

import select
from collections.abc import Sequence
from typing import Any

import psycopg
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus


def tell(connection: BaseDatabaseWrapper, question: str) -> None:
    """Run one SELECT, together with the BEGIN that psycopg would send by itself; its answer is not wanted."""
    connection.ensure_connection()
    wire = connection.connection.pgconn
    begin = "BEGIN; " if wire.transaction_status == TransactionStatus.IDLE else ""
    result = wire.exec_(f"{begin}{question}".encode())
    if result.status != ExecStatus.TUPLES_OK:
        with connection.wrap_database_errors:
            if wire.status == ConnStatus.BAD:
                raise psycopg.OperationalError(wire.get_error_message())
            raise error_from_result(result)


def ask_alone(
    connection: BaseDatabaseWrapper, prologue: str, question: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """The rows of ``question``, in a transaction of the two statements that is over when they arrive.

    Outside a transaction only: PostgreSQL takes statements that come together as one.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.ClientCursor(connection.connection) as cursor:
        cursor.execute(f"{prologue}; {question}", parameters)
        cursor.nextset()
        return cursor.fetchall()


def close_if_dead(connection: BaseDatabaseWrapper) -> None:
    """Close a kept connection that the server has ended meanwhile, so that the next statement opens another.

    Its end lies at the socket: nothing is sent. Django's own check asks the server once a request.
    """
    if connection.connection is None or connection.in_atomic_block:
        return
    wire = connection.connection.pgconn
    try:
        readable = select.poll()
        readable.register(wire.socket, select.POLLIN)
        while readable.poll(0):
            wire.consume_input()
    except psycopg.OperationalError:
        connection.close()
