"""Addressing a draft by lists, and deciding what to do when its recipients are no longer those that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.dispatches.addressing import Role, addressees
from phoihop.dispatches.models import Draft
from phoihop.dispatches.rules import DraftState
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.recipient_changes import RecipientChanges, lists_of, recipient_changes
from phoihop.distribution.actions import note_uses
from phoihop.distribution.selectors.lists import list_for
from phoihop.distribution.selectors.membership import members_now
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

UPDATE, KEEP = "update", "keep"


def take_lists(draft_id: UUID, list_ids: Sequence[UUID], *, by: Acting) -> Draft:
    """Add everybody who is in these lists now to a draft, as main recipients, and keep by which version.

    Raises Invalid for a list in which nobody is, or that is not to be used any more.
    """
    draft = _editable(draft_id, by=by)
    for list_id in list_ids:
        row = _seen_now(list_id, by=by)
        draft.lists = [*(one for one in draft.lists if one["list"] != row["list"]), row]
        there = {one["office"] for one in draft.recipients}
        draft.recipients = [
            *draft.recipients,
            *({"office": one, "role": "main"} for one in row["seen"] if one not in there),
        ]
    return _save(draft)


def _seen_now(list_id: UUID, *, by: Acting) -> dict[str, Any]:
    entry = list_for(list_id, by=by)
    found = members_now(list_id, by=by)
    offices = [str(office.id) for office in found.offices if office.id != by.office_id]
    if not offices:
        message = _("Danh sách “%(name)s” hiện không còn nơi nào.") % {"name": entry.name}
        remedy = _("Sửa danh sách, hoặc chọn nơi nhận khác.")
        raise Invalid("list_empty", message, remedy=remedy, fields={"take_lists": [f"{message} {remedy}"]})
    return {"list": str(list_id), "number": found.number, "name": entry.name, "role": "main", "seen": offices}


def drop_list(draft_id: UUID, list_id: UUID, *, by: Acting) -> Draft:
    """Take a list out of a draft, with everybody whom it alone brought."""
    draft = _editable(draft_id, by=by)
    dropped = {one for row in draft.lists if row["list"] == str(list_id) for one in row["seen"]}
    draft.lists = [row for row in draft.lists if row["list"] != str(list_id)]
    dropped -= {one for row in draft.lists for one in row["seen"]}
    draft.recipients = [row for row in draft.recipients if row["office"] not in dropped or row["role"] != "main"]
    return _save(draft)


def _editable(draft_id: UUID, *, by: Acting) -> Draft:
    check_may(by, Permission.DISPATCH_DRAFT)
    draft = access.draft(draft_id, by=by, for_update=True)
    if draft.state != DraftState.DRAFTING:
        raise Conflict(
            "draft_closed",
            _("Văn bản đã trình ký nên không đổi nơi nhận ở đây được nữa."),
            remedy=_("Đề nghị người ký hoặc văn thư trả lại để sửa."),
        )
    return draft


def _save(draft: Draft) -> Draft:
    draft.revision += 1
    draft.changed_at = now()
    draft.save()
    return draft


def check_recipients(draft: Draft, *, by: Acting) -> None:
    """Raise Conflict, saying what differs, when the recipients of a draft are no longer those that were seen."""
    if changes := recipient_changes(draft, by=by):
        remedy = _("Xem phần “Nơi nhận đã khác” rồi chọn: nhận theo danh sách hiện nay, hoặc giữ như đã chọn.")
        message = _("Nơi nhận đã khác so với khi chọn (%(what)s); chưa gửi đi đâu.") % {"what": changes.sentence()}
        raise Conflict("recipients_changed", message, remedy=remedy)


def settle_recipients(draft_id: UUID, *, choice: str, digest: str, by: Acting) -> Draft:
    """Decide on changed recipients: UPDATE takes who is in the lists now, KEEP those who were chosen and still exist.

    ``digest`` is that of the changes the person saw. Raises Conflict when they are others by now, Forbidden for who
    may not decide, Invalid when no main recipient would be left.
    """
    draft = access.draft(draft_id, by=by, for_update=True)
    check_settle(draft, choice, by=by)
    changes = recipient_changes(draft, by=by)
    if changes.digest != digest:
        raise Conflict(
            "recipients_changed", _("Nơi nhận vừa thay đổi lần nữa; chưa ghi."), remedy=_("Xem lại rồi chọn.")
        )
    draft.recipients = _settled(draft, changes, choice)
    if not any(row["role"] == "main" for row in draft.recipients):
        message = _("Như vậy không còn nơi nhận chính nào.")
        raise Invalid("recipients_empty", message, remedy=_("Trả lại để chọn nơi nhận khác, hoặc sửa danh sách."))
    addressees(draft.recipients, sender_id=by.office_id)
    draft.lists = [
        {**row, "seen": sorted(str(one) for one in use.now_in), "number": _number(use.number, use.now_number, choice)}
        for row, use in zip(draft.lists, lists_of(draft, by=by), strict=True)
        if choice == KEEP or not use.is_empty
    ]
    note(
        by=by, event="dispatches:draft:recipients", subject_id=draft.id, choice=choice,
        joined=[str(one.id) for one in changes.joined], removed=[str(one.id) for one in changes.removed],
        ended=[str(one.office.id) for one in changes.ended],
    )  # fmt: skip
    return _save(draft)


def _number(was: int, is_now: int, choice: str) -> int:
    return is_now if choice == UPDATE else was


def _settled(draft: Draft, changes: RecipientChanges, choice: str) -> list[dict[str, str]]:
    out = {str(one.office.id) for one in changes.ended}
    if choice == KEEP:
        return [row for row in draft.recipients if row["office"] not in out]
    out |= {str(one.id) for one in changes.removed}
    kept = [row for row in draft.recipients if row["office"] not in out]
    roles = {row["office"]: row["role"] for row in draft.recipients}
    added = {str(heir): roles[str(one)] for one, heir in changes.heirs.items()}
    added |= {str(one.id): "main" for one in changes.joined}
    there = {row["office"] for row in kept}
    return [*kept, *({"office": one, "role": role} for one, role in added.items() if one not in there)]


def check_settle(draft: Draft, choice: str, *, by: Acting) -> None:
    """Raise unless this person may decide on the recipients of a draft as it stands.

    While it is written its writers decide. Afterwards whoever signs does: what was signed is not widened by others;
    the clerk may only keep to what was signed.
    """
    if choice not in (UPDATE, KEEP):
        message = _("Chọn một trong hai cách.")
        raise Invalid("choice_unknown", message)
    if draft.state in (DraftState.ISSUED, DraftState.WITHDRAWN):
        raise Conflict("draft_closed", _("Văn bản này đã xong; không đổi nơi nhận được nữa."))
    if draft.state == DraftState.DRAFTING:
        check_may(by, Permission.DISPATCH_DRAFT)
    elif not _decides(draft, choice, by):
        raise Forbidden(
            "recipients_not_yours",
            _("Nơi nhận của văn bản đã trình ký do người ký quyết định."),
            remedy=_("Đề nghị người ký duyệt nơi nhận mới, hoặc trả lại để sửa."),
        )


def _decides(draft: Draft, choice: str, by: Acting) -> bool:
    signing = by.signing_for(draft.body_id) if draft.body_id is not None else None
    signs = signing is not None and by.may(Permission.DISPATCH_SIGN)  # still: what was lent may have ended meanwhile
    if draft.state == DraftState.SUBMITTED:
        return signs
    is_clerk = by.may(Permission.DISPATCH_ISSUE) or by.may(Permission.DISPATCH_NUMBER)
    return (signs and draft.signer_position_id == by.position_id) or (choice == KEEP and is_clerk)


def may_settle(draft: Draft, choice: str, *, by: Acting) -> bool:
    """Whether this person may."""
    try:
        check_settle(draft, choice, by=by)
    except (Forbidden, Conflict):
        return False
    return True


def note_lists_used(draft: Draft, *, by: Acting) -> None:
    """Keep by which lists an issued document went out."""
    uses = [(use.entry, use.number, sorted(use.now_in)) for use in lists_of(draft, by=by) if use.entry is not None]
    if uses:
        note_uses(draft.id, uses, by=by)


@dataclass(frozen=True)
class ListAsked:
    """A list that a program addresses a document by, with the digest of whom it saw, and who is to be left out."""

    list_id: UUID
    seen: str
    role: Role
    without: frozenset[UUID]


def expand_lists(asked: Sequence[ListAsked], *, by: Acting) -> tuple[list[dict[str, str]], list[dict[str, Any]]]:
    """The recipients that lists bring, and what a draft keeps of the lists.

    Raises NotFound, Invalid for a list in which nobody is, and Conflict when others are in it than were seen.
    """
    recipients: list[dict[str, str]] = []
    kept: list[dict[str, Any]] = []
    for index, one in enumerate(asked):
        row = _seen_now(one.list_id, by=by)
        if members_now(one.list_id, by=by).digest != one.seen:
            message = _("Danh sách “%(name)s” không còn gồm những nơi đã xem.") % {"name": row["name"]}
            remedy = _("Lấy lại danh sách, xem ai trong đó, rồi gửi mã mới.")
            raise Conflict("list_changed", message, remedy=remedy, fields={f"lists.{index}.seen": [message]})
        left_out = {str(office) for office in one.without}
        recipients += [{"office": office, "role": one.role} for office in row["seen"] if office not in left_out]
        kept.append({**row, "role": one.role})
    return recipients, kept


def keep_lists(draft: Draft, kept: Sequence[dict[str, Any]], *, by: Acting) -> None:
    """Note at a draft of the acting office by which lists it is addressed."""
    check_may(by, Permission.DISPATCH_DRAFT)
    draft.lists = list(kept)
    draft.save(update_fields=["lists"])


def note_kept_lists(subject_id: UUID, kept: Sequence[dict[str, Any]], *, by: Acting) -> None:
    """Keep by which lists a document went out that was never a draft."""
    note_uses(
        subject_id,
        [(list_for(UUID(row["list"]), by=by), row["number"], [UUID(one) for one in row["seen"]]) for row in kept],
        by=by,
    )
