"""To whom a document was opened after it was issued."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from phoihop.dispatches.models import Dispatch
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting


def disclosed_offices(dispatch_id: UUID, *, by: Acting) -> Sequence[UUID]:
    """The offices that were added to the recipients later, for the office that issued the document."""
    document = Dispatch.objects.filter(id=dispatch_id, owner_id=by.office_id, origin="issued").first()
    if document is None:
        return ()
    addressed = {UUID(row["office"]) for row in document.recipients}
    present = Delivery.objects.filter(subject_id=dispatch_id, expected=True).values_list("recipient_id", flat=True)
    return sorted(set(present) - addressed - {document.owner_id})
