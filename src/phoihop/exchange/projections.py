"""Deriving deliveries, and who sees a subject by name, from the exchange's own records."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from phoihop.core.ids import derived_id
from phoihop.exchange.deliveries import expect_deliveries, merge_receipts
from phoihop.exchange.envelope import Envelope
from phoihop.exchange.records import Disclosure, Receipts, Withdrawal
from phoihop.exchange.registry import Stated
from phoihop.exchange.statements import AudienceSet
from phoihop.exchange.store import ensure_audiences, members_of


def receipts_subject(office: UUID, owner: UUID) -> UUID:
    """The subject on which an office tells an owner how far its documents got."""
    return derived_id("receipts", office, owner)


def place_of_receipts(envelope: Envelope, offices: frozenset[UUID]) -> UUID:
    """The subject of receipts, from their author and the other office of their audience, if there is another."""
    owner = next(iter(offices - {envelope.office}), envelope.office)
    return receipts_subject(envelope.office, owner)


def project_receipts(records: Sequence[Stated[Receipts]]) -> None:
    """Merge receipts into deliveries; an office speaks only of deliveries to itself."""
    merge_receipts(
        [
            (item.subject, record.envelope.office, record.body.owner, item.state, item.at, item.reason)
            for record in records
            for item in record.body.items
        ]
    )


_WIDEN = """
UPDATE exchange_subject s SET audience_id = %(audience)s
WHERE s.id = %(subject)s AND s.owner_id = %(owner)s
  AND ((SELECT count(*) FROM exchange_audience_member m WHERE m.audience_id = %(audience)s), %(audience)s::uuid)
    > ((SELECT count(*) FROM exchange_audience_member m WHERE m.audience_id = s.audience_id), s.audience_id)
"""
"""An audience only grows; of two equally large ones one stands at every node, whichever came first."""


def project_disclosures(records: Sequence[Stated[Disclosure]]) -> None:
    """Open the subject to the offices named, and expect it to arrive there."""
    for record in records:
        envelope, offices = record.envelope, list(record.body.offices)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exchange_disclosed (office_id, subject_id, record_id)"
                " SELECT unnest(%s::uuid[]), %s, %s"
                " ON CONFLICT (office_id, subject_id) DO UPDATE SET until_id = NULL, record_id = EXCLUDED.record_id"
                " WHERE exchange_disclosed.until_id IS NOT NULL",
                [offices, envelope.subject, envelope.id],
            )
            cursor.execute(
                _WIDEN, {"audience": record.audience_id, "subject": envelope.subject, "owner": envelope.office}
            )
        expect_deliveries(
            subject=envelope.subject,
            owner=envelope.office,
            recipients=offices,
            at=envelope.at,
            node=envelope.node,
        )


def project_withdrawals(records: Sequence[Stated[Withdrawal]]) -> None:
    """Leave the offices what they have by name, and the subject to those who remain."""
    before = members_of([record.audience_id for record in records])
    for record in records:
        envelope, offices = record.envelope, list(record.body.offices)
        remaining = AudienceSet.of(before[record.audience_id].offices - set(offices))
        ensure_audiences({remaining})
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exchange_disclosed (office_id, subject_id, record_id, until_id)"
                " SELECT unnest(%(offices)s::uuid[]), %(subject)s, %(record)s, %(record)s"
                " ON CONFLICT (office_id, subject_id) DO UPDATE SET until_id = EXCLUDED.until_id",
                {"offices": offices, "subject": envelope.subject, "record": envelope.id},
            )
            cursor.execute(
                "UPDATE exchange_subject SET audience_id = %s WHERE id = %s AND owner_id = %s",
                [remaining.id, envelope.subject, envelope.office],
            )
