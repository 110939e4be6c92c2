"""Keeping filters and columns, and asking for workbooks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from phoihop.audit.actions import note
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.core.text import clean_line
from phoihop.lists.declaring import ListKind
from phoihop.lists.models import Export, ListChoice, SavedFilter
from phoihop.lists.selectors import export, may_remove_filter, saved_filter
from phoihop.offices.acting import Acting, check_may

LONGEST_NAME = 60
MOST_FILTERS = 30
MOST_UNDER_WAY = 5
_WRITE = "phoihop.lists.jobs.write_export"
_UNDER_WAY = (Export.State.WAITING, Export.State.RUNNING)


def choose_columns(kind: ListKind, *, shown: Collection[str], by: Acting) -> None:
    """Keep which columns this position wants to see of a list; those always shown stay."""
    check_may(by, kind.permission)
    hidden = [one.key for one in kind.columns if one.on_page and not one.always and one.key not in shown]
    ListChoice.objects.update_or_create(
        office_id=by.office_id, position_id=by.position_id, list_key=kind.key, defaults={"hidden": hidden}
    )


def save_filter(
    kind: ListKind, *, name: str, said: Mapping[str, str], by: Acting, shared: bool = False, opens: bool = False
) -> SavedFilter:
    """Keep what narrows a list under a name; the same name again replaces it. ``opens`` makes the list open with it.

    Raises Invalid without a name, and Conflict when somebody else's filter for the office has this name.
    """
    check_may(by, kind.permission)
    words = clean_line(name)
    if not words or len(words) > LONGEST_NAME:
        message = _("Đặt tên bộ lọc, tối đa %(most)d ký tự.") % {"most": LONGEST_NAME}
        raise Invalid("filter_name", message, fields={"name": [message]})
    owner = None if shared else by.position_id
    rows = SavedFilter.objects.filter(office_id=by.office_id, list_key=kind.key, position_id=owner)
    found = rows.filter(name=words).first()
    if found is None and rows.count() >= MOST_FILTERS:
        raise Conflict("too_many_filters", _("Đã lưu %(most)d bộ lọc; xóa bớt rồi lưu.") % {"most": MOST_FILTERS})
    if found is not None and not may_remove_filter(found, by=by):
        raise Conflict("filter_taken", _("Tên này đã dùng cho bộ lọc chung của người khác; chọn tên khác."))
    query = urlencode(sorted(kind.wanted(said).items()))
    saved, _made = SavedFilter.objects.update_or_create(
        office_id=by.office_id, list_key=kind.key, position_id=owner, name=words,
        defaults={"query": query, "made_by": by.position_id, "made_by_name": by.person_name},
    )  # fmt: skip
    if opens:
        open_with(kind, saved.id, by=by)
    if shared:
        note(by=by, event="lists:filter:share", list=kind.key, filter=str(saved.id))
    return saved


def open_with(kind: ListKind, filter_id: UUID | None, *, by: Acting) -> None:
    """Have a list open with a filter, or with none. Raises NotFound for a filter this position may not use."""
    check_may(by, kind.permission)
    if filter_id is not None and saved_filter(filter_id, by=by).list_key != kind.key:
        raise NotFound("filter_unknown", _("Không tìm thấy bộ lọc này."))
    ListChoice.objects.update_or_create(
        office_id=by.office_id, position_id=by.position_id, list_key=kind.key,
        defaults={"default_filter_id": filter_id},
    )  # fmt: skip


def remove_filter(filter_id: UUID, *, by: Acting) -> SavedFilter:
    """Take a filter away. Raises NotFound, or Forbidden when another made it for the office."""
    found = saved_filter(filter_id, by=by)
    if not may_remove_filter(found, by=by):
        raise Forbidden("filter_foreign", _("Bộ lọc chung này do %(name)s lưu.") % {"name": found.made_by_name})
    SavedFilter.objects.filter(id=found.id).delete()
    if found.position_id is None:
        note(by=by, event="lists:filter:remove", list=found.list_key, filter=str(found.id))
    return found


def start_export(
    kind: ListKind,
    *,
    said: Mapping[str, str],
    by: Acting,
    hidden: Collection[str] = (),
    ids: Sequence[UUID] = (),
    form: str = "workbook",
) -> Export:
    """Ask for a workbook of a list as it is narrowed, or of the chosen rows; a job writes it.

    ``form`` "paper" asks for the printed form of a list that has one. Raises Conflict while this position has many
    under way, NotFound for a list that has no printed form.
    """
    check_may(by, kind.permission)
    if form != "workbook" and (form != "paper" or kind.paper is None):
        raise NotFound("form_unknown", _("Danh sách này không có bản in."))
    own = Export.objects.filter(office_id=by.office_id, position_id=by.position_id)
    if own.filter(state__in=_UNDER_WAY).count() >= MOST_UNDER_WAY:
        raise Conflict(
            "too_many_exports",
            _("Đang xuất %(most)d tệp; chờ xong hoặc dừng bớt rồi xuất tiếp.") % {"most": MOST_UNDER_WAY},
        )
    query = kind.wanted(said) | ({"ids": " ".join(map(str, ids))} if ids else {})
    made = Export.objects.create(
        office_id=by.office_id, position_id=by.position_id, list_key=kind.key, title=str(kind.title),
        query=query, hidden=sorted(hidden), form=form, language=get_language() or "vi",
    )  # fmt: skip
    note(by=by, event="lists:export:start", subject_id=made.id, list=kind.key)
    with scope("worker"):
        app.configure_task(_WRITE).defer(export_id=str(made.id))
    return made


def cancel_export(export_id: UUID, *, by: Acting) -> Export:
    """Stop an export. What is written already is dropped; one that has ended stays as it is."""
    found = export(export_id, by=by)
    Export.objects.filter(id=found.id, state__in=_UNDER_WAY).update(state=Export.State.CANCELLED, finished_at=now())
    return found


def note_fetched(found: Export, *, by: Acting) -> None:
    """That the workbook left the installation."""
    note(by=by, event="lists:export:fetch", subject_id=found.id, list=found.list_key, rows=found.written)
