"""What this room forgets when the content of a document is removed by two people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from phoihop.core.text import normalise_code
from phoihop.dispatches import records
from phoihop.dispatches.models import (
    ApprovalTask,
    CallNote,
    Dispatch,
    DispatchText,
    Draft,
    DraftOpinion,
    DraftVersion,
    ExternalReceipt,
    Handling,
    Quarantined,
    Reminder,
)
from phoihop.exchange.deliveries import mark_answered
from phoihop.exchange.naming import Named, Naming, register_naming
from phoihop.exchange.purges import Forgetting, register_forgetting
from phoihop.exchange.screening import Readable, register_readable
from phoihop.offices.acting import Acting

_KEPT = frozenset({records.REGISTERED, records.CHANGE_REQUESTED, records.CHANGE_ANSWERED, records.CONFIRMED})
"""The entry in the book, that a document was recalled or replaced, and who confirmed it, say nothing of its content."""


def register() -> None:
    """Have the exchange ask this room what to forget, and what people read of its records."""
    register_readable(records.ISSUED, readable)
    register_naming(Naming(name_of, find))
    register_forgetting(
        Forgetting("dispatches", rows=forget_rows, local=forget_local, kept_kinds=_KEPT, answered=answered)
    )


def readable(body: records.Issued) -> Readable:
    """What people read of a document."""
    fields = {"abstract": body.abstract, "content": body.content, "code": body.code, "type_name": body.type_name}
    return Readable(fields, [file.name for file in body.attachments])


def name_of(dispatch_id: UUID, by: Acting) -> str:
    """What a document of the acting office is called, without its abstract."""
    found = Dispatch.objects.filter(id=dispatch_id, owner_id=by.office_id).first()
    return _called(found) if found else ""


def _called(document: Dispatch) -> str:
    dated = document.dated.strftime("%d/%m/%Y") if document.dated else ""
    said = " ".join(part for part in (_(document.type_name), document.code, dated) if part)
    return said or _("Văn bản không số")


def find(words: str, by: Acting) -> Sequence[Named]:
    """Documents that the acting office stated, by their code."""
    code = normalise_code(words)
    if not code:
        return []
    texts = DispatchText.objects.filter(code__contains=code).values("dispatch_id")
    rows = Dispatch.objects.filter(owner_id=by.office_id, id__in=texts).order_by("-issued_at")[:20]
    return [Named(row.id, _called(row)) for row in rows]


def forget_rows(subjects: Collection[UUID]) -> None:
    """Documents, their search text and what was said while handling them go; entries in books stay."""
    _keep_answers(subjects)
    Dispatch.objects.filter(id__in=subjects).delete()
    DispatchText.objects.filter(dispatch_id__in=subjects).delete()
    ExternalReceipt.objects.filter(dispatch_id__in=subjects).delete()
    Reminder.objects.filter(dispatch_id__in=subjects).delete()
    handled = Handling.objects.filter(dispatch_id__in=subjects)
    handled.filter(arrival_number=None).delete()
    handled.update(
        state="registered", direction="", directed_by="", directed_at=None, lead_position_id=None, lead_name="",
        lead_title="", coordinators=[], informed=[], due_at=None, accepted_at=None, returned_at=None,
        returned_reason="", finished_at=None, result="", forwarded_to=None,
    )  # fmt: skip


def _keep_answers(subjects: Collection[UUID]) -> None:
    """Deliveries derived anew without the body learn again who has answered."""
    replies = Dispatch.objects.filter(reply_to__in=subjects, origin="issued")
    mark_answered(
        [
            (reply.reply_to, reply.owner_id, UUID(row["office"]), reply.issued_at)
            for reply in replies
            for row in reply.recipients
            if reply.reply_to is not None
        ]
    )


def answered(subject_id: UUID) -> Sequence[UUID]:
    """What a document was the answer to."""
    found = Dispatch.objects.filter(id=subject_id, origin="issued").values_list("reply_to", flat=True)
    return [one for one in found if one is not None]


def forget_local(subjects: Collection[UUID], files: Collection[str]) -> None:
    """The draft it was written as, drafts that pass it on, and files that waited for the clerk. As the worker."""
    empty = {"abstract": "", "content": "", "other_recipients": ""}
    Draft.objects.filter(id__in=subjects).update(**empty)
    CallNote.objects.filter(dispatch_id__in=subjects).update(said="", answered_by="")
    Draft.objects.filter(related_to__in=subjects, issued_as=None).update(**empty)
    passed_on = Draft.objects.filter(related_to__in=subjects, issued_as=None).values("id")
    about = Q(draft_id__in=subjects) | Q(draft_id__in=passed_on)
    DraftVersion.objects.filter(about).delete()
    DraftOpinion.objects.filter(about).update(question="", text="")
    ApprovalTask.objects.filter(about).update(remark="")
    Quarantined.objects.filter(sha256__in=files).delete()
