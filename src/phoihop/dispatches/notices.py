"""Who is told what about documents, and in which words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from phoihop.core.machine import N_
from phoihop.dispatches import records
from phoihop.dispatches.approval_notices import APPROVAL_SENTENCES
from phoihop.dispatches.change_notices import CHANGE_SENTENCES, tell_of_answers, tell_of_changes
from phoihop.dispatches.confirming_notices import CONFIRMING_SENTENCES, tell_of_reminders
from phoihop.dispatches.lateness_notices import LATENESS_SENTENCES
from phoihop.dispatches.models import Dispatch, Draft, Handling
from phoihop.dispatches.retention_notices import RETENTION_SENTENCES
from phoihop.dispatches.rules import DraftState, Urgency
from phoihop.dispatches.telling import holders, values_of
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.envelope import SALT_BYTES
from phoihop.exchange.models import Delivery, RecordBody
from phoihop.exchange.records import RECEIPTS, Receipts
from phoihop.exchange.registry import Logged
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence, register_sentences
from phoihop.offices.models import Office, SigningAuthority
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import positions_with

PAGE, DRAFT_PAGE = "dispatches:document", "dispatches:draft"

SENTENCES = {
    "dispatch.arrived": Sentence(N_("Văn bản mới đến: %(code)s – %(abstract)s"), "mail", PAGE),
    "dispatch.answered": Sentence(N_("Đã có phúc đáp %(code)s cho văn bản của bạn: %(abstract)s"), "mail-check", PAGE),
    "dispatch.returned": Sentence(N_("%(office)s trả lại văn bản %(code)s: %(reason)s"), "mail-x", PAGE),
    "handling.lead": Sentence(N_("Bạn được giao xử lý %(code)s – %(abstract)s"), "user-check", PAGE),
    "handling.coordinator": Sentence(N_("Bạn phối hợp xử lý %(code)s – %(abstract)s"), "users", PAGE),
    "handling.informed": Sentence(N_("Để biết: %(code)s – %(abstract)s"), "eye", PAGE),
    "draft.submitted": Sentence(N_("Trình ký: %(abstract)s"), "pencil-check", DRAFT_PAGE),
    "draft.signed": Sentence(N_("Đã ký, chờ cấp số: %(abstract)s"), "numbers", DRAFT_PAGE),
    "draft.returned": Sentence(N_("Dự thảo bị trả lại: %(reason)s"), "arrow-back-up", DRAFT_PAGE),
}


def register() -> None:
    """Make the sentences known to ``notify``."""
    register_sentences(SENTENCES | APPROVAL_SENTENCES | CHANGE_SENTENCES | CONFIRMING_SENTENCES)
    register_sentences(LATENESS_SENTENCES | RETENTION_SENTENCES)


def tell_of_draft(draft: Draft) -> None:
    """Tell whoever the draft waits for now. In the scope of its own office."""
    values = {"abstract": draft.abstract or "…", "reason": draft.returned_reason}
    state = DraftState(draft.state)
    positions: list[UUID] = []
    if state is DraftState.SUBMITTED:
        positions = list(SigningAuthority.objects.filter(body_id=draft.body_id).values_list("position_id", flat=True))
    elif state is DraftState.SIGNED:
        positions = [one for _office, one in positions_with(Permission.DISPATCH_NUMBER, [draft.office_id])]
    elif state is DraftState.DRAFTING and draft.returned_reason:
        positions = [draft.author_position_id]
    key = "draft.returned" if state is DraftState.DRAFTING else f"draft.{state.value}"
    tell(
        [
            Telling(draft.office_id, position, key, f"{key}:{draft.id}:{draft.revision}", draft.id, values)
            for position in dict.fromkeys(positions)
        ]
    )


def follow_log(rows: Sequence[Logged]) -> None:
    """Tell the people whom newly logged records concern. Runs with the sequencer, as the worker."""
    by_kind: dict[str, list[Logged]] = defaultdict(list)
    for row in rows:
        by_kind[row.kind].append(row)
    if issued := by_kind.get(records.ISSUED):
        _tell_of_arrivals([row.subject_id for row in issued])
    if handled := [row.subject_id for kind in (records.DISTRIBUTED, records.DIRECTED) for row in by_kind.get(kind, [])]:
        _tell_of_handling(handled)
    if changed := by_kind.get(records.CHANGE_REQUESTED):
        tell_of_changes([row.record_id for row in changed])
    if reminded := by_kind.get(records.REMINDED):
        tell_of_reminders([row.record_id for row in reminded])
    if answered := by_kind.get(records.CHANGE_ANSWERED):
        tell_of_answers([row.record_id for row in answered])
    if receipts := by_kind.get(RECEIPTS):
        _tell_of_returns([row.record_id for row in receipts])


def _tell_of_arrivals(dispatch_ids: Iterable[UUID]) -> None:
    """Clerks learn of every arrival, chiefs of urgent ones, askers of answers: four queries for a whole batch."""
    documents = list(Dispatch.objects.filter(id__in=list(dispatch_ids)))
    sent_to = {one.id: [UUID(row["office"]) for row in one.recipients] for one in documents}
    everywhere = {office for offices in sent_to.values() for office in offices}
    clerks = holders(Permission.DISPATCH_REGISTER, everywhere)
    chiefs = holders(Permission.DISPATCH_DISTRIBUTE, everywhere)
    asked = Draft.objects.in_bulk([one.reply_to for one in documents if one.reply_to])
    tellings: list[Telling] = []
    for document in documents:
        values = values_of(document)
        for office in sent_to[document.id]:
            positions = [*clerks[office], *(chiefs[office] if document.urgency != Urgency.NORMAL else ())]
            tellings += [
                Telling(office, position, "dispatch.arrived", f"arrived:{document.id}", document.id, values)
                for position in positions
            ]
        asker = asked.get(document.reply_to) if document.reply_to else None
        if asker is not None and asker.office_id in sent_to[document.id]:
            once, position = f"answered:{document.id}", asker.author_position_id
            tellings.append(Telling(asker.office_id, position, "dispatch.answered", once, document.id, values))
    tell(tellings)


def _tell_of_handling(handling_ids: Iterable[UUID]) -> None:
    handlings = list(Handling.objects.filter(id__in=list(handling_ids)))
    documents = Dispatch.objects.in_bulk([one.dispatch_id for one in handlings])
    tellings: list[Telling] = []
    for one in handlings:
        document = documents.get(one.dispatch_id)
        if document is None or one.lead_position_id is None:
            continue
        people = [("handling.lead", one.lead_position_id)]
        people += [("handling.coordinator", UUID(row["position"])) for row in one.coordinators]
        people += [("handling.informed", UUID(row["position"])) for row in one.informed]
        since = one.directed_at.isoformat() if one.directed_at else "distributed"
        tellings += [
            Telling(one.office_id, position, key, f"{key}:{one.id}:{since}", document.id, values_of(document))
            for key, position in people
        ]
    tell(tellings)


def _tell_of_returns(record_ids: Sequence[UUID]) -> None:
    returned: list[tuple[UUID, UUID, str]] = []
    mark = f'"{ReceiptState.RETURNED.value}"'.encode()
    for content in RecordBody.objects.filter(record_id__in=record_ids).values_list("content", flat=True):
        if mark in bytes(content):
            batch = Receipts.model_validate_json(bytes(content)[SALT_BYTES:])
            returned += [
                (item.subject, batch.owner, item.reason) for item in batch.items if item.state is ReceiptState.RETURNED
            ]
    _tell_owners(returned)


def _tell_owners(returned: Sequence[tuple[UUID, UUID, str]]) -> None:
    documents = Dispatch.objects.in_bulk([subject for subject, _owner, _reason in returned])
    drafts = Draft.objects.in_bulk(list(documents))
    names = _names_of_returning([subject for subject, _owner, _reason in returned])
    tellings: list[Telling] = []
    for subject, owner, reason in returned:
        document = documents.get(subject)
        if document is None or document.owner_id != owner:
            continue
        values = values_of(document, reason=reason, office=names.get(subject, ""))
        positions = {one for _office, one in positions_with(Permission.DISPATCH_ISSUE, [owner])}
        if subject in drafts:
            positions.add(drafts[subject].author_position_id)
        once = f"returned:{subject}:{values['office']}"
        tellings += [Telling(owner, position, "dispatch.returned", once, subject, values) for position in positions]
    tell(tellings)


def _names_of_returning(subjects: Sequence[UUID]) -> dict[UUID, str]:
    rows = Delivery.objects.filter(subject_id__in=subjects, returned_at__isnull=False).order_by("returned_at")
    latest = dict(rows.values_list("subject_id", "recipient_id"))
    offices = dict(Office.objects.filter(id__in=latest.values()).values_list("id", "short_name"))
    return {subject: offices.get(recipient, "") for subject, recipient in latest.items()}
