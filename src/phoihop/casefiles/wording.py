"""How casefiles read: states with tone and icon, how long they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from phoihop.casefiles.rules import CASEFILE, CasefileState


@dataclass(frozen=True)
class StateLook:
    """A state in words, with a tone and an icon so that colour never stands alone."""

    label: str
    tone: str
    icon: str


_TONES: Final = {
    CasefileState.PLANNED: ("neutral", "clock"),
    CasefileState.OPEN: ("blue", "folder"),
    CasefileState.CLOSED: ("amber", "lock"),
    CasefileState.HANDED_OVER: ("orange", "arrow-right"),
    CasefileState.ARCHIVED: ("green", "circle-check"),
}


def state_look(state: CasefileState) -> StateLook:
    """How a state is shown."""
    tone, icon = _TONES[state]
    return StateLook(_(CASEFILE.labels[state]), tone, icon)


def retention_words(years: int) -> str:
    """How long a casefile is kept."""
    return _("%(n)d năm") % {"n": years} if years else _("vĩnh viễn")
