"""Taking in workbooks of the office's administrator, and applying what was previewed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.administration.models import SheetUpload
from phoihop.administration.people_sheet import read_people
from phoihop.administration.selectors import upload_of
from phoihop.administration.sheets import check_book
from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid
from phoihop.core.isolation import scope
from phoihop.core.text import clean_line
from phoihop.files.sniffing import safe_name
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.offices.staff_actions import StaffOutcome, change_staff

KEPT_DAYS = 30
"""How long an uploaded workbook is kept; it holds names and addresses."""


def keep_sheet(
    content: bytes,
    *,
    name: str,
    kind: SheetUpload.Kind,
    by: Acting,
    ends_missing: bool = False,
    reason: str = "",
) -> SheetUpload:
    """Keep a workbook to be looked at and applied. Raises Invalid when it cannot be opened."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    check_book(content)
    kept = SheetUpload.objects.create(
        office_id=by.office_id,
        kind=kind,
        name=safe_name(name),
        content=content,
        ends_missing=ends_missing,
        reason=clean_line(reason),
        made_name=by.person_name,
    )
    note(by=by, event="administration:sheet:upload", subject_id=kept.id, kind=kind)
    return kept


def apply_people(upload_id: UUID, *, digest: str, by: Acting) -> StaffOutcome:
    """Change people and positions as the preview with this digest said.

    Raises Conflict when it was applied before or means something else by now, Invalid while it has faults.
    """
    check_may(by, Permission.OFFICE_ADMINISTER)
    upload = upload_of(upload_id, by, kind=SheetUpload.Kind.PEOPLE, lock=True)
    if upload.applied_at is not None:
        raise Conflict("sheet_applied", _("Tệp này đã được ghi."), remedy=_("Muốn sửa tiếp, tải lên tệp mới."))
    sheet = read_people(bytes(upload.content))
    if sheet.faults:
        first = sheet.faults[0]
        raise Invalid("sheet_faulty", f"{first.address}: {first.message}", remedy=first.remedy)
    outcome = change_staff(sheet.lines, digest=digest, by=by, ends_missing=upload.ends_missing)
    upload.applied_at, upload.applied_name, upload.outcome = now(), by.person_name, asdict(outcome)
    upload.save(update_fields=["applied_at", "applied_name", "outcome"])
    note(by=by, event="administration:sheet:apply", subject_id=upload.id, **asdict(outcome))
    return outcome


def forget_sheets() -> int:
    """Drop uploads that are ``KEPT_DAYS`` old, applied or not. Returns how many. What they changed stays."""
    with scope("worker"):
        gone, _by_model = SheetUpload.objects.filter(made_at__lt=now() - timedelta(days=KEPT_DAYS)).delete()
    return gone
