"""Doing one thing to many rows: a look at each before, one transaction for each, and an answer for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from phoihop.core.errors import PhoiHopError
from phoihop.core.isolation import scope
from phoihop.lists.declaring import BulkAction, ListKind, Look
from phoihop.offices.acting import Acting, check_may

MOST = 200
"""How many rows may be chosen at once: four pages, and about a minute of work at worst."""


@dataclass(frozen=True)
class Preview:
    """What would happen to each of the chosen rows; ``gone`` counts those the office no longer has here."""

    able: Sequence[Look]
    unable: Sequence[Look]
    gone: int


@dataclass(frozen=True)
class Done:
    """What became of one row: a sentence, and whether it was done."""

    look: Look
    text: str
    is_done: bool


def preview(kind: ListKind, action: BulkAction, ids: Sequence[UUID], *, by: Acting) -> Preview:
    """What the action would do to each row now."""
    _check(kind, action, by=by)
    looks = action.look(ids, by)
    return Preview([one for one in looks if one.able], [one for one in looks if not one.able], len(ids) - len(looks))


def act_on_each(
    kind: ListKind, action: BulkAction, marks: Mapping[UUID, str], said: Mapping[str, Any], *, by: Acting
) -> Sequence[Done]:
    """Do the action to each row, in the order given, each in a transaction of its own. Runs outside any scope.

    ``marks`` are those of the preview: a row that has changed since is left alone, and told.
    """
    _check(kind, action, by=by)
    return [_act(action, one, mark, said, by) for one, mark in marks.items()]


def _act(action: BulkAction, one: UUID, mark: str, said: Mapping[str, Any], by: Acting) -> Done:
    with scope("web", by.office_id):
        found = next(iter(action.look([one], by)), None)
        if found is None:
            return Done(Look(one, "", "", "", ""), _("Không còn trong danh sách của văn phòng."), False)
        if found.mark != mark:
            return Done(found, _("Đã thay đổi sau khi xem trước nên được giữ nguyên."), False)
        if not found.able:
            return Done(found, found.reason, False)
        try:
            with transaction.atomic():
                return Done(found, action.act(one, said, by), True)
        except PhoiHopError as error:
            return Done(found, str(error), False)


def _check(kind: ListKind, action: BulkAction, *, by: Acting) -> None:
    check_may(by, kind.permission)
    check_may(by, action.permission)
