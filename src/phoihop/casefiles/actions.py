"""Setting up, filling, closing and handing over casefiles. Local to the office; every act stands in its journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.casefiles import selectors
from phoihop.casefiles.models import Casefile, Item
from phoihop.casefiles.registry import NOTE, source_of
from phoihop.casefiles.rules import CASEFILE, RETENTIONS, CasefileState
from phoihop.core.clock import now, today
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.ids import new_id
from phoihop.core.text import clean_line
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import colleagues

LONGEST_CODE: Final = 60
LONGEST_TITLE: Final = 500
LONGEST_NOTE: Final = 2_000


@dataclass(frozen=True)
class CasefileInput:
    """What a casefile is to say of itself; ``keeper`` is the position that is responsible."""

    year: int
    code: str
    title: str
    retention: int
    keeper: UUID


def set_up(stated: CasefileInput, *, by: Acting, planned: bool = False, casefile_id: UUID | None = None) -> Casefile:
    """A new casefile, open at once or, when ``planned``, on the year's list. Setting up the same id twice makes one.

    Raises Invalid at the field.
    """
    check_may(by, Permission.DISPATCH_DRAFT)
    known = Casefile.objects.filter(id=casefile_id, office_id=by.office_id).first() if casefile_id else None
    if known is not None:
        return known
    values = _cleaned(stated, by=by)
    made = Casefile.objects.create(
        id=casefile_id or new_id(),
        office_id=by.office_id,
        state=(CasefileState.PLANNED if planned else CasefileState.OPEN).value,
        opened_on=None if planned else today(),
        **values,
    )
    note(by=by, event="casefiles:casefile:set_up", subject_id=made.id, code=made.code)
    return made


def set_up_all(rows: Sequence[CasefileInput], *, by: Acting) -> int:
    """Put casefiles on the list, all or none. Returns how many. Raises Invalid, naming the first that is wrong."""
    for one in rows:
        try:
            set_up(one, by=by, planned=True)
        except Invalid as error:
            message = f"{one.code}: {error.message}"
            raise Invalid("casefile_invalid", message, fields={"file": [message]}) from error
    return len(rows)


def drop(casefile_id: UUID, *, by: Acting) -> None:
    """Take a casefile that was never opened off the list. Raises Conflict for any other."""
    found = _held(casefile_id, by=by)
    _follow(found, "edit", by=by)
    if found.state != CasefileState.PLANNED:
        raise Conflict(
            "casefile_opened", _("Hồ sơ đã mở thì không bỏ được."), remedy=_("Kết thúc hồ sơ khi xong việc.")
        )
    note(by=by, event="casefiles:casefile:drop", subject_id=found.id, code=found.code)
    found.delete()


def change(casefile_id: UUID, stated: CasefileInput, *, by: Acting) -> Casefile:
    """Say something else of a casefile that is not closed. Raises Conflict when it is, Invalid at the field."""
    found = _held(casefile_id, by=by)
    _follow(found, "edit", by=by)
    for name, value in _cleaned(stated, by=by, besides=found.id).items():
        setattr(found, name, value)
    return _saved(found, "change", by=by)


def _cleaned(stated: CasefileInput, *, by: Acting, besides: UUID | None = None) -> dict[str, object]:
    code, title = clean_line(stated.code), clean_line(stated.title)
    faults: dict[str, list[str]] = {}
    if not code or len(code) > LONGEST_CODE:
        faults["code"] = [_("Ghi số, ký hiệu hồ sơ, ngắn hơn %(most)d ký tự.") % {"most": LONGEST_CODE}]
    if not title or len(title) > LONGEST_TITLE:
        faults["title"] = [_("Ghi tiêu đề hồ sơ, ngắn hơn %(most)d ký tự.") % {"most": LONGEST_TITLE}]
    if stated.retention not in RETENTIONS:
        faults["retention"] = [_("Chọn thời hạn bảo quản.")]
    if not 1945 <= stated.year <= today().year + 1:
        faults["year"] = [_("Năm không hợp lý.")]
    keeper = next((one for one in colleagues(by) if one.id == stated.keeper), None)
    if keeper is None:
        faults["keeper"] = [_("Chọn người lập hồ sơ trong văn phòng.")]
    taken = Casefile.objects.filter(office_id=by.office_id, year=stated.year, code=code)
    taken = taken.exclude(id=besides) if besides else taken
    if not faults and taken.exists():
        faults["code"] = [_("Năm %(year)d đã có hồ sơ mang số, ký hiệu này.") % {"year": stated.year}]
    if faults or keeper is None:
        raise Invalid("casefile_invalid", " ".join(words for said in faults.values() for words in said), fields=faults)
    return {
        "year": stated.year,
        "code": code,
        "title": title,
        "retention": stated.retention,
        "position_id": keeper.id,
        "keeper": f"{keeper.person.full_name}, {keeper.title}",
    }


def move(casefile_id: UUID, verb: str, *, by: Acting, reason: str = "") -> Casefile:
    """Open, close, reopen, hand over, receive or send back, as ``rules.CASEFILE`` allows.

    Raises Conflict in another state, or for closing or handing over an empty casefile; Invalid without a reason where
    one is asked for.
    """
    found = _held(casefile_id, by=by)
    after = _follow(found, verb, by=by, reason=reason)
    if verb in {"close", "hand_over"} and not found.items.filter(removed_at__isnull=True).exists():
        raise Conflict("casefile_empty", _("Hồ sơ chưa có tài liệu nào."), remedy=_("Thêm tài liệu trước."))
    found.state, found.reason = after.value, clean_line(reason)
    who = f"{by.person_name}, {by.position_title}"
    if verb == "open":
        found.opened_on = today()
    elif verb == "close":
        found.closed_on = today()
        _renumber(found)
    elif verb == "reopen":
        found.closed_on = None
    elif verb == "hand_over":
        found.handed_at, found.handed_by = now(), who
    elif verb == "receive":
        found.received_at, found.received_by = now(), who
    return _saved(found, verb, by=by)


def put_in(casefile_id: UUID, kind: str, subject_id: UUID, *, by: Acting) -> bool:
    """Put a thing into an open casefile. Returns False when it lay there already.

    Raises NotFound for a thing the office may not see, Conflict when the casefile is not open.
    """
    found = _held(casefile_id, by=by)
    _follow(found, "fill", by=by)
    source = source_of(kind)
    if source is None or subject_id not in source.describe([subject_id], by):
        raise NotFound("thing_unknown", _("Không tìm thấy tài liệu này."))
    if found.items.filter(kind=kind, subject_id=subject_id, removed_at__isnull=True).exists():
        return False
    _add(found, by=by, kind=kind, subject_id=subject_id)
    return True


def write_note(casefile_id: UUID, text: str, *, by: Acting) -> Item:
    """Put a note into an open casefile. Raises Invalid at ``text``."""
    found = _held(casefile_id, by=by)
    _follow(found, "fill", by=by)
    words = text.strip()
    if not words or len(words) > LONGEST_NOTE:
        message = _("Ghi nội dung, ngắn hơn %(most)d ký tự.") % {"most": LONGEST_NOTE}
        raise Invalid("note_invalid", message, fields={"text": [message]})
    return _add(found, by=by, kind=NOTE, text=words)


def take_out(casefile_id: UUID, item_id: UUID, *, reason: str, by: Acting) -> None:
    """Take an item out, with the reason, which stays. Raises Invalid without one, NotFound when it is not there."""
    found = _held(casefile_id, by=by)
    _follow(found, "fill", by=by)
    words = clean_line(reason)
    if not words:
        message = _("Ghi rõ lý do.")
        raise Invalid("reason_required", message, fields={"reason": [message]})
    item = found.items.filter(id=item_id, removed_at__isnull=True).first()
    if item is None:
        raise NotFound("item_unknown", _("Tài liệu không còn trong hồ sơ."))
    item.removed_at, item.removed_by, item.removed_reason = now(), f"{by.person_name}, {by.position_title}", words
    item.save(update_fields=["removed_at", "removed_by", "removed_reason"])
    _saved(found, "take_out", by=by)


def _add(found: Casefile, *, by: Acting, kind: str, subject_id: UUID | None = None, text: str = "") -> Item:
    last = found.items.aggregate(last=Max("number"))["last"] or 0
    item = Item.objects.create(
        office_id=by.office_id,
        casefile=found,
        number=last + 1,
        kind=kind,
        subject_id=subject_id,
        text=text,
        added_by=f"{by.person_name}, {by.position_title}",
    )
    found.changed_at = now()
    found.save(update_fields=["changed_at"])
    note(by=by, event="casefiles:casefile:fill", subject_id=found.id, thing=str(subject_id or item.id))
    return item


def _renumber(found: Casefile) -> None:
    """Count what lies in it from one, in the order in which it was put in."""
    rows: Sequence[Item] = list(found.items.filter(removed_at__isnull=True).order_by("number", "id"))
    for number, item in enumerate(rows, 1):
        item.number = number
    Item.objects.bulk_update(rows, ["number"])


def _held(casefile_id: UUID, *, by: Acting) -> Casefile:
    """The casefile, held until commit, so that two at once come one after the other. Raises NotFound."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"casefile {casefile_id}"])
    return selectors.casefile(casefile_id, by=by)


def _follow(found: Casefile, verb: str, *, by: Acting, reason: str = "") -> CasefileState:
    return CASEFILE.follow(CasefileState(found.state), verb, permissions=by.permissions, reason=reason)


def _saved(found: Casefile, verb: str, *, by: Acting) -> Casefile:
    found.changed_at = now()
    found.save()
    note(by=by, event=f"casefiles:casefile:{verb}", subject_id=found.id, code=found.code)
    return found
