"""Publishing: the one way a record comes into being here; and what every room shares, receipts and disclosures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import islice
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.core.text import clean_text
from phoihop.exchange import store
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.envelope import MAX_NEEDS, MISLEADS, Envelope, Rejected, commitment, seal_body, sign
from phoihop.exchange.keys import NodeIdentity, own_identity
from phoihop.exchange.models import Delivery, Subject
from phoihop.exchange.projecting import project
from phoihop.exchange.projections import receipts_subject
from phoihop.exchange.records import (
    DISCLOSURE,
    MAX_RECEIPTS,
    RECEIPTS,
    WITHDRAWAL,
    Disclosure,
    Receipt,
    Receipts,
    Withdrawal,
)
from phoihop.exchange.registry import kind_of
from phoihop.exchange.standing import check_writable
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.exchange.store import Signed, Standing
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import directory_version
from phoihop.offices.selectors import offices as offices_of_today


def publish(statements: Sequence[Statement], *, by: Acting) -> list[Envelope]:
    """Sign, store and project records of the acting office, in order, in the caller's transaction.

    Raises Conflict when a subject to be opened exists, NotFound when one to be spoken on does not exist for this
    office, Invalid over the caps. Attachment commitments are the caller's.
    """
    with scope("writer", by.office_id):
        return _publish(statements, office=by.office_id)


def publish_as_office(statements: Sequence[Statement], *, office_id: UUID) -> list[Envelope]:
    """Publish what the node itself states for an office it hosts, such as the arrival of what came from elsewhere."""
    with scope("writer", office_id):
        return _publish(statements, office=office_id)


def _publish(statements: Sequence[Statement], *, office: UUID) -> list[Envelope]:
    check_writable()
    opened = {statement.subject for statement in statements if statement.opens}
    spoken_on = list({statement.subject for statement in statements} - opened)
    standings = dict(store.standings(spoken_on, office=office))
    identity, directory = own_identity(), directory_version()
    records: list[Signed] = []
    for statement in statements:
        standing = _standing_for(statement, standings, office)
        record = _sign(statement, standing, office=office, identity=identity, directory=directory)
        records.append(record)
        standings[statement.subject] = Standing(
            standing.owner_id, statement.audience.id, record.envelope.id, standing.saw
        )
    store.insert(records, opens=opened)
    project(records)
    return [record.envelope for record in records]


def _standing_for(statement: Statement, standings: Mapping[UUID, Standing], office: UUID) -> Standing:
    standing = standings.get(statement.subject)
    if standing is not None:
        kind = kind_of(statement.kind, statement.version)
        widens = statement.kind == DISCLOSURE or (kind is not None and kind.reaches_all)
        if not widens and statement.audience.id != standing.audience_id:
            raise Conflict("audience_differs", _("Nơi được xem việc này đã thay đổi."), remedy=_("Tải lại trang."))
        return standing
    if not statement.opens:
        raise NotFound("subject_unknown", _("Không tìm thấy việc này."))
    return Standing(office, statement.audience.id, None, ())


def _sign(statement: Statement, standing: Standing, *, office: UUID, identity: NodeIdentity, directory: int) -> Signed:
    if office not in statement.audience.offices:
        raise Invalid("audience_without_author", _("Văn phòng gửi phải nằm trong số nơi được xem."))
    if len(statement.needs) > MAX_NEEDS:
        message = _("Một văn bản chỉ viện dẫn được tối đa %(count)d căn cứ.") % {"count": MAX_NEEDS}
        raise Invalid("too_many_needs", message)
    try:
        content = seal_body(statement.body)
    except Rejected as error:
        raise _unsaid(error) from error
    envelope = Envelope(
        id=statement.id or new_id(),
        kind=statement.kind,
        version=statement.version,
        office=office,
        node=identity.node_id,
        incarnation=identity.incarnation_id,
        subject=statement.subject,
        parent=statement.parent,
        prev=standing.prev,
        saw=standing.saw,
        needs=statement.needs,
        audience=statement.audience.digest.hex(),
        at=now(),
        directory=directory,
        body=commitment(content),
        attachments=statement.attachments,
    )
    return Signed(envelope, sign(envelope, identity.jwk), content, statement.audience)


def _unsaid(error: Rejected) -> Invalid:
    if error.code == MISLEADS:
        return Invalid(
            error.code,
            _("Nội dung có ký tự điều khiển hoặc ký tự đảo chiều đọc; chưa ghi."),
            remedy=_("Xóa ký tự đó, hoặc gõ lại đoạn này thay vì dán."),
        )
    message = _("Nội dung quá dài để ghi thành một bản ghi; hãy đính kèm tệp thay cho gõ vào đây.")
    return Invalid(error.code, message)


def give_receipts(states: Sequence[tuple[UUID, ReceiptState, str]], *, by: Acting) -> list[UUID]:
    """State how far subjects got at the acting office: (subject, state, reason) each; batches of up to 500 per owner.

    A state already reached is not stated again. Returns the subjects for which something new was stated. Raises
    NotFound when one of the subjects was never delivered to this office.
    """
    wanted = {subject for subject, _state, _reason in states}
    with scope("writer", by.office_id):
        rows = Delivery.objects.filter(recipient_id=by.office_id, subject_id__in=wanted)
        deliveries = {delivery.subject_id: delivery for delivery in rows}
        if wanted - set(deliveries):
            raise NotFound("delivery_unknown", _("Có văn bản không được gửi đến văn phòng này."))
        moment = now()
        by_owner: dict[UUID, list[Receipt]] = defaultdict(list)
        for subject, state, reason in states:
            delivery = deliveries[subject]
            if getattr(delivery, f"{state.value}_at") is None:
                by_owner[delivery.owner_id].append(Receipt(subject=subject, state=state, at=moment, reason=reason))
        for owner, receipts in sorted(by_owner.items()):  # one order everywhere: chains are held in it
            state_receipts(receipts, office_id=by.office_id, owner_id=owner)
    return [receipt.subject for receipts in by_owner.values() for receipt in receipts]


def state_receipts(receipts: Sequence[Receipt], *, office_id: UUID, owner_id: UUID) -> None:
    """Publish receipts of one office to one owner, in records of up to 500, on the subject the two share for them.

    Runs in a writer scope. Who states to several owners goes through them in the order of their ids.
    """
    subject = receipts_subject(office_id, owner_id)
    audience = AudienceSet.of({office_id, owner_id})
    store.hold_chains([subject], office=office_id)  # the second of two transactions that open it must see the first
    known = Subject.objects.filter(id=subject).exists()
    waiting = iter(receipts)
    statements: list[Statement] = []
    while batch := tuple(islice(waiting, MAX_RECEIPTS)):
        body = Receipts(items=batch, owner=owner_id)
        statements.append(Statement(RECEIPTS, 1, body, subject, audience, opens=not known and not statements))
    publish_as_office(statements, office_id=office_id)


def _check_own(subject_id: UUID, *, by: Acting) -> None:
    """Asked as the acting office: a subject it may not see does not exist for it."""
    with scope("web", by.office_id):
        subject = Subject.objects.filter(id=subject_id).first()
    if subject is None:
        raise NotFound("subject_unknown", _("Không tìm thấy việc này."))
    if subject.owner_id != by.office_id:
        raise Forbidden("not_owner", _("Chỉ văn phòng ban hành được đổi nơi nhận."))


def _clean_reason(reason: str, *, missing: str) -> str:
    words = clean_text(reason)
    if not words:
        raise Invalid("reason_missing", missing, fields={"reason": [_("Nhập lý do.")]})
    return words


def disclose(subject_id: UUID, *, offices: Sequence[UUID], reason: str, by: Acting) -> None:
    """Open a subject of the acting office to further offices, for everything said on it so far and from now on.

    Raises Forbidden when the office does not own the subject, Invalid without a reason or without new offices.
    """
    check_may(by, Permission.DISPATCH_DISCLOSE)
    words = _clean_reason(reason, missing=_("Chưa nêu lý do gửi thêm."))
    _check_own(subject_id, by=by)
    with scope("writer", by.office_id):
        store.hold_chains([subject_id], office=by.office_id)  # the second of two disclosures adds to the first
        subject = Subject.objects.get(id=subject_id)
        present = store.members_of([subject.audience_id])[subject.audience_id]
        added = tuple(sorted(set(offices) - present.offices))
        if not added:
            raise Conflict("already_there", _("Các nơi này đã nhận văn bản."))
        if offices_of_today().filter(id__in=added).count() != len(added):
            raise Invalid("recipient_unknown", _("Có nơi nhận không có trong danh bạ."))
        audience = AudienceSet.of(present.offices | set(added))
        body = Disclosure(offices=added, reason=words, approver=by.person_name, approver_title=by.position_title)
        publish([Statement(DISCLOSURE, 1, body, subject_id, audience)], by=by)
    note(by=by, event="exchange:subject:disclose", subject_id=subject_id, offices=[str(office) for office in added])


def withdraw(subject_id: UUID, *, offices: Sequence[UUID], reason: str, by: Acting) -> None:
    """Ngừng gửi: nothing more said on a subject of the acting office goes to these offices; what they have, they keep.

    They are told. Raises Forbidden when the office does not own the subject, Invalid without a reason or for offices
    that do not receive it, Conflict when it was withdrawn from them already.
    """
    check_may(by, Permission.DISPATCH_DISCLOSE)
    words = _clean_reason(reason, missing=_("Chưa nêu lý do ngừng gửi."))
    _check_own(subject_id, by=by)
    with scope("writer", by.office_id):
        store.hold_chains([subject_id], office=by.office_id)  # the second of two changes sees the first
        subject = Subject.objects.get(id=subject_id)
        present = store.members_of([subject.audience_id])[subject.audience_id]
        leaving = tuple(sorted(set(offices) - {by.office_id}))
        if not leaving:
            message = _("Chọn nơi nhận cần ngừng gửi.")
            raise Invalid("offices_missing", message, fields={"offices": [message]})
        if not present.offices.issuperset(leaving):
            raise Conflict(
                "not_there", _("Có nơi đã ngừng gửi hoặc chưa từng nhận văn bản."), remedy=_("Tải lại trang.")
            )
        body = Withdrawal(offices=leaving, reason=words, approver=by.person_name, approver_title=by.position_title)
        publish([Statement(WITHDRAWAL, 1, body, subject_id, present)], by=by)
    note(by=by, event="exchange:subject:withdraw", subject_id=subject_id, offices=[str(office) for office in leaving])
