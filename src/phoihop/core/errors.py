"""The one small family of errors that a person may see.

Each error carries a stable ``code`` for programs, a ``message`` for the person, and ``remedy``: what to do now.
Anything else that escapes is a defect and is shown with a reference number only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar


class PhoiHopError(Exception):
    """Base of all errors meant for a person. ``fields`` maps a form field to its own messages."""

    status: ClassVar[int] = 500

    def __init__(
        self,
        code: str,
        message: str,
        *,
        remedy: str = "",
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy
        self.fields: dict[str, list[str]] = {name: list(texts) for name, texts in (fields or {}).items()}

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class Invalid(PhoiHopError):
    """What was sent does not fit; sending something else would."""

    status = 422


class Forbidden(PhoiHopError):
    """The acting position may not do this."""

    status = 403


class NotFound(PhoiHopError):
    """There is no such thing *for this office*; whether it exists elsewhere is not said."""

    status = 404


class Conflict(PhoiHopError):
    """It was right when the page was opened, and no longer is."""

    status = 409


class Unavailable(PhoiHopError):
    """It would be right, but a part of the installation does not answer now."""

    status = 503
