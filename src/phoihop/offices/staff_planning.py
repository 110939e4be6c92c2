"""From what an administrator wants of people and positions to what would change, before anything does."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from phoihop.core.clock import today
from phoihop.core.text import fold, tone_fold
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission, RoleKey, permissions_of
from phoihop.offices.selectors import bodies_of
from phoihop.offices.staff import (
    Difference,
    Effect,
    HeldPosition,
    StaffFault,
    StaffLine,
    StaffMember,
    StaffPlan,
    Step,
)
from phoihop.offices.staff_selectors import role_words, staff_of, usernames_taken

USERNAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,59}")


@dataclass
class _Planning:
    by: Acting
    members: dict[str, StaffMember]
    bodies: frozenset[str]
    taken: frozenset[str]
    day: date
    steps: list[Step] = field(default_factory=list)
    faults: list[StaffFault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def fault(self, line: StaffLine, key: str, message: str, remedy: str = "") -> None:
        self.faults.append(StaffFault(line.place, key, message, remedy, line.cells.get(key, "")))


def plan_staff(lines: Sequence[StaffLine], *, by: Acting, ends_missing: bool = False) -> StaffPlan:
    """What these lines would change in the acting office.

    A line is a position of a person, known by the name it signs in with, by title and time. Who is not named stays as
    is, unless ``ends_missing``: then positions held today that no line names end today.
    """
    check_may(by, Permission.OFFICE_ADMINISTER)
    members = {member.username.lower(): member for member in staff_of(by)}
    strangers = {line.username for line in lines} - members.keys()
    bodies = frozenset(body.code for body in bodies_of(by))
    planning = _Planning(by, members, bodies, usernames_taken(strangers), today())
    by_name: dict[str, list[StaffLine]] = defaultdict(list)
    for line in lines:
        _check_line(planning, line)
        by_name[line.username].append(line)
    for username, own in by_name.items():
        _plan_person(planning, members.get(username), own)
    _note_namesakes(planning)
    _plan_missing(planning, by_name.keys(), ends_missing)
    _check_own_rights(planning)
    planning.steps.sort(key=lambda step: (step.line.place == 0, step.line.place))
    return StaffPlan(tuple(planning.steps), tuple(planning.faults), tuple(planning.remarks))


def _check_line(planning: _Planning, line: StaffLine) -> None:
    if not USERNAME.fullmatch(line.username):
        remedy = _("Dùng 3 đến 60 chữ thường không dấu, chữ số, dấu chấm, gạch; ví dụ an.nv.")
        planning.fault(line, "username", _("Tên đăng nhập “%(name)s” không hợp lệ.") % {"name": line.username}, remedy)
    elif line.username in planning.taken:
        remedy = _("Chọn tên khác. Nếu cùng một người làm ở hai văn phòng, đề nghị người vận hành máy chủ.")
        message = _("Tên đăng nhập “%(name)s” đã có người dùng.") % {"name": line.username}
        planning.fault(line, "username", message, remedy)
    if line.valid_to is not None and line.valid_to < line.valid_from:
        planning.fault(line, "valid_to", _("Ngày kết thúc trước ngày bắt đầu."), _("Sửa một trong hai ngày."))
    for code, _authority in line.signs:
        if code not in planning.bodies:
            known = ", ".join(sorted(planning.bodies))
            message = _("Văn phòng không ký cho cơ quan mang mã “%(code)s”.") % {"code": code}
            planning.fault(line, "signs", message, _("Dùng một trong các mã: %(codes)s.") % {"codes": known})
    hands_out_more = RoleKey.NODE_OPERATOR in line.roles and not planning.by.may(Permission.NODE_OPERATE)
    if hands_out_more and not _holds_already(planning, line):
        message = _("Vai trò vận hành máy chủ do người vận hành máy chủ giao.")
        planning.fault(line, "roles", message, _("Bỏ vai trò này khỏi dòng."))


def _holds_already(planning: _Planning, line: StaffLine) -> bool:
    member = planning.members.get(line.username)
    held = [one for one in (member.positions if member else ()) if line.position in {None, one.id}]
    held = [one for one in held if line.position or _same_title(one.title, line.title)]
    return any(RoleKey.NODE_OPERATOR in one.roles and one.valid_from <= line.valid_from for one in held)


def _plan_person(planning: _Planning, member: StaffMember | None, lines: Sequence[StaffLine]) -> None:
    first = lines[0]
    for line in lines[1:]:
        for key, here, there in (("full_name", line.full_name, first.full_name), ("email", line.email, first.email)):
            if here != there:
                message = _("“%(here)s” khác dòng %(row)d (“%(there)s”) của cùng tên đăng nhập.")
                message %= {"here": here, "row": first.place, "there": there}
                planning.fault(line, key, message, _("Ghi giống nhau, hoặc dùng tên đăng nhập khác."))
    _check_overlaps(planning, lines)
    free = list(member.positions) if member else []
    for line in lines:
        held = _counterpart(line, free)
        if held is not None:
            free.remove(held)
        planning.steps.append(_step(line, member, held))
    for held in free:
        for line in lines:
            if _same_title(held.title, line.title) and _overlap(line, held):
                message = _("Chồng thời gian với chức vụ cùng tên đã có từ %(since)s.") % {
                    "since": _day(held.valid_from)
                }
                planning.fault(line, "valid_from", message, _("Sửa ngày, hoặc kết thúc chức vụ cũ trước."))


def _check_overlaps(planning: _Planning, lines: Sequence[StaffLine]) -> None:
    seen: dict[str, list[StaffLine]] = defaultdict(list)
    for line in lines:
        alike = seen[_title_key(line.title)]
        for other in alike:
            if replace(other, place=0) == replace(line, place=0):
                message = _("Dòng này trùng hẳn dòng %(row)d.") % {"row": other.place}
                planning.fault(line, "username", message, _("Xóa một trong hai dòng."))
            elif _overlap(line, other):
                message = _("Chồng thời gian với cùng chức vụ ở dòng %(row)d.") % {"row": other.place}
                planning.fault(line, "valid_from", message, _("Sửa ngày để hai khoảng không giao nhau."))
        alike.append(line)


def _counterpart(line: StaffLine, free: Sequence[HeldPosition]) -> HeldPosition | None:
    if line.position is not None:
        return next((held for held in free if held.id == line.position), None)
    alike = [held for held in free if _same_title(held.title, line.title)]
    exact = next((held for held in alike if held.valid_from == line.valid_from), None)
    return exact or next((held for held in alike if _overlap(line, held)), None)


def _overlap(one: StaffLine, other: StaffLine | HeldPosition) -> bool:
    return (other.valid_to is None or one.valid_from <= other.valid_to) and (
        one.valid_to is None or other.valid_from <= one.valid_to
    )


def _title_key(title: str) -> str:
    return tone_fold(title).casefold()


def _same_title(one: str, other: str) -> bool:
    return _title_key(one) == _title_key(other)


def _step(line: StaffLine, member: StaffMember | None, held: HeldPosition | None) -> Step:
    differences = tuple(_differences(line, member, held))
    if held is None:
        return Step(Effect.NEW, line, member, None, differences)
    if not differences:
        return Step(Effect.UNCHANGED, line, member, held)
    ends = line.valid_to is not None and (held.valid_to is None or line.valid_to < held.valid_to)
    return Step(Effect.ENDED if ends else Effect.CHANGED, line, member, held, differences)


def _differences(line: StaffLine, member: StaffMember | None, held: HeldPosition | None) -> Iterator[Difference]:
    if member is not None and held is not None and _is_same(line, member, held):
        return  # nearly every line of a long list; the words below are for those that differ
    pairs: list[tuple[str, str, str]] = []
    if member is not None:
        pairs.append((_("Họ và tên"), member.full_name, line.full_name))
        if line.email:
            pairs.append((_("Thư điện tử"), member.email, line.email))
    if held is not None:
        pairs += [
            (_("Chức vụ"), held.title, line.title),
            (_("Vai trò"), _roles(held.roles), _roles(line.roles)),
            (_("Ký cho"), _signs(held.signs), _signs(line.signs)),
            (_("Thứ tự"), str(held.order), str(line.order)),
            (_("Từ ngày"), _day(held.valid_from), _day(line.valid_from)),
            (_("Đến hết ngày"), _day(held.valid_to), _day(line.valid_to)),
        ]
    yield from (Difference(what, old, new) for what, old, new in pairs if old != new)


def _is_same(line: StaffLine, member: StaffMember, held: HeldPosition) -> bool:
    there = (member.full_name, held.title, held.order, held.valid_from, held.valid_to, sorted(held.signs))
    here = (line.full_name, line.title, line.order, line.valid_from, line.valid_to, sorted(line.signs))
    return here == there and set(line.roles) == set(held.roles) and line.email in {"", member.email}


def _roles(roles: Sequence[str]) -> str:
    return "; ".join(sorted(role_words(roles)))


def _signs(signs: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{code}: {' / '.join(form.splitlines())}".rstrip(": ") for code, form in sorted(signs))


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _note_namesakes(planning: _Planning) -> None:
    names: dict[str, set[str]] = defaultdict(set)
    for step in planning.steps:
        names[fold(step.line.full_name)].add(step.line.username)
    for usernames in names.values():
        if len(usernames) > 1:
            listed = ", ".join(sorted(usernames)[:5])
            planning.remarks.append(_("Cùng họ tên, kiểm tra xem có phải một người: %(names)s.") % {"names": listed})


def _plan_missing(planning: _Planning, named: Collection[str], ends_missing: bool) -> None:
    kept = {step.position.id for step in planning.steps if step.position is not None}
    left = [
        (member, held)
        for member in planning.members.values()
        for held in member.positions
        if held.id not in kept and (held.valid_to is None or held.valid_to > planning.day)
    ]
    if not ends_missing:
        people = {member.username for member, _held in left if member.username.lower() not in named}
        if people:
            said = _("%(count)d người đang có chức vụ không có trong tệp; giữ nguyên.") % {"count": len(people)}
            planning.remarks.append(said)
        return
    for member, held in left:
        until = max(planning.day, held.valid_from)
        line = StaffLine(
            member.username, member.full_name, held.title, held.roles, held.valid_from, until, held.signs, held.order
        )
        ends = Difference(_("Đến hết ngày"), _day(held.valid_to), _day(until))
        planning.steps.append(Step(Effect.ENDED, line, member, held, (ends,)))


def _check_own_rights(planning: _Planning) -> None:
    """Nobody locks the last door from outside: whoever acts keeps administering."""
    for step in planning.steps:
        if step.position is None or step.position.id != planning.by.position_id:
            continue
        administers = Permission.OFFICE_ADMINISTER in permissions_of(list(step.line.roles))
        stays = step.line.valid_to is None or step.line.valid_to > planning.day
        had = Permission.OFFICE_ADMINISTER in permissions_of(list(step.position.roles))
        if had and not (administers and stays and step.line.covers(planning.day)):
            message = _("Dòng này bỏ quyền quản trị của chính người đang làm.")
            planning.fault(step.line, "roles", message, _("Để nguyên chức vụ này; nhờ quản trị viên khác làm."))
