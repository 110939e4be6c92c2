"""Deriving deliveries and disclosed subjects from the exchange's own records."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from phoihop.exchange.deliveries import expect_deliveries, merge_receipts
from phoihop.exchange.records import Disclosure, Receipts
from phoihop.exchange.registry import Stated


def project_receipts(records: Sequence[Stated[Receipts]]) -> None:
    """Merge receipts into deliveries; an office speaks only of deliveries to itself."""
    merge_receipts(
        [
            (item.subject, record.envelope.office, record.body.owner, item.state, item.at, item.reason)
            for record in records
            for item in record.body.items
        ]
    )


def project_disclosures(records: Sequence[Stated[Disclosure]]) -> None:
    """Open the subject to the offices named, and expect it to arrive there."""
    for record in records:
        envelope, offices = record.envelope, list(record.body.offices)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO exchange_disclosed (office_id, subject_id, record_id)"
                " SELECT unnest(%s::uuid[]), %s, %s ON CONFLICT DO NOTHING",
                [offices, envelope.subject, envelope.id],
            )
            cursor.execute(
                "UPDATE exchange_subject SET audience_id = %s WHERE id = %s AND owner_id = %s",
                [record.audience_id, envelope.subject, envelope.office],
            )
        expect_deliveries(
            subject=envelope.subject,
            owner=envelope.office,
            recipients=offices,
            at=envelope.at,
            node=envelope.node,
        )
