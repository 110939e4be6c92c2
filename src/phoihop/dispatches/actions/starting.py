"""Beginning a draft: an empty one, a reply, or one that passes a document on. Asking twice begins one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.dispatches.actions.drafting import save_draft
from phoihop.dispatches.documents import MAX_ABSTRACT, DraftInput
from phoihop.dispatches.models import Dispatch, Draft
from phoihop.dispatches.rules import TELEGRAM, DraftState, Urgency
from phoihop.dispatches.selectors import access
from phoihop.dispatches.types import Form, rules_for
from phoihop.files.models import Attachment, Upload
from phoihop.files.selectors import attachments_of
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import IssuingBody
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import bodies_of


def start_draft(*, by: Acting) -> Draft:
    """An empty draft of the acting position; the one it has not touched yet, when there is one."""
    return _started(DraftInput(**_usual(by)), by=by, abstract="", urgency="normal", reply_to=None, related_to=None)


def start_telegram(*, by: Acting) -> Draft:
    """Công điện: hỏa tốc, orders to be numbered, by the office's first body that issues such; else as a letter."""
    usual = _usual(by)
    for body in bodies_of(by):
        if any(kind.key == TELEGRAM for kind in rules_for(body.regime, today()).issuable_types()):
            usual |= {"body_id": body.id, "type_code": TELEGRAM}
            break
    orders = "1. \n2. \n3. "
    stated = DraftInput(**usual, urgency=Urgency.EXPRESS.value, content=orders)
    return _started(stated, by=by, abstract="", urgency=Urgency.EXPRESS.value, reply_to=None, related_to=None)


def start_reply(dispatch_id: UUID, *, by: Acting) -> Draft:
    """Phúc đáp: addressed to the office the document came from, or naming the organisation outside."""
    document = access.dispatch(dispatch_id, by=by)
    named = " ".join(part for part in (document.type_name or _("văn bản"), _number(document)) if part)
    abstract = _("Phúc đáp %(document)s của %(issuer)s") % {"document": named, "issuer": document.issuer_name}
    stated = DraftInput(
        **_usual(by), **_back_to_sender(document, by), abstract=abstract[:MAX_ABSTRACT], reply_to=document.id
    )
    return _started(stated, by=by, reply_to=document.id)


def start_forward(dispatch_id: UUID, *, by: Acting) -> Draft:
    """Chuyển tiếp: the same abstract and files, addressed to nobody yet."""
    document = access.dispatch(dispatch_id, by=by)
    stated = DraftInput(
        **_usual(by), abstract=document.abstract[:MAX_ABSTRACT], urgency=document.urgency,
        circulation=document.circulation, related_to=document.id, personal_data=document.personal_data,
        keep_until=document.keep_until,
    )  # fmt: skip
    draft = _started(stated, by=by, reply_to=None, related_to=document.id)
    if not Upload.objects.filter(holder_id=draft.id, office_id=by.office_id).exists():
        _carry_over(attachments_of(document.id, by=by), draft, by=by)
    return draft


def _usual(by: Acting) -> dict[str, Any]:
    """What most drafts begin with: the office's first body, a letter where it writes letters, one's last unit."""
    bodies: Sequence[IssuingBody] = bodies_of(by)
    if not bodies:
        return {}
    types = rules_for(bodies[0].regime, today()).issuable_types()
    letter = next((kind.key for kind in types if kind.form is Form.LETTER), "")
    own = Draft.objects.filter(office_id=by.office_id, author_position_id=by.position_id).order_by("-created_at")
    unit = own.values_list("unit", flat=True).first() or ""
    return {"body_id": bodies[0].id, "type_code": letter, "unit": unit}


def _number(document: Dispatch) -> str:
    number = _("số %(code)s") % {"code": document.code} if document.code else ""
    dated = _("ngày %(day)s") % {"day": document.dated.strftime("%d/%m/%Y")} if document.dated else ""
    return f"{number} {dated}".strip()


def _back_to_sender(document: Dispatch, by: Acting) -> dict[str, Any]:
    if document.owner_id == by.office_id:
        return {"other_recipients": document.issuer_name}
    return {"recipients": ({"office": str(document.owner_id), "role": "main"},)}


def _started(stated: DraftInput, *, by: Acting, **like: Any) -> Draft:
    check_may(by, Permission.DISPATCH_DRAFT)
    with connection.cursor() as cursor:  # the second of two clicks waits here, and then finds the draft of the first
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"start draft {by.position_id}"])
    untouched = Draft.objects.filter(
        office_id=by.office_id, author_position_id=by.position_id, state=DraftState.DRAFTING, revision=1, **like
    )
    return untouched.order_by("-created_at").first() or save_draft(stated, by=by)


def _carry_over(attachments: Sequence[Attachment], draft: Draft, *, by: Acting) -> None:
    Upload.objects.bulk_create(
        Upload(
            office_id=by.office_id, holder_id=draft.id, order=order, name=file.name, media_type=file.media_type,
            size=file.size, sha256=file.sha256, uploaded_by=by.person_name,
        )
        for order, file in enumerate(one for one in attachments if one.is_here)
    )  # fmt: skip
