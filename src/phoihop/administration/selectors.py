"""What the administration of an office reads: its uploads, and what each would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.administration.models import SheetUpload
from phoihop.administration.people_sheet import read_people
from phoihop.administration.sheets import Fault
from phoihop.core.errors import NotFound
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.offices.staff import StaffPlan
from phoihop.offices.staff_planning import plan_staff

_MOST_LISTED = 50


def uploads_of(by: Acting) -> Sequence[SheetUpload]:
    """The last uploads of people of the acting office, without their content."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    rows = SheetUpload.objects.filter(office_id=by.office_id, kind=SheetUpload.Kind.PEOPLE).defer("content")
    return list(rows.order_by("-made_at", "-id")[:_MOST_LISTED])


def upload_of(upload_id: UUID, by: Acting, *, kind: SheetUpload.Kind | None = None, lock: bool = False) -> SheetUpload:
    """One upload of the acting office. Raises NotFound."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    rows = SheetUpload.objects.filter(office_id=by.office_id, id=upload_id)
    if kind is not None:
        rows = rows.filter(kind=kind)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound("sheet_unknown", _("Không có tệp này trong văn phòng, hoặc đã bị xóa theo hạn."))
    return found


@dataclass(frozen=True)
class PeoplePreview:
    """What an upload of people would change; while there are faults, nothing can be applied."""

    plan: StaffPlan
    faults: tuple[Fault, ...]
    remarks: tuple[str, ...]

    @property
    def may_apply(self) -> bool:
        """Whether there is something to do and nothing in the way."""
        return not self.faults and bool(self.plan.changing)


def people_preview(upload: SheetUpload, by: Acting) -> PeoplePreview:
    """Read the kept workbook again and compare it with the office of this moment."""
    sheet = read_people(bytes(upload.content))
    plan = plan_staff(sheet.lines, by=by, ends_missing=upload.ends_missing)
    name = _("Người và chức vụ")
    found = [
        *sheet.faults,
        *(
            Fault(name, one.address or (str(one.place) if one.place else ""), one.message, one.remedy)
            for one in plan.faults
        ),
    ]
    return PeoplePreview(plan, tuple(found), (*sheet.remarks, *plan.remarks))
