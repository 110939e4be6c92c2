"""Who is told of recalls, updates and replacements: those who must answer, and those who asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from phoihop.core.machine import N_
from phoihop.dispatches import records
from phoihop.dispatches.models import Change, ChangeAnswer, Dispatch
from phoihop.exchange.envelope import SALT_BYTES
from phoihop.exchange.models import RecordBody
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.selectors import positions_with

_PAGE = "dispatches:document"

CHANGE_SENTENCES = {
    "change.recall": Sentence(N_("Nơi ban hành thu hồi %(code)s, chờ trả lời: %(reason)s"), "arrow-back-up", _PAGE),
    "change.update": Sentence(N_("Nơi ban hành đính chính %(code)s, chờ trả lời: %(reason)s"), "edit", _PAGE),
    "change.replace": Sentence(N_("Nơi ban hành thay thế %(code)s, chờ trả lời: %(reason)s"), "replace", _PAGE),
    "change.agreed": Sentence(N_("%(office)s đồng ý về %(code)s"), "circle-check", _PAGE),
    "change.refused": Sentence(N_("%(office)s không đồng ý về %(code)s: %(reason)s"), "circle-x", _PAGE),
}


def tell_of_changes(change_ids: Sequence[UUID]) -> None:
    """Clerks, who answer, and chiefs, who decide, of every office that is asked."""
    changes = Change.objects.in_bulk(list(change_ids))
    documents = Dispatch.objects.in_bulk({one.dispatch_id for one in changes.values()})
    asked = list(ChangeAnswer.objects.filter(change_id__in=changes, asked=True))
    offices = {one.office_id for one in asked}
    people = _people((Permission.DISPATCH_REGISTER, Permission.DISPATCH_DISTRIBUTE), offices)
    tell(
        [
            Telling(one.office_id, position, f"change.{change.action}", f"change:{change.id}", change.dispatch_id,
                    {"code": documents[change.dispatch_id].code, "reason": change.reason[:160]})
            for one in asked
            for change in [changes[one.change_id]]
            if change.dispatch_id in documents
            for position in people[one.office_id]
        ]
    )  # fmt: skip


def tell_of_answers(record_ids: Sequence[UUID]) -> None:
    """Those who recall and issue, at the office that asked."""
    contents = RecordBody.objects.filter(record_id__in=record_ids).values_list("record_id", "content")
    bodies = {one: records.ChangeAnswered.model_validate_json(bytes(data)[SALT_BYTES:]) for one, data in contents}
    rows = ChangeAnswer.objects.filter(change_id__in={body.change for body in bodies.values()}, asked=True)
    answers = [one for one in rows.exclude(state="requested") if one.owner_id != one.office_id]
    documents = Dispatch.objects.in_bulk({one.dispatch_id for one in answers})
    names = dict(Office.objects.filter(id__in={one.office_id for one in answers}).values_list("id", "short_name"))
    permissions = (Permission.DISPATCH_RECALL, Permission.DISPATCH_ISSUE)
    people = _people(permissions, {one.owner_id for one in answers})
    tell(
        [
            Telling(one.owner_id, position, f"change.{one.state}", f"{one.state}:{one.change_id}:{one.office_id}",
                    one.dispatch_id, {"code": documents[one.dispatch_id].code, "office": names.get(one.office_id, ""),
                                      "reason": one.reason[:160]})
            for one in answers
            if one.dispatch_id in documents
            for position in people[one.owner_id]
        ]
    )  # fmt: skip


def _people(permissions: Iterable[Permission], offices: set[UUID]) -> dict[UUID, list[UUID]]:
    found: dict[UUID, dict[UUID, None]] = defaultdict(dict)
    for permission in permissions:
        for office, position in positions_with(permission, offices):
            found[office][position] = None
    return defaultdict(list, {office: list(positions) for office, positions in found.items()})
