"""How documents read on the page: words, tones and icons of states, receipts and what happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from phoihop.dispatches import records
from phoihop.dispatches.marking import PersonalData
from phoihop.dispatches.models import ChangeAnswer
from phoihop.dispatches.rules import (
    ANSWER,
    DISPATCH,
    DRAFT,
    HANDLING,
    AnswerState,
    Circulation,
    DispatchState,
    DraftState,
    HandlingState,
    Urgency,
)
from phoihop.dispatches.selectors.detail import TimelineEntry
from phoihop.exchange.records import DISCLOSURE, WITHDRAWAL


@dataclass(frozen=True)
class Look:
    """How a state is shown: the word, and a tone and icon that never stand without it."""

    word: str
    tone: str
    icon: str


_HANDLING_LOOKS: Mapping[HandlingState, tuple[str, str]] = {
    HandlingState.ARRIVED: ("neutral", "inbox"),
    HandlingState.REGISTERED: ("blue", "book-2"),
    HandlingState.DISTRIBUTED: ("blue", "arrows-split-2"),
    HandlingState.DIRECTED: ("amber", "message-2"),
    HandlingState.ACCEPTED: ("green", "user-check"),
    HandlingState.RETURNED: ("orange", "corner-up-left"),
    HandlingState.FINISHED: ("green", "circle-check"),
}
_DRAFT_LOOKS: Mapping[DraftState, tuple[str, str]] = {
    DraftState.DRAFTING: ("neutral", "edit"),
    DraftState.REVIEWING: ("amber", "users"),
    DraftState.SUBMITTED: ("amber", "clock"),
    DraftState.SIGNED: ("blue", "signature"),
    DraftState.NUMBERED: ("blue", "number"),
    DraftState.ISSUED: ("green", "send"),
    DraftState.WITHDRAWN: ("orange", "arrow-back-up"),
}

RECEIPT_STATES = (
    ("arrived", gettext_lazy("Đã đến")),
    ("registered", gettext_lazy("Đã vào sổ")),
    ("seen", gettext_lazy("Đã xem")),
    ("accepted", gettext_lazy("Đã nhận xử lý")),
    ("done", gettext_lazy("Đã xử lý xong")),
    ("answered", gettext_lazy("Phúc đáp")),
)
"""The columns of Theo dõi tiếp nhận, in the order of the work; a return is shown apart, with its reason."""

EXTERNAL_STATES = {
    "01": gettext_lazy("Đã đến"),
    "02": gettext_lazy("Từ chối nhận"),
    "03": gettext_lazy("Đã tiếp nhận"),
    "04": gettext_lazy("Đã phân công"),
    "05": gettext_lazy("Đang xử lý"),
    "06": gettext_lazy("Đã hoàn thành"),
    "13": gettext_lazy("Yêu cầu lấy lại"),
    "15": gettext_lazy("Đồng ý thay đổi"),
    "16": gettext_lazy("Từ chối thay đổi"),
}
"""Words for the status codes of QCVN 102:2016/BTTTT."""

CHANGE_WORDS = {
    "recall": gettext_lazy("Thu hồi văn bản"),
    "update": gettext_lazy("Đính chính, cập nhật văn bản"),
    "replace": gettext_lazy("Thay thế văn bản"),
}
_ANSWER_LOOKS: Mapping[AnswerState, tuple[str, str]] = {
    AnswerState.REQUESTED: ("amber", "clock"),
    AnswerState.AGREED: ("green", "circle-check"),
    AnswerState.REFUSED: ("red", "circle-x"),
}
_STANDING_LOOKS: Mapping[DispatchState, tuple[str, str]] = {
    DispatchState.ISSUED: ("green", "send"),
    DispatchState.RECALLED: ("red", "arrow-back-up"),
    DispatchState.REPLACED: ("orange", "replace"),
}
_VERDICT_LOOKS: Mapping[str, tuple[str, str, str]] = {
    "verified": (gettext_lazy("Chữ ký số hợp lệ"), "green", "shield-check"),  # type: ignore[dict-item]
    "weak": (gettext_lazy("Chữ ký số yếu"), "amber", "alert-triangle"),  # type: ignore[dict-item]
    "untrusted": (gettext_lazy("Chữ ký số chưa rõ nguồn"), "amber", "help-circle"),  # type: ignore[dict-item]
    "broken": (gettext_lazy("Chữ ký số không hợp lệ"), "red", "circle-x"),  # type: ignore[dict-item]
    "unverifiable": (gettext_lazy("Không kiểm tra được chữ ký số"), "neutral", "help-circle"),  # type: ignore[dict-item]
}

BUSINESS_WORDS = {
    "revoke": gettext_lazy("Thông báo thu hồi văn bản"),
    "update": gettext_lazy("Thông báo cập nhật văn bản"),
    "replace": gettext_lazy("Văn bản thay thế"),
}


def handling_look(state: HandlingState) -> Look:
    """How a state of an incoming document is shown."""
    return Look(_(HANDLING.labels[state]), *_HANDLING_LOOKS[state])


def draft_look(state: DraftState) -> Look:
    """How a state of a draft is shown."""
    return Look(_(DRAFT.labels[state]), *_DRAFT_LOOKS[state])


def answer_look(state: AnswerState) -> Look:
    """How an office's answer to a change is shown."""
    return Look(_(ANSWER.labels[state]), *_ANSWER_LOOKS[state])


def standing_look(state: DispatchState) -> Look:
    """How it is shown whether a document is in force."""
    return Look(_(DISPATCH.labels[state]), *_STANDING_LOOKS[state])


def verdict_look(verdict: str) -> Look:
    """How the judgement of a signature is shown."""
    word, tone, icon = _VERDICT_LOOKS[verdict]
    return Look(str(word), tone, icon)


def urgency_choices() -> list[tuple[str, str]]:
    """Values and words of the degrees of urgency."""
    return [(one.value, _(one.label)) for one in Urgency]


def circulation_choices() -> list[tuple[str, str]]:
    """Values and words of the circulation marks."""
    return [(one.value, _(one.label)) for one in Circulation]


def personal_data_choices() -> list[tuple[str, str]]:
    """Values and words of the mark of personal data, the ordinary case first."""
    return [("", _("Không có")), *((one.value, _(one.label)) for one in PersonalData)]


@dataclass(frozen=True)
class TimelineLine:
    """One line of the timeline: who did what, with the words that were said. ``until`` ends a run of receipts."""

    at: datetime
    actor: str
    title: str
    icon: str
    tone: str
    text: str = ""
    until: datetime | None = None


def timeline_lines(entries: Sequence[TimelineEntry]) -> list[TimelineLine]:
    """The timeline in words. Receipts of one kind that follow one another become one line that names the first few."""
    lines: list[TimelineLine] = []
    for key, run in groupby(entries, key=lambda entry: entry.kind if entry.kind in _RECEIPTS else entry.at):
        gathered = list(run)
        if isinstance(key, str) and key != "returned":
            lines.append(_receipts_line(key, gathered))
        else:
            lines += [_line(entry) for entry in gathered]
    return lines


_RECEIPTS = {
    "registered": (gettext_lazy("đã vào sổ"), "book-2", "blue"),
    "seen": (gettext_lazy("đã xem"), "eye", "neutral"),
    "accepted": (gettext_lazy("đã nhận xử lý"), "user-check", "green"),
    "returned": (gettext_lazy("trả lại văn bản"), "corner-up-left", "orange"),
    "done": (gettext_lazy("đã xử lý xong"), "circle-check", "green"),
    "answered": (gettext_lazy("đã phúc đáp"), "message-reply", "green"),
    "change_agreed": (gettext_lazy("đồng ý với đề nghị của nơi ban hành"), "circle-check", "green"),
}
_NAMED = 3


def _receipts_line(kind: str, entries: Sequence[TimelineEntry]) -> TimelineLine:
    names = list(dict.fromkeys(entry.office_name for entry in entries))
    actor = ", ".join(names[:_NAMED])
    if len(names) > _NAMED:
        more = len(names) - _NAMED
        actor += " " + ngettext("và %(n)d nơi khác", "và %(n)d nơi khác", more) % {"n": more}
    word, icon, tone = _RECEIPTS[kind]
    first, last = entries[0].at, entries[-1].at
    return TimelineLine(first, actor, str(word), icon, tone, until=last if len(entries) > 1 and last != first else None)


def _line(entry: TimelineEntry) -> TimelineLine:
    if entry.kind == "returned":
        word, icon, tone = _RECEIPTS["returned"]
        return TimelineLine(entry.at, entry.office_name, str(word), icon, tone, entry.body.returned_reason)
    say = _SENTENCES.get(entry.kind)
    if say is None or entry.body is None:
        return TimelineLine(entry.at, entry.office_name, _("có cập nhật"), "point", "neutral")
    return say(entry, entry.body)


def _issued(entry: TimelineEntry, body: records.Issued) -> TimelineLine:
    signed = _("Người ký: %(name)s, %(title)s.") % {"name": body.signatory_name, "title": body.signatory_title}
    clerk = _("Cấp số: %(name)s.") % {"name": body.numbered_by} if body.numbered_by else ""
    title = _("phát hành văn bản %(code)s") % {"code": body.code}
    return TimelineLine(entry.at, entry.office_name, title, "send", "blue", f"{signed} {clerk}".strip())


def _entered(entry: TimelineEntry, body: records.Entered) -> TimelineLine:
    title = _("nhận qua tệp edXML") if body.origin == "edxml" else _("nhập từ văn bản giấy")
    return TimelineLine(entry.at, body.entered_by, title, "file-import", "blue", "\n".join(body.warnings))


def _registered(entry: TimelineEntry, body: records.Registered) -> TimelineLine:
    title = _("vào sổ văn bản đến, số đến %(number)d") % {"number": body.number}
    return TimelineLine(entry.at, _person(body.by), title, "book-2", "blue")


def _distributed(entry: TimelineEntry, body: records.Distributed) -> TimelineLine:
    title = _("phân phối cho %(person)s") % {"person": _person(body.to)}
    return TimelineLine(entry.at, _person(body.by), title, "arrows-split-2", "blue", body.remark)


def _directed(entry: TimelineEntry, body: records.Directed) -> TimelineLine:
    parts = [body.direction, _("Chủ trì: %(people)s") % {"people": _person(body.lead)}]
    for words, people in ((_("Phối hợp"), body.coordinators), (_("Để biết"), body.informed)):
        if people:
            parts.append(f"{words}: {'; '.join(map(_person, people))}")
    text = "\n".join(parts)
    return TimelineLine(entry.at, _person(body.by), _("cho ý kiến chỉ đạo"), "message-2", "amber", text)


def _moved(entry: TimelineEntry, body: records.Moved) -> TimelineLine:
    title, icon, tone = {
        "accepted": (_("nhận xử lý"), "user-check", "green"),
        "returned": (_("trả lại nơi gửi"), "corner-up-left", "orange"),
        "finished": (_("xử lý xong"), "circle-check", "green"),
    }[body.state]
    return TimelineLine(entry.at, _person(body.by), title, icon, tone, body.remark)


def _external(entry: TimelineEntry, body: records.ExternalReceipt) -> TimelineLine:
    state = EXTERNAL_STATES.get(body.status_code, body.status_code)
    title = _("báo trạng thái: %(state)s") % {"state": state}
    return TimelineLine(body.reported_at or entry.at, body.organ_name, title, "route", "neutral", body.description)


def _change_requested(entry: TimelineEntry, body: records.ChangeRequested) -> TimelineLine:
    title, icon = {
        "recall": (_("thu hồi văn bản"), "arrow-back-up"),
        "update": (_("đính chính, cập nhật văn bản bằng %(code)s") % {"code": body.new_code}, "edit"),
        "replace": (_("thay thế văn bản bằng %(code)s") % {"code": body.new_code}, "replace"),
    }[body.action]
    actor = body.asked_by or _person(body.by)
    return TimelineLine(entry.at, actor, title, icon, "orange", _("Lý do: %(reason)s") % {"reason": body.reason})


def _reminded(entry: TimelineEntry, body: records.Reminded) -> TimelineLine:
    title = _("nhắc các nơi chưa xác nhận đã nhận")
    return TimelineLine(entry.at, _person(body.by), title, "bell", "orange", body.remark)


def _change_refused(entry: TimelineEntry, answer: ChangeAnswer) -> TimelineLine:
    title = _("không đồng ý với đề nghị của nơi ban hành")
    return TimelineLine(entry.at, entry.office_name, title, "circle-x", "red", answer.reason)


def _disclosed(entry: TimelineEntry, body: Any) -> TimelineLine:
    count = len(body.offices)
    title = ngettext("gửi thêm %(n)d nơi nhận", "gửi thêm %(n)d nơi nhận", count) % {"n": count}
    actor = f"{body.approver}, {body.approver_title}"
    return TimelineLine(entry.at, actor, title, "user-plus", "purple", body.reason)


def _withdrawn(entry: TimelineEntry, body: Any) -> TimelineLine:
    count = len(body.offices)
    title = ngettext("ngừng gửi cho %(n)d nơi nhận", "ngừng gửi cho %(n)d nơi nhận", count) % {"n": count}
    actor = f"{body.approver}, {body.approver_title}"
    return TimelineLine(entry.at, actor, title, "user-minus", "orange", body.reason)


def _person(person: records.PersonRef) -> str:
    return f"{person.name} ({person.title})"


_SENTENCES: Mapping[str, Callable[[TimelineEntry, Any], TimelineLine]] = {
    records.ISSUED: _issued,
    records.ENTERED: _entered,
    records.REGISTERED: _registered,
    records.DISTRIBUTED: _distributed,
    records.DIRECTED: _directed,
    records.MOVED: _moved,
    records.EXTERNAL: _external,
    records.CHANGE_REQUESTED: _change_requested,
    records.REMINDED: _reminded,
    "change_refused": _change_refused,
    DISCLOSURE: _disclosed,
    WITHDRAWAL: _withdrawn,
}
