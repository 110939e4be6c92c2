"""Preparing changes of the directory on pages, and applying what was signed."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from phoihop.administration.directory_merging import Merger, plan_merger
from phoihop.administration.directory_selectors import (
    ProposalState,
    directory_preview,
    directory_upload,
    proposal_of,
)
from phoihop.administration.models import DirectoryProposal, SheetUpload
from phoihop.administration.sheets import check_book
from phoihop.audit.actions import note
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.isolation import scope
from phoihop.core.text import clean_line
from phoihop.exchange.directory.actions import Applied, ChangePreview, apply_signed, prepare_change, read_proposal
from phoihop.exchange.directory.at_hand import key_at_hand
from phoihop.exchange.directory.carrying import MAX_SMALL_BYTES, split_records
from phoihop.exchange.directory.lines import DirectoryPlan
from phoihop.exchange.directory.rotation import switch_if_due
from phoihop.exchange.standing import forget_standing
from phoihop.files.sniffing import safe_name
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

_LET_IN = "phoihop.exchange.jobs.open_to_successors_now"
_MOST_LETTERS = 300


def keep_directory_sheet(content: bytes, *, name: str, by: Acting, reason: str = "") -> SheetUpload:
    """Keep a table of the directory to be looked at. Raises Invalid when it cannot be opened."""
    check_may(by, Permission.NODE_OPERATE)
    check_book(content)
    kept = SheetUpload.objects.create(
        office_id=by.office_id,
        kind=SheetUpload.Kind.DIRECTORY,
        name=safe_name(name),
        content=content,
        reason=clean_line(reason)[:_MOST_LETTERS],
        made_name=by.person_name,
    )
    note(by=by, event="administration:directory:upload", subject_id=kept.id)
    return kept


def propose_sheet(upload_id: UUID, *, digest: str, by: Acting) -> DirectoryProposal:
    """Prepare all that a table changes as one change to be signed, as the preview with this digest said.

    Raises Conflict when it means something else by now, Invalid while the table has faults or changes nothing.
    """
    check_may(by, Permission.NODE_OPERATE)
    upload = directory_upload(upload_id, by)
    preview = directory_preview(upload)
    if preview.faults:
        first = preview.faults[0]
        raise Invalid("sheet_faulty", f"{first.address}: {first.message}", remedy=first.remedy)
    return _propose(
        preview.plan,
        digest=digest,
        by=by,
        source=DirectoryProposal.Source.SHEET,
        title=upload.name,
        reason=upload.reason,
        upload_id=upload.id,
    )


def propose_merger(merger: Merger, *, digest: str, reason: str, by: Acting) -> DirectoryProposal:
    """Prepare that one office goes into another. Raises as ``propose_sheet`` does."""
    check_may(by, Permission.NODE_OPERATE)
    plan = plan_merger(merger, by=by)
    if plan.faults:
        raise Invalid("merger_faulty", plan.faults[0].message, remedy=plan.faults[0].remedy)
    title = _("%(code)s nhập vào %(into)s") % {"code": merger.code, "into": merger.into}
    source = DirectoryProposal.Source.MERGER
    return _propose(plan, digest=digest, by=by, source=source, title=title, reason=reason)


def _propose(
    plan: DirectoryPlan,
    *,
    digest: str,
    by: Acting,
    source: DirectoryProposal.Source,
    title: str,
    reason: str,
    upload_id: UUID | None = None,
) -> DirectoryProposal:
    if plan.digest != digest:
        raise _outdated()
    if not plan.changes:
        raise Invalid("nothing_proposed", _("Chưa nêu thay đổi nào."))
    prepared_by = f"{by.person_name} ({by.office_name})"[:_MOST_LETTERS].strip()
    made = prepare_change(plan.changes, prepared_by=prepared_by, reason=clean_line(reason)[:_MOST_LETTERS].strip())
    if made.entry.prev != plan.head:
        raise _outdated()
    return _keep(made, by=by, source=source, title=title, upload_id=upload_id)


def _outdated() -> Conflict:
    return Conflict(
        "plan_outdated",
        _("Danh bạ đã thay đổi từ lúc xem trước."),
        remedy=_("Xem lại bản xem trước mới rồi lập đề nghị."),
    )


def _keep(
    made: ChangePreview, *, by: Acting, source: DirectoryProposal.Source, title: str, upload_id: UUID | None
) -> DirectoryProposal:
    kept = DirectoryProposal.objects.create(
        office_id=by.office_id,
        source=source,
        upload_id=upload_id,
        title=title,
        reason=made.entry.reason,
        number=made.entry.number,
        content=made.proposal,
        made_name=by.person_name,
    )
    note(by=by, event="administration:directory:propose", subject_id=kept.id, number=kept.number)
    return kept


def apply_directory_file(content: bytes, *, by: Acting) -> Applied:
    """Apply a file of signed records at this node, as ``phoihop directory apply`` does. Outside any scope.

    Raises Invalid or Conflict with a sentence; then nothing has changed.
    """
    check_may(by, Permission.NODE_OPERATE)
    if len(content) > MAX_SMALL_BYTES:
        raise Invalid("file_too_large", _("Tệp quá lớn."))
    if content.lstrip()[:1] == b"{":
        raise Invalid(
            "not_signed",
            _("Đây là đề nghị chưa ký, không phải tệp đã ký."),
            remedy=_("Mang tệp này đến nơi giữ khóa danh bạ, ký rồi tải lên tệp đã ký."),
        )
    applied = apply_signed(split_records(content), by=by)
    if applied.numbers:
        _follow_up()
    return applied


def sign_here(proposal_id: UUID, *, by: Acting) -> Applied:
    """Sign and apply a proposal where node and key are in one hand. Outside any scope.

    Raises Conflict when the key is not here, or the directory has gone on since.
    """
    check_may(by, Permission.NODE_OPERATE)
    with scope("web", by.office_id, read_only=True):
        view = proposal_of(proposal_id, by)
        entry = read_proposal(bytes(view.row.content))
    key = key_at_hand()
    if key is None:
        raise Conflict(
            "key_elsewhere",
            _("Khóa danh bạ không ở máy chủ này."),
            remedy=_("Tải tệp đề nghị, mang đến nơi giữ khóa để ký."),
        )
    if view.state is not ProposalState.WAITING:
        raise Conflict(
            "proposal_outdated",
            _("Danh bạ đã sang bản số %(number)d.") % {"number": entry.number},
            remedy=_("Lập lại đề nghị trên danh bạ hiện tại."),
        )
    applied = apply_signed([key.sign(entry)], by=by)
    _follow_up()
    return applied


def _follow_up() -> None:
    """The node's next key, its standing, and open work of offices that end: what a new version may touch."""
    switch_if_due()
    forget_standing()
    with scope("worker"):
        app.configure_task(_LET_IN).defer()
