"""Who is told that a draft waits for their agreement or opinion, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from phoihop.core.machine import N_
from phoihop.dispatches.models import ApprovalTask, Draft, DraftOpinion
from phoihop.dispatches.selectors.approving import deputies_of
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence
from phoihop.offices.acting import Acting

_PAGE: Final = "dispatches:draft"

APPROVAL_SENTENCES = {
    "draft.to_approve": Sentence(N_("Chờ bạn duyệt: %(abstract)s"), "checklist", _PAGE),
    "draft.to_opine": Sentence(N_("%(who)s xin ý kiến: %(abstract)s"), "message", _PAGE),
    "draft.opinion": Sentence(N_("%(who)s đã cho ý kiến: %(abstract)s"), "message", _PAGE),
    "draft.amended": Sentence(N_("%(who)s đã sửa dự thảo khi duyệt: %(abstract)s"), "pencil", _PAGE),
}


def tell_of_tasks(tasks: Sequence[ApprovalTask], draft: Draft) -> None:
    """Tell who is asked to approve, and who stands in for them; once a person and turn."""
    people = [one.position_id for one in tasks]
    once = {(one.round, one.step, one.turn) for one in tasks}
    for turn in once:
        _tell(draft, "draft.to_approve", [*people, *deputies_of(people)], "-".join(map(str, turn)), "")


def tell_of_questions(opinions: Sequence[DraftOpinion], draft: Draft, *, by: Acting) -> None:
    """Tell who is asked for an opinion, and who stands in for them."""
    people = [one.position_id for one in opinions]
    _tell(draft, "draft.to_opine", [*people, *deputies_of(people)], str(opinions[0].id), by.person_name)


def tell_of_answer(opinion: DraftOpinion, draft: Draft, *, by: Acting) -> None:
    """Tell who asked, and who wrote the draft, that an opinion has come."""
    people = [draft.author_position_id, opinion.asked_by_position_id]
    _tell(draft, "draft.opinion", people, str(opinion.id), by.person_name)


def tell_of_amendment(draft: Draft, approved: Collection[UUID], *, by: Acting) -> None:
    """Tell the drafter, and those who had agreed to the text as it was."""
    people = [one for one in (draft.author_position_id, *approved) if one != by.position_id]
    _tell(draft, "draft.amended", people, str(draft.revision), by.person_name)


def _tell(draft: Draft, key: str, people: Sequence[UUID], once: str, who: str) -> None:
    values = {"abstract": draft.abstract or "…", "who": who}
    tell(
        [
            Telling(draft.office_id, position, key, f"{key}:{draft.id}:{once}", draft.id, values)
            for position in dict.fromkeys(people)
        ]
    )
