"""What an office is about to say: the input of ``publish``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

from phoihop.core.ids import derived_id
from phoihop.exchange.envelope import Body, audience_digest


@dataclass(frozen=True)
class AudienceSet:
    """The offices that may see a subject. Equal sets have equal ids at every node."""

    offices: frozenset[UUID]

    @classmethod
    def of(cls, offices: Iterable[UUID]) -> AudienceSet:
        """The audience of exactly these offices."""
        return _same_for_all(frozenset(offices))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the sorted office ids."""
        return audience_digest(self.offices)

    @cached_property
    def id(self) -> UUID:
        """The key of the audience's row."""
        return derived_id("audience", self.digest)


@lru_cache(maxsize=256)
def _same_for_all(offices: frozenset[UUID]) -> AudienceSet:
    """Offices write to the same offices again and again; digest and id of a set are then made once."""
    return AudienceSet(offices)


@dataclass(frozen=True)
class Statement:
    """One record to be. ``opens`` tells that it is the first on its subject, which then belongs to the stating office.

    ``attachments`` are commitments made with ``envelope.attachment_commitment``.
    """

    kind: str
    version: int
    body: Body
    subject: UUID
    audience: AudienceSet
    opens: bool = False
    parent: UUID | None = None
    needs: tuple[UUID, ...] = ()
    attachments: tuple[str, ...] = ()
    id: UUID | None = None
