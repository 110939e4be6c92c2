"""Changing people and positions of the acting office, as planned and looked at; lending authority inside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import today
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.core.text import name_sort_key
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.models import Account, IssuingBody, Person, Position, SigningAuthority
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import bodies_of
from phoihop.offices.staff import Effect, StaffLine, StaffMember, StaffPlan, Step
from phoihop.offices.staff_planning import plan_staff

_AT_ONCE = 500


@dataclass(frozen=True)
class StaffOutcome:
    """What applying did."""

    new: int
    changed: int
    ended: int
    unchanged: int
    new_people: int


def change_staff(lines: Sequence[StaffLine], *, digest: str, by: Acting, ends_missing: bool = False) -> StaffOutcome:
    """Do what the plan with this digest said. All of it is done, or nothing.

    New accounts get no password: they are let in when one is issued to them, or by the provider of identities.
    Raises Conflict when the same lines now mean something else, Invalid when a line cannot be.
    """
    check_may(by, Permission.OFFICE_ADMINISTER)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"staff {by.office_id}"])
    plan = plan_staff(lines, by=by, ends_missing=ends_missing)
    if plan.digest != digest:
        raise Conflict(
            "staff_changed",
            _("Dữ liệu đã thay đổi từ lúc xem trước, nên chưa ghi gì."),
            remedy=_("Xem lại bản xem trước mới rồi ghi."),
        )
    if plan.faults:
        first = plan.faults[0]
        fields = {fault.key: [f"{fault.message} {fault.remedy}".strip()] for fault in reversed(plan.faults)}
        raise Invalid("staff_faulty", first.message, remedy=first.remedy, fields=fields)
    return _apply(plan, by)


def change_one(line: StaffLine, *, by: Acting) -> StaffOutcome:
    """Open one position, of a new person or of one who is here, or change the one the line names.

    Raises Invalid with each fault at its field: also when a position to be opened is there already.
    """
    plan = plan_staff([line], by=by)
    if line.position is None and any(step.effect is not Effect.NEW for step in plan.steps):
        message = _("Người này đã có chức vụ cùng tên trong thời gian đó. Sửa chức vụ ấy, hoặc ghi tên khác.")
        raise Invalid("position_held", message, fields={"title": [message]})
    return change_staff([line], digest=plan.digest, by=by)


def _apply(plan: StaffPlan, by: Acting) -> StaffOutcome:
    people = _save_people(plan.changing, by)
    _save_positions(plan.changing, people, by)
    return StaffOutcome(
        plan.count(Effect.NEW),
        plan.count(Effect.CHANGED),
        plan.count(Effect.ENDED),
        plan.count(Effect.UNCHANGED),
        plan.new_people,
    )


def _save_people(steps: Sequence[Step], by: Acting) -> dict[str, UUID]:
    """Make and rename people. Returns the id of each by the name it signs in with."""
    found: dict[str, UUID] = {}
    accounts: list[Account] = []
    made: list[Person] = []
    for step in steps:
        line, member = step.line, step.member
        if line.username in found:
            continue
        if member is None:
            account = Account(username=line.username, full_name=line.full_name, email=line.email)
            account.must_change_password = True
            account.set_unusable_password()
            accounts.append(account)
            sort = name_sort_key(line.full_name)
            made.append(Person(office_id=by.office_id, account_id=account.id, full_name=line.full_name, sort_key=sort))
            found[line.username] = made[-1].id
        else:
            found[line.username] = member.id
            _rename(line, member)
    with scope("gate"):
        Account.objects.bulk_create(accounts, batch_size=_AT_ONCE)
    Person.objects.bulk_create(made, batch_size=_AT_ONCE)
    return found


def _rename(line: StaffLine, member: StaffMember) -> None:
    """An account that also works elsewhere keeps its own name and address: they are not this office's to change."""
    if line.full_name != member.full_name:
        sort = name_sort_key(line.full_name)
        Person.objects.filter(id=member.id).update(full_name=line.full_name, sort_key=sort)
    if member.is_shared or (line.full_name, line.email or member.email) == (member.full_name, member.email):
        return
    with scope("gate"):
        Account.objects.filter(id=member.account_id).update(full_name=line.full_name, email=line.email or member.email)


def _save_positions(steps: Sequence[Step], people: dict[str, UUID], by: Acting) -> None:
    rows = [(step, _row(step, people, by)) for step in steps]
    Position.objects.bulk_create([row for step, row in rows if step.position is None], batch_size=_AT_ONCE)
    fields = ["title", "roles", "order", "valid_from", "valid_to"]
    Position.objects.bulk_update([row for step, row in rows if step.position], fields, batch_size=_AT_ONCE)
    resigned = [(step, row) for step, row in rows if step.position is None or step.position.signs != step.line.signs]
    SigningAuthority.objects.filter(position_id__in=[row.id for step, row in resigned if step.position]).delete()
    bodies = {body.code: body for body in bodies_of(by)}
    SigningAuthority.objects.bulk_create(
        [_signing(row, bodies[code], form, by) for step, row in resigned for code, form in step.line.signs],
        batch_size=_AT_ONCE,
    )
    for step, row in rows:
        _note_step(step, row, by)


def _row(step: Step, people: dict[str, UUID], by: Acting) -> Position:
    line = step.line
    return Position(
        id=step.position.id if step.position else new_id(),
        office_id=by.office_id,
        person_id=people[line.username],
        title=line.title,
        roles=list(line.roles),
        order=line.order,
        valid_from=line.valid_from,
        valid_to=line.valid_to,
    )


def _signing(row: Position, body: IssuingBody, form: str, by: Acting) -> SigningAuthority:
    return SigningAuthority(office_id=by.office_id, position_id=row.id, body_id=body.id, authority=form)


def _note_step(step: Step, row: Position, by: Acting) -> None:
    changed = {one.what: [one.old, one.new] for one in step.differences if step.position is not None}
    note(
        by=by,
        event=f"offices:position:{_VERBS[step.effect]}",
        subject_id=row.id,
        person=str(row.person_id),
        title=row.title,
        roles=row.roles,
        **({"changed": changed} if changed else {}),
    )


_VERBS = {Effect.NEW: "open", Effect.CHANGED: "change", Effect.ENDED: "end"}


def end_position(position_id: UUID, *, by: Acting) -> None:
    """End a position with today. Raises NotFound, Invalid for one's own, Conflict when it has ended before."""
    check_may(by, Permission.OFFICE_ADMINISTER)
    row = Position.objects.select_for_update().filter(office_id=by.office_id, id=position_id).first()
    if row is None:
        raise NotFound("position_unknown", _("Không có chức vụ này trong văn phòng."))
    if row.id == by.position_id:
        raise Invalid("own_position", _("Không tự kết thúc chức vụ của mình. Nhờ quản trị viên khác."))
    if row.valid_to is not None and row.valid_to <= today():
        raise Conflict("position_ended", _("Chức vụ này đã kết thúc."))
    Position.objects.filter(id=row.id).update(valid_to=max(today(), row.valid_from))
    note(by=by, event="offices:position:end", subject_id=row.id, person=str(row.person_id), title=row.title)
