"""Reading the demonstration's TOML files into frozen values, strictly: an unknown or missing key is an error."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, TypeVar

T = TypeVar("T")

Table = dict[str, Any]


def read_table(name: str) -> Table:
    """The file ``name`` of the demonstration's data.  Raises ValueError when it is not TOML."""
    return tomllib.loads(files("phoihop.demo").joinpath("data", name).read_text("utf-8"))


def build(kind: type[T], table: Table, /, **converted: object) -> T:
    """A value of ``kind`` from a table, lists as tuples; ``converted`` replaces entries that need more than that.

    Raises ValueError that names the entry when a key is unknown or missing.
    """
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    try:
        return kind(**{**plain, **converted})
    except TypeError as error:
        label = next((table[key] for key in ("key", "code", "username", "name", "title") if key in table), "?")
        raise ValueError(f"{kind.__name__} {label!r}: {error}") from error
