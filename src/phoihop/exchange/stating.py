"""What a node states for the offices it hosts, without anybody asking: that records have arrived."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from phoihop.core.clock import now
from phoihop.exchange.actions import state_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.models import Delivery
from phoihop.exchange.records import Receipt


def state_arrivals(subjects: Collection[UUID], *, hosted: Collection[UUID]) -> None:
    """State for offices hosted here that these subjects have arrived, where that is not known yet. Writer scope."""
    if not subjects:
        return
    moment = now()
    arrived: dict[tuple[UUID, UUID], list[Receipt]] = defaultdict(list)
    rows = Delivery.objects.filter(
        subject_id__in=subjects, recipient_id__in=hosted, expected=True, arrived_at__isnull=True
    )
    for subject, recipient, owner in rows.values_list("subject_id", "recipient_id", "owner_id"):
        arrived[recipient, owner].append(Receipt(subject=subject, state=ReceiptState.ARRIVED, at=moment))
    for (recipient, owner), receipts in sorted(arrived.items()):  # one order everywhere: chains are held in it
        state_receipts(receipts, office_id=recipient, owner_id=owner)
