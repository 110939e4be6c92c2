"""Bodies of the records that belong to the exchange itself: receipts, disclosures and withdrawals."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.envelope import Body, Moment

MAX_RECEIPTS = 500

RECEIPTS = "exchange.receipts"
DISCLOSURE = "exchange.disclosure"
WITHDRAWAL = "exchange.withdrawal"


class Receipt(Body):
    """That the stating office's delivery of ``subject`` reached ``state``; ``reason`` only for a return."""

    subject: UUID
    state: ReceiptState
    at: Moment
    reason: str = ""


class Receipts(Body):
    """Receipts of one office to the owner of the subjects, in a batch. Receipts are never receipted."""

    items: Annotated[tuple[Receipt, ...], Field(min_length=1, max_length=MAX_RECEIPTS)]
    owner: UUID


class Disclosure(Body):
    """That a subject is opened to further offices: why, and who approved it."""

    offices: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]
    reason: str
    approver: str
    approver_title: str


class Withdrawal(Body):
    """That nothing more on a subject goes to these offices: why, and who decided it. What they have, they keep.

    It is said to the audience as it was, so that those it is about learn of it.
    """

    offices: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]
    reason: str
    approver: str
    approver_title: str
