"""Documents from outside the directory: paper entered by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import today
from phoihop.core.errors import Invalid
from phoihop.core.ids import new_id
from phoihop.core.text import clean_line, clean_text
from phoihop.dispatches import records
from phoihop.dispatches.actions.handling import register_opened
from phoihop.dispatches.actions.issuing import attachment_ref
from phoihop.dispatches.documents import is_plausible
from phoihop.dispatches.guarding import check_paper
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.rules import Urgency
from phoihop.exchange.actions import publish
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.files.models import Upload
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class PaperInput:
    """What the clerk reads off a paper. ``issuer_name``, ``abstract`` are needed; a paper may lack the rest."""

    issuer_name: str
    abstract: str
    code: str = ""
    type_name: str = ""
    dated: date | None = None
    signatory_name: str = ""
    signatory_title: str = ""
    urgency: str = Urgency.NORMAL.value
    content: str = ""
    due_at: datetime | None = None

    def cleaned(self) -> dict[str, object]:
        """The values of the record. Raises Invalid with a message at each field."""
        problems: dict[str, list[str]] = {}
        values: dict[str, object] = {"dated": self.dated, "urgency": self.urgency, "due_at": self.due_at}
        for name in ("issuer_name", "abstract", "code", "type_name", "signatory_name", "signatory_title", "content"):
            try:
                text = getattr(self, name)
                values[name] = clean_text(text) if name == "content" else clean_line(text)
            except Invalid as error:
                problems[name] = [str(error)]
        if not values.get("issuer_name"):
            problems.setdefault("issuer_name", [_("Nhập cơ quan ban hành.")])
        if not values.get("abstract"):
            problems.setdefault("abstract", [_("Nhập trích yếu nội dung.")])
        if self.dated is not None and self.dated > today():
            problems["dated"] = [_("Ngày văn bản không thể ở tương lai.")]
        for name in ("dated", "due_at"):
            if not is_plausible(getattr(self, name)):
                problems[name] = [_("Năm không hợp lý.")]
        if problems:
            raise Invalid("paper_invalid", _("Có mục chưa hợp lệ; xem lời nhắc ở từng mục."), fields=problems)
        return values


def enter_paper(
    stated: PaperInput,
    *,
    by: Acting,
    uploads: Sequence[Upload] = (),
    dispatch_id: UUID | None = None,
    book_id: UUID | None = None,
) -> UUID:
    """Enter a paper in the incoming book: it becomes a document of this office with a số đến. Returns its id.

    ``book_id`` is one of the office's incoming books, else the usual one.
    ``dispatch_id`` is the one the caller chose; entering the same one again changes nothing.
    """
    check_may(by, Permission.DISPATCH_REGISTER)
    values = stated.cleaned()
    if dispatch_id is not None and Dispatch.objects.filter(id=dispatch_id).exists():
        return dispatch_id
    check_paper(values, by=by)
    body = records.Entered.model_validate(
        {
            **values,
            "origin": "paper",
            "regime": "",
            "entered_by": by.person_name,
            "exercise": settings.DEMO,
            "attachments": tuple(attachment_ref(upload) for upload in uploads),
        }
    )
    entered = state_entered(body, by=by, dispatch_id=dispatch_id)
    register_opened(entered, by=by, book_id=book_id)
    return entered


def state_entered(body: records.Entered, *, by: Acting, dispatch_id: UUID | None = None) -> UUID:
    """Publish a document from outside for the acting office alone. Returns its id."""
    dispatch_id, own = dispatch_id or new_id(), AudienceSet.of({by.office_id})
    commitments = tuple(file.commitment for file in body.attachments)
    publish([Statement(records.ENTERED, 1, body, dispatch_id, own, opens=True, attachments=commitments)], by=by)
    note(by=by, event=f"dispatches:incoming:enter_{body.origin}", subject_id=dispatch_id)
    return dispatch_id
