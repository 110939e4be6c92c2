"""From a signed and numbered draft to the record its recipients receive."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from phoihop.core.ids import random_bytes
from phoihop.dispatches import records
from phoihop.dispatches.addressing import Addressee, addressees
from phoihop.dispatches.documents import document_type, last_day_kept
from phoihop.dispatches.guarding import check_draft
from phoihop.dispatches.models import Draft
from phoihop.exchange.actions import publish
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.files.models import Upload
from phoihop.files.selectors import uploads_of
from phoihop.offices.acting import Acting
from phoihop.offices.models import IssuingBody


def publish_document(draft: Draft, body: IssuingBody, *, by: Acting) -> UUID:
    """State the document to its addressees. The draft's id becomes that of the document."""
    sent_to = addressees(draft.recipients, sender_id=by.office_id)
    uploads = uploads_of(draft.id, by=by)
    check_draft(draft, by=by, place="issue", files=uploads)
    issued = _body(draft, body, sent_to, uploads)
    audience = AudienceSet.of({by.office_id, *(one.office.id for one in sent_to)})
    commitments = tuple(file.commitment for file in issued.attachments)
    version = 2 if isinstance(issued, records.IssuedMarked) else 1
    publish(
        [Statement(records.ISSUED, version, issued, draft.id, audience, opens=True, attachments=commitments)], by=by
    )
    return draft.id


def _body(draft: Draft, body: IssuingBody, sent_to: Sequence[Addressee], uploads: Sequence[Upload]) -> records.Issued:
    kind = document_type(body, draft.type_code)
    assert draft.signed_at is not None
    mark = _mark(draft)
    stated = records.IssuedMarked if mark else records.Issued
    return stated.model_validate(
        {
            **mark,
            "body_id": body.id,
            "issuer_name": body.name,
            "regime": body.regime,
            "code": draft.code,
            "type_code": kind.key,
            "type_name": kind.name,
            "abstract": draft.abstract,
            "content": draft.content,
            "urgency": draft.urgency,
            "circulation": draft.circulation,
            "dated": draft.dated,
            "place": body.place,
            "signatory_name": draft.signer_name,
            "signatory_title": draft.signer_title,
            "signatory_authority": draft.signer_authority,
            "other_recipients": draft.other_recipients,
            "due_at": draft.due_at,
            "reply_to": draft.reply_to,
            "related_to": draft.related_to,
            "exercise": settings.DEMO,
            "attachments": tuple(attachment_ref(upload) for upload in uploads),
            "recipients": tuple(records.Recipient(office=one.office.id, role=one.role) for one in sent_to),
            "signed_at": draft.signed_at,
            "numbered_by": draft.numbered_by,
        }
    )


def _mark(draft: Draft) -> dict[str, object]:
    if not draft.personal_data:
        return {}
    kept = last_day_kept(draft.personal_data, stated=draft.keep_until, due_at=draft.due_at)
    return {"personal_data": draft.personal_data, "keep_until": kept}


def attachment_ref(upload: Upload) -> records.AttachmentRef:
    """An upload as a record names it, with a fresh salt."""
    return records.AttachmentRef(
        name=upload.name,
        media_type=upload.media_type,
        size=upload.size,
        sha256=upload.sha256,
        salt=random_bytes(16).hex(),
    )
