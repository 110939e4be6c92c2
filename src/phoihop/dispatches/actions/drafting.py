"""A document on its way out: drafted, submitted, signed, numbered, issued; or returned, or withdrawn."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.text import clean_line
from phoihop.dispatches.actions.approving import close_round, open_round, return_from_approval
from phoihop.dispatches.actions.changing import state_change_by
from phoihop.dispatches.actions.issuing import publish_document
from phoihop.dispatches.actions.listing import check_recipients, note_lists_used
from phoihop.dispatches.actions.moving import clean_reason, keep_version, move_draft
from phoihop.dispatches.actions.numbering import keep_typed, next_number, void_number
from phoihop.dispatches.actions.opinions import close_opinions
from phoihop.dispatches.addressing import addressees
from phoihop.dispatches.documents import DraftInput, check_complete, document_type, is_plausible
from phoihop.dispatches.guarding import check_draft
from phoihop.dispatches.models import Draft, Register
from phoihop.dispatches.rules import DRAFT, DraftState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.approving import route_for, tasks_of
from phoihop.dispatches.types import Form, compose_code, is_number, rules_for, split_code
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import IssuingBody
from phoihop.offices.permissions import Permission

_CLOCKS_DIFFER = timedelta(minutes=5)


def save_draft(stated: DraftInput, *, by: Acting, draft_id: UUID | None = None, revision: int | None = None) -> Draft:
    """Make or change a draft. ``revision`` is the one the page was opened at.

    Raises Invalid for what cannot be stored, and Conflict when the draft was changed elsewhere meanwhile: what was
    sent is then not saved, and the page keeps it. Recipients it has stay in it when their offices close: before it
    goes on, a person decides what becomes of them.
    """
    check_may(by, Permission.DISPATCH_DRAFT)
    cleaned = stated.cleaned()
    check_draft(cleaned, by=by)
    if cleaned.body_id is not None:
        access.body(cleaned.body_id, by=by)
    if cleaned.recipients:
        kept = [UUID(row["office"]) for row in access.draft(draft_id, by=by).recipients] if draft_id else ()
        addressees(cleaned.recipients, sender_id=by.office_id, kept=kept)
    for related in (cleaned.reply_to, cleaned.related_to):
        if related is not None:
            access.dispatch(related, by=by)
    values: dict[str, Any] = {**cleaned.__dict__, "recipients": [dict(row) for row in cleaned.recipients]}
    if draft_id is None:
        return _start_draft(values, by=by)
    return _change_draft(draft_id, values, revision, by=by)


def _start_draft(values: dict[str, Any], *, by: Acting) -> Draft:
    draft = Draft.objects.create(
        office_id=by.office_id, author_position_id=by.position_id, author_name=by.person_name, **values
    )
    note(by=by, event="dispatches:draft:start", subject_id=draft.id)
    return draft


def _change_draft(draft_id: UUID, values: dict[str, Any], revision: int | None, *, by: Acting) -> Draft:
    draft = access.draft(draft_id, by=by, for_update=True)
    DRAFT.follow(DraftState(draft.state), "edit", permissions=by.permissions)
    if revision is not None and revision != draft.revision:
        raise Conflict(
            "draft_changed",
            _("Dự thảo vừa được sửa ở nơi khác nên lần lưu này chưa được ghi."),
            remedy=_("Mở dự thảo ở thẻ mới để so sánh, rồi lưu lại nội dung cần giữ."),
        )
    for name, value in values.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.changed_at = now()
    draft.save()
    return draft


def submit_draft(draft_id: UUID, *, by: Acting) -> Draft:
    """Trình ký; where the office has set steps before it, they come first.

    Raises Invalid with a message at each field that is still missing.
    """
    draft = access.draft(draft_id, by=by, for_update=True)
    target = DRAFT.follow(DraftState(draft.state), "submit", permissions=by.permissions)
    check_recipients(draft, by=by)
    check_complete(stated_of(draft), access.body(draft.body_id, by=by))
    keep_version(draft, event="submitted", by=by)
    if planned := route_for(draft, by=by):
        return open_round(draft, planned, by=by)
    return move_draft(draft, target, by=by, event="submit", returned_reason="")


def return_draft(draft_id: UUID, *, reason: str, by: Acting) -> Draft:
    """Trả lại for more work, with the reason; whatever was signed no longer is."""
    draft = access.draft(draft_id, by=by, for_update=True)
    if draft.state == DraftState.REVIEWING:
        return return_from_approval(draft_id, reason=reason, by=by)
    target = DRAFT.follow(DraftState(draft.state), "return", permissions=by.permissions, reason=reason)
    words = clean_reason(reason, field="reason", by=by)
    keep_version(draft, event="returned", by=by, remark=words)
    return move_draft(
        draft, target, by=by, event="return", returned_reason=words, signer_position_id=None,
        signer_name="", signer_title="", signer_authority="", signed_at=None,
    )  # fmt: skip


def sign_draft(draft_id: UUID, *, by: Acting, revision: int | None = None) -> Draft:
    """Ký, by a position with authority to sign for the body. ``revision`` is the one the signer has read.

    Raises Forbidden without authority, and Conflict when the draft was returned, changed and submitted again meanwhile.
    """
    draft = access.draft(draft_id, by=by, for_update=True)
    target = DRAFT.follow(DraftState(draft.state), "sign", permissions=by.permissions)
    if revision is not None and revision != draft.revision:
        raise Conflict(
            "draft_changed",
            _("Văn bản đã được sửa sau khi trang này mở, nên chưa ký."),
            remedy=_("Đọc lại nội dung dưới đây rồi ký."),
        )
    check_can_sign(draft.body_id, by=by)
    check_recipients(draft, by=by)
    check_complete(stated_of(draft), access.body(draft.body_id, by=by))
    signing = by.signing_for(draft.body_id) if draft.body_id else None
    close_opinions(draft, by=by)
    return move_draft(
        draft, target, by=by, event="sign", signer_position_id=by.position_id, signer_name=by.person_name,
        signer_title=by.position_title, signer_authority=signing.authority if signing else "", signed_at=now(),
    )  # fmt: skip


def check_can_sign(body_id: UUID | None, *, by: Acting) -> None:
    """Raise Forbidden unless the position may sign for this body."""
    check_may(by, Permission.DISPATCH_SIGN)
    if body_id is None or by.signing_for(body_id) is None:
        raise Forbidden(
            "signing_missing",
            _("Chức vụ “%(title)s” không có thẩm quyền ký cho cơ quan ban hành này.") % {"title": by.position_title},
            remedy=_("Trình người có thẩm quyền, hoặc đề nghị ủy quyền."),
        )


def number_draft(draft_id: UUID, *, by: Acting, typed: str = "", dated: date | None = None) -> Draft:
    """Cấp số, ngày. ``typed`` is the number or whole code given by the existing system; empty where Phối Hợp numbers.

    Raises Invalid for a number that is none, Conflict for one already used.
    """
    draft = access.draft(draft_id, by=by, for_update=True)
    target = DRAFT.follow(DraftState(draft.state), "number", permissions=by.permissions)
    body = access.body(draft.body_id, by=by)
    day = dated or today()
    check_date(day)
    code = give_number(body, draft, day=day, typed=typed, by=by)
    return move_draft(draft, target, by=by, event="number", code=code, dated=day, numbered_by=by.person_name)


def check_date(day: date) -> None:
    """Raise Invalid for a document dated in the future, or before there were such documents."""
    if day > today():
        message = _("Ngày văn bản không thể ở tương lai.")
        raise Invalid("date_future", message, fields={"dated": [message]})
    if not is_plausible(day):
        message = _("Năm không hợp lý.")
        raise Invalid("date_implausible", message, fields={"dated": [message]})


def give_number(body: IssuingBody, draft: Draft, *, day: date, typed: str, by: Acting) -> str:
    """Take a number from the body's outgoing book and compose số, ký hiệu. Locks the book's row: call it last.

    A type that carries no number (thư công) gets none.
    """
    rules, kind = rules_for(body.regime, day), document_type(body, draft.type_code)
    if kind.form is Form.UNNUMBERED:
        return ""
    register = access.register_of(by=by, direction="out", body_id=body.id)

    def compose(number: int | str) -> str:
        written = compose_code(rules, kind.key, number=number, issuer=body.notation, unit=draft.unit, year=day.year)
        return written.text

    period = series(register, kind.key, day)
    if register.numbered_by == Register.NumberedBy.PHOIHOP:
        if typed.strip():
            message = _("Sổ này do Phối Hợp cấp số; để trống ô số, ký hiệu.")
            raise Invalid("number_not_typed", message, fields={"number": [message]})
        if register.period == "year" and day.year != today().year:
            message = _("Sổ năm %(year)d đã khóa; ghi ngày trong năm nay.") % {"year": day.year}
            raise Invalid("register_closed", message, fields={"dated": [message]})
        return next_number(register, period, holder_id=draft.id, by=by, compose=compose)[1]
    number, code = _read_typed(typed, compose)
    keep_typed(register, period, number, code, holder_id=draft.id, by=by)
    return code


def _read_typed(typed: str, compose: Any) -> tuple[int, str]:
    given = _clean_number(typed)
    written = split_code(given)
    number = written.number if written else given
    if not is_number(number):
        message = _("Nhập số, ký hiệu đã cấp ở phần mềm đang dùng, ví dụ 125 hoặc 125/QĐ-UBND.")
        raise Invalid("number_invalid", message, fields={"number": [message]})
    return int("".join(char for char in number if char.isdigit())), written.text if written else compose(number)


def _clean_number(typed: str) -> str:
    try:
        return clean_line(typed)
    except Invalid as error:
        error.fields = {"number": [str(error)]}
        raise


def series(register: Register, type_key: str, day: date) -> str:
    """Which run of numbers of a book a document of that day belongs to. Raises Invalid without a term."""
    period = str(day.year) if register.period == "year" else register.term_label
    if not period:
        raise Invalid(
            "term_missing",
            _("Sổ này đánh số theo nhiệm kỳ nhưng chưa khai nhiệm kỳ."),
            remedy=_("Đề nghị quản trị văn phòng khai nhiệm kỳ của cấp ủy."),
        )
    return f"{period}/{type_key}" if register.per_type else period


def withdraw_draft(draft_id: UUID, *, reason: str, by: Acting) -> Draft:
    """Rút: nothing is issued; a number already given is voided with the reason."""
    draft = access.draft(draft_id, by=by, for_update=True)
    target = DRAFT.follow(DraftState(draft.state), "withdraw", permissions=by.permissions, reason=reason)
    words = clean_reason(reason, field="reason", by=by)
    close_round(tasks_of(draft, by=by))
    close_opinions(draft, by=by)
    if draft.state == DraftState.NUMBERED:
        void_number(draft.id, reason=words, by=by)
    return move_draft(draft, target, by=by, event="withdraw", returned_reason=words)


def issue_draft(draft_id: UUID, *, by: Acting) -> UUID:
    """Phát hành: the document becomes a record and reaches its recipients. Returns its id; twice is once."""
    draft = access.draft(draft_id, by=by, for_update=True)
    if draft.issued_as is not None:
        return draft.issued_as
    target = DRAFT.follow(DraftState(draft.state), "issue", permissions=by.permissions)
    body = access.body(draft.body_id, by=by)
    check_recipients(draft, by=by)
    publish_document(draft, body, by=by)
    note_lists_used(draft, by=by)
    if draft.changes:
        state_change_by(draft, by=by)
    move_draft(draft, target, by=by, event="issue", issued_as=draft.id)
    return draft.id


def issue_signed(
    stated: DraftInput,
    *,
    by: Acting,
    dispatch_id: UUID,
    signer_position_id: UUID,
    signed_at: datetime,
    typed: str = "",
    dated: date | None = None,
) -> str:
    """Number and issue in one act a document signed on paper or in the existing system, naming who signed it.

    Returns its số, ký hiệu.

    Raises Forbidden when the signer has no authority for the body, and everything the single steps raise.
    """
    for permission in (Permission.DISPATCH_NUMBER, Permission.DISPATCH_ISSUE):
        check_may(by, permission)
    cleaned, day = stated.cleaned(), dated or today()
    body = access.body(cleaned.body_id, by=by)
    check_complete(cleaned, body)
    check_date(day)
    if signed_at > now() + _CLOCKS_DIFFER:
        message = _("Thời điểm ký không thể ở tương lai.")
        raise Invalid("signed_in_future", message, fields={"signed_at": [message]})
    signer = access.signer(signer_position_id, body_id=body.id, by=by)
    draft = Draft(
        id=dispatch_id, office_id=by.office_id, author_position_id=by.position_id, author_name=by.person_name,
        signer_position_id=signer.position_id, signer_name=signer.name, signer_title=signer.title,
        signer_authority=signer.authority, signed_at=signed_at, dated=day, numbered_by=by.person_name,
        **cleaned.__dict__,
    )  # fmt: skip
    draft.code = give_number(body, draft, day=day, typed=typed, by=by)
    publish_document(draft, body, by=by)
    note(by=by, event="dispatches:document:issue_signed", subject_id=dispatch_id, code=draft.code)
    return draft.code


def stated_of(draft: Draft) -> DraftInput:
    """What a saved draft says."""
    names = DraftInput.__dataclass_fields__
    return DraftInput(**{name: getattr(draft, name) for name in names})
