"""Making, changing, retiring and publishing lists, and noting that one was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.core.text import clean_line, clean_text, fold, sort_key
from phoihop.distribution.models import DistributionList, ListUse, ListVersion
from phoihop.distribution.records import MOST_MEMBERS, STATED, ListStated
from phoihop.distribution.rules import Members, lists_within
from phoihop.distribution.selectors.lists import ListEntry, all_lists, holders_of, list_for
from phoihop.distribution.selectors.membership import for_others, resolved
from phoihop.exchange.actions import disclose, publish
from phoihop.exchange.models import Subject
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.exchange.store import members_of
from phoihop.files.guard.checking import check_text
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import offices as offices_of_today

LONGEST_NAME, LONGEST_TEXT = 200, 2_000


@dataclass(frozen=True)
class ListInput:
    """What a person states of a list. ``reason`` says why it is changed; a new list needs none."""

    name: str
    purpose: str = ""
    members: Sequence[str] = ()
    reason: str = ""


@dataclass(frozen=True)
class _Cleaned:
    name: str
    purpose: str
    reason: str
    members: Members


def save_list(
    stated: ListInput, *, by: Acting, list_id: UUID | None = None, number: int | None = None
) -> DistributionList:
    """Make a list, or a new version of one; ``number`` is the version the page was opened at.

    What changes nothing makes no version. A list that others have is stated to them anew. Raises Invalid at the
    field, NotFound, and Conflict when it was changed or retired meanwhile, or its name is taken.
    """
    check_may(by, Permission.DISTRIBUTION_EDIT)
    _one_at_a_time(by)
    row = _own(list_id, by=by) if list_id is not None else None
    if row is not None and number is not None and number != row.number:
        raise Conflict(
            "list_changed",
            _("Danh sách vừa được sửa ở nơi khác (nay là phiên bản %(number)d) nên chưa ghi.") % {"number": row.number},
            remedy=_("Mở danh sách ở thẻ khác để so sánh, rồi lưu lại."),
        )
    cleaned = _cleaned(stated, row, by=by)
    if row is not None and _says_the_same(row, cleaned):
        return row
    return _keep(row, cleaned, by=by)


def _one_at_a_time(by: Acting) -> None:
    """Two lists saved at once could hold each other, each not seeing it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"distribution {by.office_id}"])


def _own(list_id: UUID, *, by: Acting) -> DistributionList:
    entry = list_for(list_id, by=by)
    if not entry.is_own:
        raise Forbidden(
            "list_foreign",
            _("Danh sách này của %(owner)s; chỉ nơi lập sửa được.") % {"owner": entry.owner_name},
            remedy=_("Sao chép thành danh sách của văn phòng mình rồi sửa."),
        )
    row = DistributionList.objects.select_for_update().get(id=list_id, office_id=by.office_id)
    if row.retired_at is not None:
        raise Conflict("list_retired", _("Danh sách đã ngừng dùng."), remedy=_("Sao chép thành danh sách mới."))
    return row


def _cleaned(stated: ListInput, row: DistributionList | None, *, by: Acting) -> _Cleaned:
    problems: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for name, clean in (("name", clean_line), ("purpose", clean_text), ("reason", clean_text)):
        try:
            texts[name] = clean(getattr(stated, name))
        except Invalid as error:
            problems[name] = [str(error)]
    _check_texts(texts, row, problems, by=by)
    members = _read_members(stated.members, problems)
    if members is not None:
        _check_members(members, row, problems, by=by)
    if problems or members is None:
        raise Invalid("list_invalid", _("Có mục chưa hợp lệ; xem lời nhắc ở từng mục."), fields=problems)
    check_text({"abstract": texts["name"], "content": f"{texts['purpose']}\n{texts['reason']}"}, place="draft", by=by)
    return _Cleaned(texts["name"], texts["purpose"], texts["reason"], members)


def _check_texts(
    texts: dict[str, str], row: DistributionList | None, problems: dict[str, list[str]], *, by: Acting
) -> None:
    name = texts.get("name", "")
    if "name" in texts and not fold(name):
        problems["name"] = [_("Đặt tên danh sách.")]
    if len(name) > LONGEST_NAME:
        problems["name"] = [_("Tên không quá %(most)d ký tự.") % {"most": LONGEST_NAME}]
    for field in ("purpose", "reason"):
        if len(texts.get(field, "")) > LONGEST_TEXT:
            problems[field] = [_("Không quá %(most)d ký tự.") % {"most": LONGEST_TEXT}]
    taken = DistributionList.objects.filter(office_id=by.office_id, folded=fold(name), retired_at=None)
    if row is not None:
        taken = taken.exclude(id=row.id)
    if name and taken.exists():
        problems["name"] = [_("Văn phòng đã có danh sách mang tên này.")]
    if row is not None and "reason" in texts and not texts["reason"]:
        problems["reason"] = [_("Ghi vì sao sửa, để người sau hiểu.")]


def _read_members(tokens: Sequence[str], problems: dict[str, list[str]]) -> Members | None:
    try:
        members = Members.of(tokens)
    except ValueError:
        problems["members"] = [_("Có thành viên không đọc được; chọn lại.")]
        return None
    if members.names_nobody():
        problems["members"] = [_("Chọn ít nhất một thành viên: văn phòng, nhóm theo quy tắc hoặc danh sách khác.")]
    elif len(members.tokens()) > MOST_MEMBERS:
        problems["members"] = [_("Không quá %(most)d thành viên; dùng nhóm theo quy tắc.") % {"most": MOST_MEMBERS}]
    return members


def _check_members(
    members: Members, row: DistributionList | None, problems: dict[str, list[str]], *, by: Acting
) -> None:
    lists = all_lists(by)
    kept = Members.of(row.members) if row is not None else Members()
    new = (members.offices | members.without) - (kept.offices | kept.without)
    if offices_of_today().filter(id__in=new).count() != len(new):
        problems["members"] = [_("Có văn phòng không có trong danh bạ hiện nay.")]
    if any(one not in lists or (lists[one].is_retired and one not in kept.lists) for one in members.lists):
        problems["members"] = [_("Có danh sách không còn dùng được; bỏ ra rồi lưu lại.")]
    elif row is not None and row.id in lists_within(members, lambda one: lists[one].members if one in lists else None):
        holding = sorted(
            lists[one].name
            for one in members.lists
            if one == row.id or row.id in lists_within(lists[one].members, lambda each: lists[each].members)
        )
        said = _("Danh sách chứa vòng: %(names)s lại chứa chính danh sách này.")
        problems["members"] = [said % {"names": ", ".join(holding)}]


def _says_the_same(row: DistributionList, cleaned: _Cleaned) -> bool:
    return (row.name, row.purpose, row.members) == (cleaned.name, cleaned.purpose, cleaned.members.tokens())


def _keep(row: DistributionList | None, cleaned: _Cleaned, *, by: Acting) -> DistributionList:
    is_new = row is None
    row = row or DistributionList(id=new_id(), office_id=by.office_id, number=0)
    row.name, row.folded, row.sort_key = cleaned.name, fold(cleaned.name), sort_key(cleaned.name)
    row.purpose, row.members = cleaned.purpose, cleaned.members.tokens()
    row.offices = [str(office.id) for office in resolved(cleaned.members, by=by).offices]
    row.number += 1
    row.changed_at = now()
    row.save(force_insert=is_new)
    _add_version(row, reason=cleaned.reason, by=by)
    event = "distribution:list:make" if is_new else "distribution:list:change"
    note(by=by, event=event, subject_id=row.id, number=row.number)
    if row.published_at is not None:
        _state(row, reason=cleaned.reason, audience=_audience_of(row.id, by=by), by=by)
    return row


def _add_version(row: DistributionList, *, reason: str, by: Acting, is_retired: bool = False) -> None:
    ListVersion.objects.create(
        office_id=by.office_id, list_id=row.id, number=row.number, name=row.name, purpose=row.purpose,
        members=row.members, offices=row.offices, reason=reason, made_by=_maker(by), made_at=row.changed_at,
        is_retired=is_retired,
    )  # fmt: skip


def _maker(by: Acting) -> str:
    return f"{by.person_name}, {by.position_title}"


def retire_list(list_id: UUID, *, reason: str, by: Acting) -> None:
    """Stop using a list. Its versions and uses stay. Raises Conflict while another list in use holds it."""
    check_may(by, Permission.DISTRIBUTION_EDIT)
    _one_at_a_time(by)
    row, words = _own(list_id, by=by), _reason(reason, by=by)
    if holders := [entry.name for entry in holders_of(list_id, by=by)]:
        raise Conflict(
            "list_held",
            _("Danh sách đang nằm trong: %(names)s.") % {"names": ", ".join(holders)},
            remedy=_("Bỏ nó khỏi các danh sách đó trước."),
        )
    row.number += 1
    row.changed_at = row.retired_at = now()
    row.save()
    _add_version(row, reason=words, by=by, is_retired=True)
    if row.published_at is not None:
        _state(row, reason=words, audience=_audience_of(row.id, by=by), by=by, retired=True)
    note(by=by, event="distribution:list:retire", subject_id=row.id, number=row.number)


def _reason(reason: str, *, by: Acting) -> str:
    try:
        words = clean_text(reason)
    except Invalid as error:
        raise Invalid(error.code, str(error), fields={"reason": [str(error)]}) from error
    if not words or len(words) > LONGEST_TEXT:
        message = _("Ghi lý do, không quá %(most)d ký tự.") % {"most": LONGEST_TEXT}
        raise Invalid("reason_required", message, fields={"reason": [message]})
    check_text({"content": words}, place="draft", by=by)
    return words


def publish_list(list_id: UUID, *, offices: Sequence[UUID], reason: str, by: Acting) -> None:
    """Let other offices see and use a list, and every version that follows; later, further offices.

    Raises Invalid for offices that do not exist or a list too large for a record, Conflict when all of them have it.
    """
    check_publish(by)
    _one_at_a_time(by)
    row, words, wanted = _own(list_id, by=by), _reason(reason, by=by), set(offices) - {by.office_id}
    if not wanted or offices_of_today().filter(id__in=wanted).count() != len(wanted):
        message = _("Chọn văn phòng được dùng danh sách.")
        raise Invalid("offices_missing", message, fields={"offices": [message]})
    if row.published_at is None:
        _state(row, reason=words, audience=AudienceSet.of({by.office_id, *wanted}), by=by, opens=True)
        row.published_at = now()
        row.save(update_fields=["published_at"])
    else:
        disclose(row.id, offices=sorted(wanted), reason=words, by=by)
    note(by=by, event="distribution:list:publish", subject_id=row.id, offices=[str(one) for one in sorted(wanted)])


def check_publish(by: Acting) -> None:
    """Raise Forbidden unless the position may open things to other offices."""
    check_may(by, Permission.DISPATCH_DISCLOSE)


def may_publish(by: Acting) -> bool:
    """Whether it may."""
    return by.may(Permission.DISPATCH_DISCLOSE)


def _audience_of(list_id: UUID, *, by: Acting) -> AudienceSet:
    """Asked as the writer: the office itself sees of an audience only that it belongs to it."""
    with scope("writer", by.office_id):
        subject = Subject.objects.get(id=list_id)
        return members_of([subject.audience_id])[subject.audience_id]


def _state(
    row: DistributionList, *, reason: str, audience: AudienceSet, by: Acting, opens: bool = False, retired: bool = False
) -> None:
    members = for_others(Members.of(row.members), by=by).tokens()
    if max(len(members), len(row.offices)) > MOST_MEMBERS:
        message = _("Danh sách công bố không quá %(most)d nơi.") % {"most": MOST_MEMBERS}
        raise Invalid("list_too_large", message, fields={"offices": [message]})
    body = ListStated(
        number=row.number, name=row.name, purpose=row.purpose, members=tuple(members),
        offices=tuple(UUID(one) for one in row.offices), reason=reason, made_by=_maker(by), retired=retired,
    )  # fmt: skip
    publish([Statement(STATED, 1, body, row.id, audience, opens=opens)], by=by)


def note_uses(subject_id: UUID, uses: Sequence[tuple[ListEntry, int, Sequence[UUID]]], *, by: Acting) -> None:
    """Keep by which lists a document went out: the list, its version, and who was in it."""
    ListUse.objects.bulk_create(
        ListUse(
            office_id=by.office_id, list_id=entry.id, subject_id=subject_id, number=number,
            offices=[str(one) for one in offices], used_by=_maker(by),
        )
        for entry, number, offices in uses
    )  # fmt: skip
