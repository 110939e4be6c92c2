"""Removing content by two people of the office that stated it, and seeing which offices have done so."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.core.text import clean_line
from phoihop.exchange.actions import publish, state_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.erasing import finish_on_commit
from phoihop.exchange.models import Delivery, Purged, PurgeProposal, Subject
from phoihop.exchange.purges import answered_by, erase, files_of
from phoihop.exchange.records import PURGE, Purge, Receipt
from phoihop.exchange.selectors import own_audience
from phoihop.exchange.standing import why_read_only
from phoihop.exchange.statements import Statement
from phoihop.exchange.store import Signed
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission

Reason = Literal["secrecy", "personal_data"]
REASONS: Final = {
    "secrecy": gettext_lazy("Lộ, lọt bí mật nhà nước"),
    "personal_data": gettext_lazy("Xóa dữ liệu cá nhân"),
}


def propose_purge(subject_id: UUID, *, name: str, reason: Reason, decision: str, by: Acting) -> PurgeProposal:
    """Ask a second person to remove the content of a document of the acting office. ``name``: type and code alone.

    Raises Forbidden when another office stated it, Invalid without a decision, Conflict when it was asked already.
    """
    check_may(by, Permission.FILES_PURGE)
    words = clean_line(decision)
    if not words or len(words) > 500:
        message = _("Ghi số, ngày quyết định hoặc ý kiến chỉ đạo làm căn cứ, tối đa 500 ký tự.")
        raise Invalid("decision_missing", message, fields={"decision": [message]})
    _check_purgeable(subject_id, by=by)
    try:
        with transaction.atomic():
            proposal = PurgeProposal.objects.create(
                office_id=by.office_id, subject_id=subject_id, name=clean_line(name)[:300], reason=reason,
                decision=words, proposed_by=_who(by), proposed_name=f"{by.person_name}, {by.position_title}",
            )  # fmt: skip
    except IntegrityError as error:
        raise Conflict("purge_proposed", _("Đã có đề nghị gỡ bỏ văn bản này, đang chờ người thứ hai.")) from error
    note(by=by, event="exchange:purge:propose", subject_id=subject_id, reason=reason)
    return proposal


def _who(by: Acting) -> UUID:
    """The person, whichever position they act in: two positions of one person are not two people."""
    return by.person_id or by.position_id


def _check_purgeable(subject_id: UUID, *, by: Acting) -> None:
    subject = Subject.objects.filter(id=subject_id).first()
    if subject is None:
        raise NotFound("subject_unknown", _("Không tìm thấy việc này."))
    if subject.owner_id != by.office_id:
        raise Forbidden(
            "not_owner",
            _("Văn bản do cơ quan khác ban hành; chỉ nơi ban hành gỡ bỏ được."),
            remedy=_("Ngừng truy cập và báo ngay nơi ban hành."),
        )
    if Purged.objects.filter(subject_id=subject_id).exists():
        raise Conflict("purged_already", _("Nội dung văn bản này đã được gỡ bỏ."))


def check_confirm(proposal: PurgeProposal, *, by: Acting) -> None:
    """Raise Forbidden unless this person may be the second one."""
    check_may(by, Permission.FILES_PURGE)
    if proposal.proposed_by == _who(by):
        raise Forbidden(
            "same_person",
            _("Người đề nghị không tự xác nhận được; cần người thứ hai có quyền gỡ bỏ."),
            remedy=_("Đề nghị lãnh đạo, Chánh Văn phòng hoặc quản trị khác của văn phòng xác nhận."),
        )


def may_confirm(proposal: PurgeProposal, *, by: Acting) -> bool:
    """Whether this person may be the second one."""
    return by.may(Permission.FILES_PURGE) and proposal.proposed_by != _who(by)


def confirm_purge(proposal_id: UUID, *, by: Acting) -> UUID:
    """Remove the content here, and order every recipient to. Returns the id of the purge.

    Raises Forbidden for the person who proposed it, Conflict when it was decided already.
    """
    proposal = _open_proposal(proposal_id, by=by)
    check_confirm(proposal, by=by)
    _check_purgeable(proposal.subject_id, by=by)
    purge_id = _publish(proposal, by=by)
    _close(proposal, PurgeProposal.State.CONFIRMED, by=by)
    note(by=by, event="exchange:purge:confirm", subject_id=proposal.subject_id, reason=proposal.reason)
    return purge_id


def decline_purge(proposal_id: UUID, *, reason: str, by: Acting) -> None:
    """Leave the content where it is, with the reason; who proposed it may withdraw it so."""
    check_may(by, Permission.FILES_PURGE)
    proposal = _open_proposal(proposal_id, by=by)
    words = clean_line(reason)
    if not words:
        message = _("Ghi rõ lý do.")
        raise Invalid("reason_missing", message, fields={"reason": [message]})
    _close(proposal, PurgeProposal.State.DECLINED, by=by, reason=words[:500])
    note(by=by, event="exchange:purge:decline", subject_id=proposal.subject_id)


def _open_proposal(proposal_id: UUID, *, by: Acting) -> PurgeProposal:
    rows = PurgeProposal.objects.select_for_update().filter(id=proposal_id, office_id=by.office_id)
    proposal = rows.first()
    if proposal is None:
        raise NotFound("proposal_unknown", _("Không tìm thấy đề nghị này."))
    if proposal.state != PurgeProposal.State.OPEN:
        raise Conflict("proposal_closed", _("Đề nghị này đã được xử lý."), remedy=_("Tải lại trang để xem."))
    return proposal


def _close(proposal: PurgeProposal, state: PurgeProposal.State, *, by: Acting, reason: str = "") -> None:
    proposal.state, proposal.closed_at, proposal.closed_reason = state, now(), reason
    proposal.closed_by, proposal.closed_name = _who(by), f"{by.person_name}, {by.position_title}"
    proposal.save()


def _publish(proposal: PurgeProposal, *, by: Acting) -> UUID:
    subject = proposal.subject_id
    with scope("writer", by.office_id):
        recipients = Delivery.objects.filter(subject_id=subject, expected=True).order_by("recipient_id")
        body = Purge(
            reason="personal_data" if proposal.reason == "personal_data" else "secrecy",
            decision=proposal.decision,
            proposed_by=proposal.proposed_name,
            confirmed_by=f"{by.person_name}, {by.position_title}",
            recipients=tuple(recipients.values_list("recipient_id", flat=True)),
            answered=answered_by(subject),
        )
        files = files_of({subject})[subject]
        (envelope,) = publish([Statement(PURGE, 1, body, subject, own_audience(subject, by=by, withdrawn=True))], by=by)
        erase(envelope.id, subject, files)
        state_erased({subject}, hosted=_hosted_here())
    finish_on_commit()
    return envelope.id


def _hosted_here() -> list[UUID]:
    return list(Office.objects.filter(node__is_self=True).values_list("id", flat=True))


def erase_received(records: Sequence[Signed], files: Mapping[UUID, list[str]], *, hosted: Collection[UUID]) -> None:
    """Erase what purges that came from elsewhere order, and tell their owners. In a writer scope, after projecting.

    ``files`` are the hashes that the subjects had before they were hidden.
    """
    purges = [record.envelope for record in records if record.envelope.kind == PURGE]
    for one in purges:
        if Purged.objects.filter(record_id=one.id).exists():
            erase(one.id, one.subject, files.get(one.subject, []))
    if purges:
        state_erased({one.subject for one in purges}, hosted=hosted)
        finish_on_commit()


def state_erased(subjects: Collection[UUID], *, hosted: Collection[UUID]) -> None:
    """State for offices hosted here that they have removed the content. Writer scope.

    While the node may not write, as after a restore, nothing is stated; a job does so later.
    """
    if why_read_only() is not None:
        return
    moment = now()
    gone: dict[tuple[UUID, UUID], list[Receipt]] = {}
    rows = Delivery.objects.filter(subject_id__in=subjects, recipient_id__in=hosted, expected=True, purged_at=None)
    for subject, recipient, owner in rows.values_list("subject_id", "recipient_id", "owner_id"):
        receipt = Receipt(subject=subject, state=ReceiptState.PURGED, at=moment)
        gone.setdefault((recipient, owner), []).append(receipt)
    for (recipient, owner), receipts in sorted(gone.items()):  # one order everywhere: chains are held in it
        state_receipts(receipts, office_id=recipient, owner_id=owner)


def state_late_erasures() -> None:
    """State what could not be stated when the content was removed. Runs in a scope of its own."""
    with scope("writer"):
        subjects = set(Purged.objects.values_list("subject_id", flat=True))
        hosted = _hosted_here()
        late = Delivery.objects.filter(subject_id__in=subjects, recipient_id__in=hosted, expected=True, purged_at=None)
        state_erased(set(late.values_list("subject_id", flat=True)), hosted=hosted)


@dataclass(frozen=True)
class Holder:
    """One office that has, or had, the content: when it came, and when the office removed it."""

    office: Office
    arrived_at: datetime | None
    purged_at: datetime | None
    is_here: bool


def holders_of(subject_id: UUID, *, by: Acting) -> Sequence[Holder]:
    """Who holds a document of the acting office: the preview before a purge, and the account after it."""
    check_may(by, Permission.FILES_PURGE)
    rows = {one.recipient_id: one for one in Delivery.objects.filter(subject_id=subject_id, expected=True)}
    offices = Office.objects.filter(id__in=list(rows)).select_related("node").order_by("sort_key")
    return [
        Holder(office, rows[office.id].arrived_at, rows[office.id].purged_at, office.node.is_self) for office in offices
    ]


def proposals(*, by: Acting, most: int = 200) -> Sequence[PurgeProposal]:
    """Proposals of the acting office, newest first."""
    check_may(by, Permission.FILES_PURGE)
    return list(PurgeProposal.objects.filter(office_id=by.office_id).order_by("-proposed_at")[:most])


def proposal(proposal_id: UUID, *, by: Acting) -> PurgeProposal:
    """One proposal of the acting office. Raises NotFound."""
    check_may(by, Permission.FILES_PURGE)
    found = PurgeProposal.objects.filter(id=proposal_id, office_id=by.office_id).first()
    if found is None:
        raise NotFound("proposal_unknown", _("Không tìm thấy đề nghị này."))
    return found


def purge_of(subject_id: UUID, *, by: Acting) -> Purged | None:
    """How the content of a subject was removed, if it was, for an office of its audience."""
    return Purged.objects.filter(subject_id=subject_id).first()


def own_trace(subject_id: UUID, *, by: Acting) -> Delivery | None:
    """What the acting office's own delivery of a subject still tells."""
    return Delivery.objects.filter(subject_id=subject_id, recipient_id=by.office_id).first()
