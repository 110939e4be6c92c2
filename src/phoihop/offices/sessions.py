"""Sessions in the database, reached through the gate; and who acts in one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

from phoihop.core.isolation import scope
from phoihop.offices.devices import forget_ended

POSITION_KEY = "position"


class SessionStore(DatabaseSessionStore):
    """Django's database sessions; each visit to the table is a scope of the gate."""

    @classmethod
    def get_model_class(cls) -> Any:  # the base class states no type
        return super().get_model_class()

    def _get_session_from_db(self) -> Any:  # the base class states no type
        with scope("gate"):
            return super()._get_session_from_db()  # type: ignore[misc]  # private, so not in the stubs

    def exists(self, session_key: str) -> bool:
        with scope("gate"):
            return super().exists(session_key)

    def save(self, must_create: bool = False) -> None:
        with scope("gate"):
            super().save(must_create)

    def delete(self, session_key: str | None = None) -> None:
        with scope("gate"):
            super().delete(session_key)

    @classmethod
    def clear_expired(cls) -> None:
        with scope("gate"):
            super().clear_expired()
        forget_ended()


def chosen_position(session: Any) -> UUID | None:
    """The position this session acts in, if one was chosen."""
    chosen = session.get(POSITION_KEY)
    return UUID(chosen) if chosen else None


def choose_position(session: Any, position_id: UUID) -> None:
    """Act in another position from now on."""
    session[POSITION_KEY] = str(position_id)
