"""Who is told that an urgent document was not confirmed yet: whoever may enter or handle it, where it is silent."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from phoihop.core.machine import N_
from phoihop.dispatches.models import Confirmation, Dispatch, Reminder
from phoihop.dispatches.telling import holders, values_of
from phoihop.exchange.models import Delivery
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence
from phoihop.offices.permissions import Permission

CONFIRMING_SENTENCES = {
    "dispatch.reminded": Sentence(
        N_("Nơi gửi nhắc xác nhận đã nhận %(code)s – %(abstract)s %(remark)s"), "alarm", "dispatches:document"
    ),
}
_TOLD = (Permission.DISPATCH_REGISTER, Permission.DISPATCH_HANDLE, Permission.DISPATCH_DISTRIBUTE)


def tell_of_reminders(reminder_ids: Sequence[UUID]) -> None:
    """Tell the people of every office of this installation that has neither confirmed, returned nor dealt with it."""
    reminders = list(Reminder.objects.filter(id__in=reminder_ids))
    subjects = [one.dispatch_id for one in reminders]
    documents = Dispatch.objects.in_bulk(subjects)
    confirmed = set(Confirmation.objects.filter(dispatch_id__in=subjects).values_list("dispatch_id", "office_id"))
    silent = [
        (one.subject_id, one.recipient_id)
        for one in Delivery.objects.filter(
            subject_id__in=subjects, expected=True, returned_at=None, accepted_at=None, done_at=None, answered_at=None
        )
        if (one.subject_id, one.recipient_id) not in confirmed
    ]
    people = [holders(permission, {office for _subject, office in silent}) for permission in _TOLD]
    tell(
        [
            Telling(office, position, "dispatch.reminded", f"reminded:{one.id}", one.dispatch_id,
                    values_of(documents[one.dispatch_id], remark=one.remark))
            for one in reminders
            if one.dispatch_id in documents
            for subject, office in silent
            if subject == one.dispatch_id
            for position in dict.fromkeys(position for group in people for position in group[office])
        ]
    )  # fmt: skip
