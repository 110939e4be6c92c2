"""Counting statements, so that a page that starts asking once per row fails a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

# A test's own transaction turns the BEGIN and COMMIT of each scope into savepoints, which production does not send.
_OF_THE_TEST = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")


@contextmanager
def assert_queries(*, at_most: int, using: str = "default") -> Iterator[list[str]]:
    """Fail when the block sends more than ``at_most`` statements, those of sign-in and ``scope`` included.

    Yields the list the statements are collected in, so that a test can also look at them.
    """
    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not sql.startswith(_OF_THE_TEST) and not _leaves_scope(sql, params):
            sent.append(sql)
        return execute(sql, params, many, context)

    with connections[using].execute_wrapper(note):
        yield sent
    listed = "\n".join(f"{number:3}. {' '.join(sql.split())[:300]}" for number, sql in enumerate(sent, start=1))
    assert len(sent) <= at_most, f"{len(sent)} statements, at most {at_most} allowed:\n{listed}"


def _leaves_scope(sql: str, params: Any) -> bool:
    """Outside a test the end of the transaction does this; inside one ``scope`` has to say it."""
    return "set_config('role'" in sql and bool(params) and params[0] == "none"
