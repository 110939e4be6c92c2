"""Reading the acting position's notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from phoihop.notify.models import Notice
from phoihop.notify.sentences import Sentence, say, sentence_of
from phoihop.offices.acting import Acting
from phoihop.ui import registry

MOST = 100


@dataclass(frozen=True)
class ShownNotice:
    """A notice as a page shows it."""

    notice: Notice
    text: str
    icon: str
    url: str


def unread_count(acting: registry.Acting) -> int:
    """The figure on the bell, at most 100."""
    if not isinstance(acting, Acting):
        return 0
    unread = Notice.objects.filter(office_id=acting.office_id, position_id=acting.position_id, read_at__isnull=True)
    return len(unread.values_list("id", flat=True)[:MOST])


def notices(*, by: Acting) -> Sequence[ShownNotice]:
    """The latest notices, newest first."""
    rows = Notice.objects.filter(office_id=by.office_id, position_id=by.position_id).order_by("-at")[:MOST]
    return [_shown(row) for row in rows]


def _shown(notice: Notice) -> ShownNotice:
    sentence = sentence_of(notice.key)
    return ShownNotice(
        notice, say(notice.key, notice.values), sentence.icon if sentence else "bell", _leads_to(notice, sentence)
    )


def _leads_to(notice: Notice, sentence: Sentence | None) -> str:
    if sentence is None:
        return ""
    if sentence.is_list:
        return reverse(sentence.url_name)
    return reverse(sentence.url_name, args=[notice.subject_id]) if notice.subject_id else ""
