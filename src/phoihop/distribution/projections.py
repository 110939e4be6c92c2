"""Deriving the lists that offices published from their records. Pure, set-based, repeatable."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from phoihop.core.rows import insert_rows
from phoihop.core.text import sort_key
from phoihop.distribution.models import PublishedVersion
from phoihop.distribution.records import ListStated
from phoihop.exchange.registry import Stated
from phoihop.exchange.screening import Readable


def project_stated(stated: Sequence[Stated[ListStated]]) -> None:
    """One row for each version."""
    insert_rows(
        PublishedVersion,
        [
            {
                "record_id": item.envelope.id,
                "list_id": item.envelope.subject,
                "audience_id": item.audience_id,
                "owner_id": item.envelope.office,
                "number": item.body.number,
                "name": item.body.name,
                "sort_key": sort_key(item.body.name),
                "purpose": item.body.purpose,
                "members": list(item.body.members),
                "offices": [str(one) for one in item.body.offices],
                "reason": item.body.reason,
                "made_by": item.body.made_by,
                "made_at": item.envelope.at,
                "is_retired": item.body.retired,
            }
            for item in stated
        ],
    )


def forget(subjects: Collection[UUID]) -> None:
    """Remove published lists whose content was purged."""
    PublishedVersion.objects.filter(list_id__in=list(subjects)).delete()


def readable(body: ListStated) -> Readable:
    """What people read of it, for the secrecy guard."""
    return Readable({"abstract": body.name, "content": f"{body.purpose}\n{body.reason}"})
