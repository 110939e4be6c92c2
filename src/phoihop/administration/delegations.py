"""Lending authority with a word to the two it concerns."""

from __future__ import annotations

from uuid import UUID

from phoihop.core.machine import N_
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence, register_sentences
from phoihop.offices.acting import Acting
from phoihop.offices.delegating import Lending, delegation_of, lend, revoke
from phoihop.offices.models import Delegation

LENT, TAKEN_BACK = "administration:delegation_lent", "administration:delegation_revoked"


def lend_and_tell(lending: Lending, *, by: Acting) -> Delegation:
    """Lend, and tell giver and taker. Raises what ``lend`` raises."""
    kept = delegation_of(lend(lending, by=by).id, by)
    _tell(kept, LENT)
    return kept


def revoke_and_tell(delegation_id: UUID, *, by: Acting) -> Delegation:
    """Take back, and tell giver and taker. Raises what ``revoke`` raises."""
    ended = revoke(delegation_id, by=by)
    _tell(ended, TAKEN_BACK)
    return ended


def _tell(one: Delegation, key: str) -> None:
    values = {
        "giver": one.giver.person.full_name,
        "taker": one.taker.person.full_name,
        "since": f"{one.valid_from:%d/%m/%Y}",
        "until": f"{one.valid_to:%d/%m/%Y}",
    }
    tell(
        [
            Telling(one.office_id, position, key, f"{key}:{one.id}", one.id, values)
            for position in (one.giver_id, one.taker_id)
        ]
    )


def register() -> None:
    """State the sentences."""
    register_sentences(
        {
            LENT: Sentence(
                N_("%(giver)s ủy quyền cho %(taker)s từ %(since)s đến hết %(until)s."),
                "key",
                "administration:delegation",
            ),
            TAKEN_BACK: Sentence(
                N_("Ủy quyền của %(giver)s cho %(taker)s đã bị thu hồi."), "key", "administration:delegation"
            ),
        }
    )
