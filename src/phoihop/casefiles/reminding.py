"""Whoever keeps a closed casefile is told in time to hand it over, and monthly when the time has passed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from phoihop.casefiles.models import Casefile
from phoihop.casefiles.rules import CasefileState, archive_due
from phoihop.core.clock import today
from phoihop.core.machine import N_
from phoihop.notify.actions import Telling, tell
from phoihop.notify.sentences import Sentence, register_sentences

AHEAD: Final = timedelta(days=60)
_PAGE: Final = "casefiles:casefile"

SENTENCES = {
    "casefile.due": Sentence(N_("Hồ sơ %(code)s nộp lưu trữ trước %(day)s: %(title)s"), "folder", _PAGE),
    "casefile.late": Sentence(N_("Hồ sơ %(code)s quá hạn nộp lưu trữ từ %(day)s: %(title)s"), "alarm", _PAGE),
}


def register() -> None:
    """Make the sentences known to ``notify``."""
    register_sentences(SENTENCES)


def tell_of_handing_over(day: date | None = None) -> int:
    """Tell of closed casefiles due within sixty days, once, and of late ones, once a month. As the worker."""
    moment = day or today()
    waiting = Casefile.objects.filter(state=CasefileState.CLOSED, closed_on__isnull=False)
    tellings = [found for one in waiting for found in [_telling(one, moment)] if found]
    tell(tellings)
    return len(tellings)


def _telling(one: Casefile, day: date) -> Telling | None:
    assert one.closed_on is not None
    due = archive_due(one.closed_on)
    if day < due - AHEAD:
        return None
    key, once = ("casefile.late", f"{day:%Y-%m}") if day > due else ("casefile.due", due.isoformat())
    values = {"code": one.code, "title": one.title[:160], "day": due.strftime("%d/%m/%Y")}
    return Telling(one.office_id, one.position_id, key, f"{key}:{one.id}:{once}", one.id, values)
