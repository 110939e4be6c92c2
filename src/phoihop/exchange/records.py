"""Bodies of the records that belong to the exchange itself: receipts, disclosures, withdrawals and purges."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.envelope import Body, Moment

MAX_RECEIPTS = 500

RECEIPTS = "exchange.receipts"
DISCLOSURE = "exchange.disclosure"
PURGE = "exchange.purge"
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


class Purge(Body):
    """That the content of a subject is removed everywhere: why, by which decision, and the two who decided.

    ``recipients`` are the offices it was delivered to, ``answered`` the subjects it answered: what its own body said
    of them goes with the body, and the trace stays.
    """

    reason: Literal["secrecy", "personal_data"]
    decision: Annotated[str, Field(min_length=1, max_length=500)]
    proposed_by: Annotated[str, Field(max_length=500)]
    confirmed_by: Annotated[str, Field(max_length=500)]
    recipients: Annotated[tuple[UUID, ...], Field(max_length=5_000)] = ()
    answered: Annotated[tuple[UUID, ...], Field(max_length=50)] = ()


class Withdrawal(Body):
    """That nothing more on a subject goes to these offices: why, and who decided it. What they have, they keep.

    It is said to the audience as it was, so that those it is about learn of it.
    """

    offices: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]
    reason: str
    approver: str
    approver_title: str
