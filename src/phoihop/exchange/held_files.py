"""Files that come with records, and files that records set aside name and that must be there once they are shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from phoihop.exchange import envelope
from phoihop.exchange.envelope import SALT_BYTES
from phoihop.exchange.models import SetAside
from phoihop.exchange.store import Signed
from phoihop.files.models import Possession
from phoihop.offices.models import Node

_HASH = re.compile(rb"[0-9a-f]{64}")


@dataclass(frozen=True)
class Brought:
    """What a file from another node held beside its records: the hashes of bytes that are settled here by now.

    ``node`` sent it. Only of records made there do they count: a node that passes on a stranger's record must not
    thereby give the stranger's readers a file that came for others.
    """

    node: UUID
    sha256s: frozenset[str]


_NOTE: Final = """
INSERT INTO files_possession (record_id, sha256, subject_id, audience_id)
SELECT n.* FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::uuid[]) AS n(record, sha256, subject, audience)
WHERE NOT EXISTS (SELECT FROM exchange_purged p WHERE p.subject_id = n.subject)
    AND (EXISTS (SELECT FROM exchange_record r WHERE r.id = n.record)
        OR EXISTS (SELECT FROM exchange_setaside s WHERE s.record_id = n.record))
ON CONFLICT DO NOTHING
"""


def note_brought(records: Sequence[Signed], brought: Brought) -> None:
    """Note which of the authentic records name files that came with them, whatever their kind. In a writer scope."""
    found = [
        (record.envelope.id, sha256, record.envelope.subject, record.audience.id)
        for record in records
        if record.envelope.node == brought.node and brought.sha256s
        for sha256 in sorted(_named_in(record.content) & brought.sha256s)
    ]
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, [list(column) for column in zip(*found, strict=True)])


def needed_by_set_aside(hashes: Sequence[str]) -> set[str]:
    """Those of the hashes that came with records that wait, or that own records which came back name. As the worker."""
    wanted = set(hashes)
    waiting = SetAside.objects.values("record_id")
    found = set(Possession.objects.filter(sha256__in=hashes, record_id__in=waiting).values_list("sha256", flat=True))
    own = Node.objects.filter(is_self=True).values_list("id", flat=True).first()
    for signed, content in SetAside.objects.values_list("envelope", "content").iterator():
        if envelope.read(bytes(signed)).node == own:
            found |= wanted & _named_in(bytes(content))
    return found


def _named_in(content: bytes) -> set[str]:
    return {said.decode() for said in _HASH.findall(content[SALT_BYTES:])}
