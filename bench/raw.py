"""What the same rows cost when plain psycopg inserts them, one commit each: the measure everything is held against."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from bench.clients import Run, summed

TABLES: Sequence[tuple[str, str]] = (
    ("exchange_subject", "id"),
    ("exchange_record", "subject_id"),
    ("exchange_recordbody", "subject_id"),
    ("exchange_head", "subject_id"),
    ("exchange_delivery", "subject_id"),
    ("dispatches_dispatch", "id"),
    ("dispatches_dispatchtext", "dispatch_id"),
    ("dispatches_registernumber", "holder_id"),
    ("audit_journalentry", "subject_id"),
)
"""The tables an issued document writes, with the column that names it."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def rows_of(dsn: str, dispatch: UUID) -> Rows:
    """All rows that one issued document made."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    with psycopg.connect(dsn, row_factory=psycopg.rows.dict_row) as connection:
        for table, column in TABLES:
            query = sql.SQL("SELECT * FROM {} WHERE {} = %s").format(sql.Identifier(table), sql.Identifier(column))
            found[table] = connection.execute(query, [dispatch]).fetchall()
    return found


def insert_again(dsn: str, rows: Rows, *, clients: int, each: int) -> Run:
    """Insert copies of the rows under new ids: one transaction a document, ``clients`` connections at once."""
    start, took = Barrier(clients + 1), [[0.0] * each for _ in range(clients)]

    def one(client: int) -> None:
        with psycopg.connect(dsn) as connection:
            start.wait()
            for turn in range(each):
                began = time.perf_counter()
                _insert(connection, rows)
                connection.commit()
                took[client][turn] = time.perf_counter() - began

    with ThreadPoolExecutor(clients) as pool:
        running = [pool.submit(one, client) for client in range(clients)]
        start.wait()
        began = time.perf_counter()
        for future in running:
            future.result()
        lasted = time.perf_counter() - began
    return summed(took, lasted)


def _insert(connection: psycopg.Connection[Any], rows: Rows) -> None:
    subject, record = uuid4(), uuid4()
    with connection.cursor() as cursor:
        for table, column in TABLES:
            fresh = [_renewed(row, column, subject, record) for row in rows[table]]
            names = list(fresh[0])
            query = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, names)),
                sql.SQL(", ").join(sql.Placeholder() * len(names)),
            )
            values = [[row[name] for name in names] for row in fresh]
            if len(values) == 1:
                cursor.execute(query, values[0])
            else:
                cursor.executemany(query, values)


def _renewed(row: Mapping[str, Any], subject_column: str, subject: UUID, record: UUID) -> dict[str, Any]:
    """A row under new ids; what the database gives by itself (position, transaction) is left to it."""
    values = {name: value for name, value in row.items() if name not in {"position", "transaction"}}
    if "id" in values:
        values["id"] = uuid4()
    for name in ("record_id",):
        if name in values:
            values[name] = record
    if subject_column == "subject_id" and "envelope" in values:
        values["id"] = record
    values[subject_column] = subject
    if "number" in values and "register_id" in values:
        values["number"], values["code"] = subject.int % 2_000_000_000, str(subject)
    return {name: Jsonb(value) if isinstance(value, dict | list) else value for name, value in values.items()}
