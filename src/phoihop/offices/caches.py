"""Django's database cache behind the gate: sign-in's rate limits, shared by all web processes."""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.db import DatabaseCache

from phoihop.core.isolation import scope


class GateDatabaseCache(DatabaseCache):
    """Each visit to the cache table is a scope of the gate."""

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        with scope("gate"):
            return super().get_many(*args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        with scope("gate"):
            return super().delete_many(*args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        with scope("gate"):
            return super().has_key(*args, **kwargs)

    def clear(self) -> None:
        with scope("gate"):
            super().clear()

    def _base_set(self, *args: Any, **kwargs: Any) -> Any:
        with scope("gate"):
            return super()._base_set(*args, **kwargs)  # type: ignore[misc]  # private in the stubs
