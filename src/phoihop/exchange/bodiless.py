"""Records whose body was purged before they came: believed only where the owner of the subject has said so itself.

Whoever carries records could cut a body off, and with it what an office said. So a record without one waits until the
purge of its subject is there too, signed by the owner, however the two are spread over what arrives.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from phoihop.exchange.models import Purged
from phoihop.exchange.records import PURGE
from phoihop.exchange.store import Signed

Purges = frozenset[tuple[UUID, UUID]]
"""Subject and the office that purged it."""


def purges_among(records: Iterable[Signed]) -> Purges:
    """The purges that authentic records state, whether or not they can be taken in yet."""
    return frozenset(
        (record.envelope.subject, record.envelope.office) for record in records if record.envelope.kind == PURGE
    )


def known_purges(records: Sequence[Signed]) -> Purges:
    """Purges already taken in that concern the subjects of these records, or their parents."""
    wanted = {one for record in records for one in (record.envelope.subject, record.envelope.parent) if one}
    return frozenset(Purged.objects.filter(subject_id__in=wanted).values_list("subject_id", "owner_id"))
