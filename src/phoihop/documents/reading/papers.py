"""What is read off a paper: a proposal per field, never more than a proposal. Plain Python, no Django."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Field = Literal[
    "code",
    "dated",
    "place",
    "issuer",
    "type_name",
    "abstract",
    "signer",
    "position",
    "urgency",
    "recipients",
]
FIELDS: Final[tuple[Field, ...]] = (
    "code",
    "dated",
    "place",
    "issuer",
    "type_name",
    "abstract",
    "signer",
    "position",
    "urgency",
    "recipients",
)
Why = Literal["label", "form", "layout", "notation", "absent", "guess"]
"""``label``: stands behind its word (Số, ngày, Nơi nhận); ``form``: has the form of such a thing; ``layout``: stands
where such a thing stands; ``notation``: follows from the notation; ``absent``: the usual when nothing is said."""


@dataclass(frozen=True)
class Box:
    """A place on a page (from 1), in fractions of the page from its top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Proposal:
    """A value as it would be typed, how sure it is (0 to 1), why, and where it was found.

    A day is ``yyyy-mm-dd``; urgency is ``normal``, ``urgent``, ``very_urgent`` or ``express``; recipients are lines.
    """

    value: str
    confidence: float
    why: Why
    box: Box | None = None


@dataclass(frozen=True)
class ReadPaper:
    """Proposals by field; a field that was not found is missing. ``scanned``: read off a picture."""

    proposals: dict[Field, Proposal]
    regime: Literal["GOV", "PARTY", ""]
    pages: int
    scanned: bool

    def value(self, field: Field) -> str:
        """The proposed value, or nothing."""
        found = self.proposals.get(field)
        return found.value if found else ""

    @property
    def dated(self) -> date | None:
        """The proposed day of the paper."""
        value = self.value("dated")
        return date.fromisoformat(value) if value else None
