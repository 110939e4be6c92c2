"""Beginning the document that updates or replaces an issued one."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import Forbidden
from phoihop.dispatches.actions.changing import check_not_changed, clean_reason
from phoihop.dispatches.actions.drafting import save_draft
from phoihop.dispatches.correction_text import TYPE, correction_text
from phoihop.dispatches.documents import MAX_ABSTRACT, DraftInput
from phoihop.dispatches.models import Dispatch, Draft
from phoihop.dispatches.selectors import access
from phoihop.exchange.models import Delivery
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission


def start_change(dispatch_id: UUID, *, action: Literal["update", "replace"], reason: str, by: Acting) -> Draft:
    """A draft to the old recipients whose issue changes the document: a letter of correction, or its text anew.

    Asking twice begins one.

    Raises Forbidden for another office's document, Conflict for one no longer in force, Invalid without a reason.
    """
    check_may(by, Permission.DISPATCH_DRAFT)
    words = clean_reason(reason)
    document = access.dispatch(dispatch_id, by=by)
    if document.owner_id != by.office_id or document.origin != "issued":
        raise Forbidden("not_owner", _("Chỉ cơ quan ban hành được thu hồi, cập nhật hoặc thay thế văn bản này."))
    check_not_changed(document)
    begun = Draft.objects.filter(
        office_id=by.office_id, related_to=document.id, changes=action, issued_as__isnull=True
    ).exclude(state="withdrawn")
    return begun.order_by("created_at").first() or _start(document, action, words, by=by)


def _start(document: Dispatch, action: str, reason: str, *, by: Acting) -> Draft:
    titles = {"update": _("Đính chính văn bản số %(code)s: %(abstract)s"), "replace": "%(abstract)s"}
    replaces = action == "replace"
    abstract = titles[action] % {"code": document.code, "abstract": document.abstract}
    stated = DraftInput(
        body_id=document.body_id, type_code=document.type_code if replaces else TYPE, abstract=abstract[:MAX_ABSTRACT],
        content=document.content if replaces else correction_text(document, reason), urgency=document.urgency,
        circulation=document.circulation, recipients=_recipients(document),
        other_recipients=document.other_recipients, related_to=document.id,
        personal_data=document.personal_data, keep_until=document.keep_until,
    )  # fmt: skip
    draft = save_draft(stated, by=by)
    draft.changes, draft.change_reason = action, reason
    draft.save(update_fields=["changes", "change_reason"])
    return draft


def _recipients(document: Dispatch) -> tuple[dict[str, str], ...]:
    """Everyone who holds the old one, offices it was opened to later included."""
    addressed = {row["office"]: row["role"] for row in document.recipients}
    holders = Delivery.objects.filter(subject_id=document.id, expected=True).values_list("recipient_id", flat=True)
    added = {str(one): "main" for one in holders if str(one) not in addressed and one != document.owner_id}
    return tuple({"office": office, "role": role} for office, role in {**addressed, **added}.items())
