"""The two weeks as one sequence of deeds on a real calendar, so that a loader only has to walk it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from phoihop.demo.letters import Correspondence, Letter, PaperLetter, Treatment
from phoihop.demo.moments import Moment


class Deed(StrEnum):
    """What someone does with a document; within one minute, deeds follow one another in this order."""

    DRAFT = "draft"
    SUBMIT = "submit"
    RETURN_DRAFT = "return_draft"
    SIGN = "sign"
    NUMBER = "number"
    ISSUE = "issue"
    REGISTER = "register"
    DISTRIBUTE = "distribute"
    VIEW = "view"
    DIRECT = "direct"
    ACCEPT = "accept"
    RETURN = "return"
    FINISH = "finish"


@dataclass(frozen=True, slots=True)
class Event:
    """One deed at one time (aware, region's zone).

    ``letter`` or ``paper`` is what it is done to; ``treatment`` is set for what a receiving office does. A paper's
    first deed is its REGISTER: it enters the book by hand.
    """

    at: datetime
    deed: Deed
    letter: Letter | None = None
    paper: PaperLetter | None = None
    treatment: Treatment | None = None


def events_until(correspondence: Correspondence, *, anchor: date, now: datetime) -> tuple[Event, ...]:
    """Every deed on the calendar whose day 0 is ``anchor``, up to ``now`` (aware), in order.

    What would lie in the future is left out, and with it all that follows from it, because effects are never earlier
    than their causes (``integrity.check`` holds the data to that).
    """
    order = list(Deed)
    events = [event for event in _all_events(correspondence, anchor) if event.at <= now]
    return tuple(sorted(events, key=lambda event: (event.at, order.index(event.deed))))


def _all_events(correspondence: Correspondence, anchor: date) -> Iterator[Event]:
    for letter in correspondence.letters:
        for deed, moment in _own_deeds(letter):
            yield Event(moment.at(anchor, duty=letter.duty), deed, letter=letter)
        for treatment in letter.handling:
            for deed, moment in _treatment_deeds(treatment):
                yield Event(moment.at(anchor, duty=letter.duty), deed, letter=letter, treatment=treatment)
    for paper in correspondence.papers:
        for treatment in paper.handling:
            for deed, moment in _treatment_deeds(treatment):
                yield Event(moment.at(anchor, duty=paper.duty), deed, paper=paper, treatment=treatment)


def _own_deeds(letter: Letter) -> list[tuple[Deed, Moment]]:
    steps = letter.preparation
    deeds = (
        (Deed.DRAFT, steps.drafted),
        (Deed.SUBMIT, steps.submitted),
        (Deed.RETURN_DRAFT, letter.returned_at),
        (Deed.SIGN, steps.signed),
        (Deed.NUMBER, steps.numbered),
        (Deed.ISSUE, letter.issued),
    )
    return [(deed, moment) for deed, moment in deeds if moment is not None]


def _treatment_deeds(treatment: Treatment) -> list[tuple[Deed, Moment]]:
    deeds = (
        (Deed.REGISTER, treatment.registered),
        (Deed.DISTRIBUTE, treatment.distributed),
        (Deed.VIEW, treatment.viewed),
        (Deed.DIRECT, treatment.directed),
        (Deed.ACCEPT, treatment.accepted),
        (Deed.RETURN, treatment.returned),
        (Deed.FINISH, treatment.finished),
    )
    return [(deed, moment) for deed, moment in deeds if moment is not None]
