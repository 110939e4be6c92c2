"""Writing a workbook in the background: chunk by chunk, told how far, stopped when asked, begun anew after a kill."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _

from phoihop.audit.actions import note
from phoihop.core.clock import now, today
from phoihop.core.errors import PhoiHopError
from phoihop.core.ids import random_token
from phoihop.core.isolation import scope
from phoihop.files.storage import Stored, remove_stored, settle, spool_root, spooled_at
from phoihop.lists.declaring import Column, ListKind, list_kind
from phoihop.lists.keyset import Leg, Mark, chunks
from phoihop.lists.models import Export
from phoihop.lists.workbook import WorkbookWriter
from phoihop.notify.actions import Telling, tell
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.selectors import acting_as

CHUNK = 2_000
KEPT_FOR = timedelta(days=3)
WORKBOOK, PAPER = "workbook", "paper"
_ENDINGS = {WORKBOOK: "xlsx", PAPER: "pdf"}


class _Stopped(Exception):
    """Somebody stopped it, or another worker has begun it anew."""


def run_export(export_id: UUID) -> None:
    """Write one workbook, from its first row. Whoever asked is told. Runs outside any scope.

    It is read as the office that asked, under its policies, by a position that still holds the right: a workbook never
    holds more than the page would.
    """
    begun = _begin(export_id)
    if begun is None:
        return
    with translation.override(begun.language):
        reason = _("Máy chủ chưa ghi được tệp. Xuất lại sau ít phút.")
        try:
            with scope("gate"):
                by = acting_as(begun.position_id)
            _finish(begun, _written(begun, by), by=by)
            reason = ""
        except _Stopped:
            reason = ""
        except PhoiHopError as error:
            reason = str(error)
        finally:  # a defect is told, too, and then goes on to the log of the worker
            if reason:
                _fail(begun, reason)


def _begin(export_id: UUID) -> Export | None:
    with scope("worker"):
        waiting = Export.objects.filter(id=export_id, state__in=[Export.State.WAITING, Export.State.RUNNING])
        if not waiting.update(state=Export.State.RUNNING, attempt=F("attempt") + 1, written=0):
            return None
        return Export.objects.get(id=export_id)


def _written(begun: Export, by: Acting) -> Stored:
    kind = list_kind(begun.list_key)
    columns = [one for one in kind.columns if one.key not in begun.hidden]
    with _spool_file() as path:
        if begun.form == PAPER and kind.paper is not None:
            rows = [row for cells in _told(kind, columns, begun, by) for row in cells]
            with _reading(by):
                kind.paper(path, begun.query, rows, by)
        else:
            with WorkbookWriter(path, str(kind.title), [str(one.label) for one in columns]) as book:
                for cells in _told(kind, columns, begun, by):
                    for row in cells:
                        book.append(row)
                book.save()
        return settle(spooled_at(path))


def _told(kind: ListKind, columns: Sequence[Column], begun: Export, by: Acting) -> Iterator[Sequence[Sequence[object]]]:
    """The cells of each chunk; how far it is, is told after each."""
    written = 0
    for cells in _rows(kind, columns, begun, by):
        yield cells
        written += len(cells)
        _tell_progress(begun, written=written)


def _rows(kind: ListKind, columns: Sequence[Column], begun: Export, by: Acting) -> Iterator[Sequence[Sequence[object]]]:
    """The cells of each chunk. Every chunk is a short transaction of its own, so that nothing is held for minutes."""
    after: Mark | None = None
    with _reading(by):
        check_may(by, kind.permission)
        expected = sum(leg.rows.count() for leg in legs_of(kind, begun.query, by))
    _tell_progress(begun, expected=expected)
    while True:
        with _reading(by):
            found = next(chunks(legs_of(kind, begun.query, by), size=CHUNK, after=after), None)
            if found is None:
                return
            ids = [mark.id for mark in found]
            rows = kind.load(ids, by)
            cells = [[column.cell(rows[one]) for column in columns] for one in ids if one in rows]
        yield cells
        after = found[-1]


def _reading(by: Acting) -> AbstractContextManager[None]:
    return scope("web", by.office_id, read_only=True)


def legs_of(kind: ListKind, said: Mapping[str, str], by: Acting) -> Sequence[Leg]:
    """The legs of a list as an address narrows and sorts it; ``ids`` in it are the chosen rows alone."""
    sort, descending = kind.sorted_by(said.get("sort", ""))
    legs = kind.legs(said, sort, descending, by)
    chosen = [UUID(one) for one in said.get("ids", "").split()]
    if not chosen:
        return legs
    return [Leg(leg.rows.filter(**{f"{leg.tie}__in": chosen}), leg.field, leg.tie, leg.descending) for leg in legs]


@contextmanager
def _spool_file() -> Iterator[Path]:
    path = spool_root() / random_token()
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _tell_progress(begun: Export, **values: int) -> None:
    """Raises _Stopped when the export is no longer this worker's."""
    with scope("worker"):
        mine = Export.objects.filter(id=begun.id, attempt=begun.attempt, state=Export.State.RUNNING)
        if not mine.update(**values):
            raise _Stopped


def _finish(begun: Export, stored: Stored, *, by: Acting) -> None:
    kind = list_kind(begun.list_key)
    moment = now()
    file_name = f"{kind.file_name}-{today().isoformat()}.{_ENDINGS[begun.form]}"
    with scope("web", begun.office_id):
        mine = Export.objects.filter(id=begun.id, attempt=begun.attempt, state=Export.State.RUNNING)
        updated = mine.update(
            state=Export.State.DONE, finished_at=moment, expires_at=moment + KEPT_FOR,
            sha256=stored.sha256, size=stored.size, file_name=file_name,
        )  # fmt: skip
        if not updated:
            raise _Stopped
        done = Export.objects.get(id=begun.id)
        note(by=by, event="lists:export:finish", subject_id=begun.id, list=begun.list_key, rows=done.written)
        _tell(begun, "export.done", {"rows": done.written})


def _fail(begun: Export, reason: str) -> None:
    with scope("web", begun.office_id):
        mine = Export.objects.filter(id=begun.id, attempt=begun.attempt, state=Export.State.RUNNING)
        if mine.update(state=Export.State.FAILED, finished_at=now(), reason=reason):
            _tell(begun, "export.failed", {"reason": reason})


def _tell(begun: Export, key: str, values: Mapping[str, object]) -> None:
    telling = Telling(
        begun.office_id, begun.position_id, key, f"{key}:{begun.id}", begun.id, {"title": begun.title, **values}
    )
    tell([telling])


def clear_expired() -> int:
    """Forget workbooks whose time is over, and exports that ended long ago. Their bytes go when files are cleaned."""
    with scope("worker"):
        deleted, _models = Export.objects.filter(
            state__in=[Export.State.DONE, Export.State.FAILED, Export.State.CANCELLED],
            finished_at__lt=now() - KEPT_FOR,
        ).delete()
    return deleted


def needed_here(hashes: Sequence[str]) -> list[str]:
    """Those of the hashes that are workbooks somebody may still fetch. As the worker."""
    return list(Export.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))


def forget_workbooks(subjects: Collection[UUID]) -> None:
    """Remove all workbooks at once: any of them may hold a line about what was removed, and all can be made again."""
    if not subjects:
        return
    hashes = set(Export.objects.exclude(sha256="").values_list("sha256", flat=True))
    Export.objects.update(state=Export.State.CANCELLED, sha256="", finished_at=now())
    for sha256 in hashes:
        remove_stored(sha256)
