"""What may happen to a document, who may do it, and by when.  Pure: no Django, no clock; the caller gives the time.

Permissions are the values of ``offices.permissions.Permission``; labels are message ids, translated where shown.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from phoihop.core.clock import REGION_ZONE
from phoihop.core.machine import N_, Machine, Move


class Urgency(StrEnum):
    """Độ khẩn."""

    NORMAL = "normal"
    URGENT = "urgent"
    VERY_URGENT = "very_urgent"
    EXPRESS = "express"

    @property
    def label(self) -> str:
        return _URGENCY_LABELS[self]

    @property
    def rank(self) -> int:
        """0 for ordinary documents, rising with urgency."""
        return list(Urgency).index(self)


_URGENCY_LABELS: Final = {
    Urgency.NORMAL: N_("Thường"),
    Urgency.URGENT: N_("Khẩn"),
    Urgency.VERY_URGENT: N_("Thượng khẩn"),
    Urgency.EXPRESS: N_("Hỏa tốc"),
}


class Circulation(StrEnum):
    """Phạm vi lưu hành.  Marks of circulation only: the product holds no state secrets, so no secrecy level exists."""

    PUBLIC = "PUBLIC"
    NORMAL = "NORMAL"
    INTERNAL = "INTERNAL"

    @property
    def label(self) -> str:
        return _CIRCULATION_LABELS[self]


_CIRCULATION_LABELS: Final = {
    Circulation.PUBLIC: N_("Công khai"),
    Circulation.NORMAL: N_("Thường"),
    Circulation.INTERNAL: N_("Lưu hành nội bộ"),
}


# --- States -----------------------------------------------------------------------------------------------------------
class DraftState(StrEnum):
    """A document on its way out, inside its own office."""

    DRAFTING = "drafting"
    SUBMITTED = "submitted"
    SIGNED = "signed"
    NUMBERED = "numbered"
    ISSUED = "issued"
    WITHDRAWN = "withdrawn"


class DispatchState(StrEnum):
    """An issued document, as every office of its audience sees it."""

    ISSUED = "issued"
    RECALLED = "recalled"
    REPLACED = "replaced"


class HandlingState(StrEnum):
    """A document that came in, at one receiving office."""

    ARRIVED = "arrived"
    REGISTERED = "registered"
    DISTRIBUTED = "distributed"
    DIRECTED = "directed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    FINISHED = "finished"


class AnswerState(StrEnum):
    """How one office that holds a document answers its recall, update or replacement."""

    REQUESTED = "requested"
    AGREED = "agreed"
    REFUSED = "refused"


_D, _P, _H, _A = DraftState, DispatchState, HandlingState, AnswerState

# Only the văn thư numbers and issues, and only after signature (NĐ 30 Đ15, Đ32).  A number once given is not taken
# back: withdrawing then voids it with its reason, so that the register stays gapless.
DRAFT: Final = Machine(
    title=N_("Văn bản đi"),
    labels={
        _D.DRAFTING: N_("Đang soạn thảo"),
        _D.SUBMITTED: N_("Đã trình ký"),
        _D.SIGNED: N_("Đã ký"),
        _D.NUMBERED: N_("Đã cấp số"),
        _D.ISSUED: N_("Đã phát hành"),
        _D.WITHDRAWN: N_("Đã rút"),
    },
    initial=frozenset({_D.DRAFTING}),
    moves=(
        Move("edit", N_("Sửa"), frozenset({_D.DRAFTING}), None, "dispatch.draft"),
        Move("submit", N_("Trình ký"), frozenset({_D.DRAFTING}), _D.SUBMITTED, "dispatch.draft"),
        Move("sign", N_("Ký"), frozenset({_D.SUBMITTED}), _D.SIGNED, "dispatch.sign"),
        Move("return", N_("Trả lại"), frozenset({_D.SUBMITTED}), _D.DRAFTING, "dispatch.sign", needs_reason=True),
        Move("number", N_("Cấp số"), frozenset({_D.SIGNED}), _D.NUMBERED, "dispatch.number"),
        Move("return", N_("Trả lại"), frozenset({_D.SIGNED}), _D.DRAFTING, "dispatch.number", needs_reason=True),
        Move("issue", N_("Phát hành"), frozenset({_D.NUMBERED}), _D.ISSUED, "dispatch.issue"),
        Move(
            "withdraw",
            N_("Rút dự thảo"),
            frozenset({_D.DRAFTING, _D.SUBMITTED}),
            _D.WITHDRAWN,
            "dispatch.draft",
            needs_reason=True,
        ),
        Move("withdraw", N_("Rút văn bản"), frozenset({_D.SIGNED}), _D.WITHDRAWN, "dispatch.sign", needs_reason=True),
        Move("withdraw", N_("Hủy số"), frozenset({_D.NUMBERED}), _D.WITHDRAWN, "dispatch.number", needs_reason=True),
    ),
)

# NĐ 30 Đ18: an error of content is replaced, a document sent in error is recalled; the trace stays at the receivers.
DISPATCH: Final = Machine(
    title=N_("Văn bản đã phát hành"),
    labels={
        _P.ISSUED: N_("Đã phát hành"),
        _P.RECALLED: N_("Đã thu hồi"),
        _P.REPLACED: N_("Đã được thay thế"),
    },
    initial=frozenset({_P.ISSUED}),
    moves=(
        Move("disclose", N_("Gửi thêm nơi nhận"), frozenset({_P.ISSUED}), None, "dispatch.disclose", needs_reason=True),
        Move("withdraw", N_("Ngừng gửi"), frozenset({_P.ISSUED}), None, "dispatch.disclose", needs_reason=True),
        Move("recall", N_("Thu hồi"), frozenset({_P.ISSUED}), _P.RECALLED, "dispatch.recall", needs_reason=True),
        Move("update", N_("Đính chính, cập nhật"), frozenset({_P.ISSUED}), None, "dispatch.issue", needs_reason=True),
        Move("replace", N_("Thay thế"), frozenset({_P.ISSUED}), _P.REPLACED, "dispatch.issue", needs_reason=True),
    ),
)

# NĐ 30 Đ21-24.  Paper entered by hand starts as registered.  Returning means a wrong address or failed integrity, not
# declining work, so it ends the matter here.
HANDLING: Final = Machine(
    title=N_("Văn bản đến"),
    labels={
        _H.ARRIVED: N_("Đã đến"),
        _H.REGISTERED: N_("Đã vào sổ"),
        _H.DISTRIBUTED: N_("Đã phân phối"),
        _H.DIRECTED: N_("Đã có ý kiến chỉ đạo"),
        _H.ACCEPTED: N_("Đã nhận xử lý"),
        _H.RETURNED: N_("Trả lại"),
        _H.FINISHED: N_("Đã xử lý xong"),
    },
    initial=frozenset({_H.ARRIVED, _H.REGISTERED}),
    moves=(
        Move("register", N_("Vào sổ"), frozenset({_H.ARRIVED}), _H.REGISTERED, "dispatch.register"),
        Move(
            "distribute",
            N_("Phân phối"),
            frozenset({_H.REGISTERED, _H.DISTRIBUTED}),
            _H.DISTRIBUTED,
            "dispatch.distribute",
        ),
        Move(
            "direct",
            N_("Cho ý kiến chỉ đạo"),
            frozenset({_H.REGISTERED, _H.DISTRIBUTED, _H.DIRECTED}),
            _H.DIRECTED,
            "dispatch.direct",
        ),
        Move("direct", N_("Bổ sung ý kiến chỉ đạo"), frozenset({_H.ACCEPTED}), None, "dispatch.direct"),
        Move("accept", N_("Nhận xử lý"), frozenset({_H.DISTRIBUTED, _H.DIRECTED}), _H.ACCEPTED, "dispatch.handle"),
        Move(
            "return",
            N_("Trả lại nơi gửi"),
            frozenset({_H.ARRIVED, _H.REGISTERED}),
            _H.RETURNED,
            "dispatch.register",
            needs_reason=True,
        ),
        Move(
            "return",
            N_("Trả lại nơi gửi"),
            frozenset({_H.DISTRIBUTED, _H.DIRECTED}),
            _H.RETURNED,
            "dispatch.handle",
            needs_reason=True,
        ),
        Move(
            "finish",
            N_("Xử lý xong"),
            frozenset({_H.DISTRIBUTED, _H.DIRECTED, _H.ACCEPTED}),
            _H.FINISHED,
            "dispatch.handle",
        ),
    ),
)

# The states are those that QCVN 102:2016/BTTTT exchanges as status codes 13, 15 and 16.  Who refused may still agree;
# who agreed no longer has the text, so there is nothing left to refuse.
ANSWER: Final = Machine(
    title=N_("Trả lời đề nghị thu hồi, cập nhật, thay thế"),
    labels={
        _A.REQUESTED: N_("Chờ trả lời"),
        _A.AGREED: N_("Đã đồng ý"),
        _A.REFUSED: N_("Không đồng ý"),
    },
    initial=frozenset({_A.REQUESTED}),
    moves=(
        Move("agree", N_("Đồng ý"), frozenset({_A.REQUESTED, _A.REFUSED}), _A.AGREED, "dispatch.register"),
        Move(
            "refuse",
            N_("Không đồng ý"),
            frozenset({_A.REQUESTED}),
            _A.REFUSED,
            "dispatch.register",
            needs_reason=True,
        ),
    ),
)

STATUS_CODES: Final = {_A.REQUESTED: "13", _A.AGREED: "15", _A.REFUSED: "16"}
REMOVES_TEXT: Final = frozenset({"recall", "replace"})
"""Changes after which who agrees no longer has the text (NĐ 30 Đ23); an update leaves it, marked."""

AnyMachine = Machine[DraftState] | Machine[DispatchState] | Machine[HandlingState] | Machine[AnswerState]
MACHINES: Final[dict[str, AnyMachine]] = {
    "draft": DRAFT,
    "dispatch": DISPATCH,
    "handling": HANDLING,
    "answer": ANSWER,
}


# --- Deadlines --------------------------------------------------------------------------------------------------------
class Step(StrEnum):
    """A step whose time limit is counted."""

    REGISTER = "register"
    DISTRIBUTE = "distribute"
    DIRECT = "direct"
    ACCEPT = "accept"
    NUMBER = "number"
    ISSUE = "issue"


# The step each state waits for; the holder of its permission is the one to be told when it is late.
WAITS_FOR: Final[dict[DraftState | HandlingState, Step]] = {
    _D.SIGNED: Step.NUMBER,
    _D.NUMBERED: Step.ISSUE,
    _H.ARRIVED: Step.REGISTER,
    _H.REGISTERED: Step.DISTRIBUTE,
    _H.DISTRIBUTED: Step.DIRECT,
    _H.DIRECTED: Step.ACCEPT,
}


@dataclass(frozen=True, slots=True)
class StepLimit:
    """Working days for ordinary documents (0 = the same day), minutes round the clock for urgent ones."""

    expected_days: int
    latest_days: int
    minutes: dict[Urgency, int]
    source: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked, on the region's wall clock.

    ``rest`` holds ISO weekdays (1 = Monday); ``holidays`` are free besides; ``makeup_days`` are worked all the same.
    """

    rest: frozenset[int] = frozenset({6, 7})
    holidays: frozenset[date] = frozenset()
    makeup_days: frozenset[date] = frozenset()
    day_ends: time = time(17)

    def __post_init__(self) -> None:
        if self.rest >= frozenset(range(1, 8)):
            raise ValueError("a calendar without working days")

    def is_working_day(self, day: date) -> bool:
        """Whether offices work that day."""
        if day in self.makeup_days:
            return True
        return day.isoweekday() not in self.rest and day not in self.holidays

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``; for 0 the day itself, or the next working day when it is none."""
        found = day if count else day - timedelta(days=1)
        for _ in range(max(count, 1)):
            found += timedelta(days=1)
            while not self.is_working_day(found):
                found += timedelta(days=1)
        return found

    def end_of(self, day: date) -> datetime:
        """When the office closes that day, aware."""
        return datetime.combine(day, self.day_ends, REGION_ZONE)


@dataclass(frozen=True, slots=True)
class Limits:
    """The time limits in force, with the hours they are counted by."""

    version: str
    steps: dict[Step, StepLimit]
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


@dataclass(frozen=True, slots=True)
class Due:
    """When a step should be done, and when it is late.  ``expected`` is never after ``latest``; both are aware."""

    expected: datetime
    latest: datetime

    def is_late(self, *, now: datetime, done_at: datetime | None = None) -> bool:
        """Whether the step was, or is still, not done at ``latest``."""
        return is_overdue(self.latest, now=now, done_at=done_at)


def step_due(step: Step, since: datetime, urgency: Urgency, limits: Limits) -> Due:
    """By when a step that could begin at ``since`` (aware) is to be done.

    Ordinary documents: the same working day, at latest the next (NĐ 30 Đ4, Đ15, Đ22); what comes after closing time is
    expected the next working day.  Urgent ones: at once, meaning the agreed minutes, day and night.
    """
    limit, calendar = limits.steps[step], limits.calendar
    if urgency is not Urgency.NORMAL:
        at_once = since + timedelta(minutes=limit.minutes[urgency])
        return Due(at_once, at_once)
    here = since.astimezone(REGION_ZONE)
    missed_today = calendar.is_working_day(here.date()) and here >= calendar.end_of(here.date())
    first = calendar.add_working_days(here.date(), 1 if missed_today else 0)
    expected = calendar.end_of(_days_on(calendar, first, limit.expected_days))
    latest = calendar.end_of(_days_on(calendar, first if limit.latest_days == 0 else here.date(), limit.latest_days))
    return Due(expected, max(expected, latest))


def end_of_due_day(day: date) -> datetime:
    """The last moment of a due date (hạn) given as a day: whoever answers that evening is still in time."""
    return datetime.combine(day, time.max, REGION_ZONE)


def is_overdue(due_at: datetime | None, *, now: datetime, done_at: datetime | None = None) -> bool:
    """Whether a thing was, or is still, not done at its due time; without a due time nothing is overdue."""
    return due_at is not None and (now if done_at is None else done_at) > due_at


def lateness(due_at: datetime | None, *, now: datetime, done_at: datetime | None = None) -> timedelta:
    """By how much a due time was missed so far; zero when it was not."""
    if due_at is None or not is_overdue(due_at, now=now, done_at=done_at):
        return timedelta(0)
    return (now if done_at is None else done_at) - due_at


@cache
def standard_limits() -> Limits:
    """The limits of ``data/deadlines.toml``, with no holidays.  Raises ValueError when the file contradicts itself."""
    return read_limits(tomllib.loads(files("phoihop.dispatches").joinpath("data/deadlines.toml").read_text("utf-8")))


def read_limits(raw: dict[str, Any]) -> Limits:
    """Limits from parsed TOML; every step needs them, and every degree of urgency, none longer than a lesser one.

    Raises ValueError.
    """
    try:
        steps = {Step(entry["key"]): _read_limit(entry) for entry in raw["steps"]}
        calendar = WorkCalendar(frozenset(raw["day"]["rest"]), day_ends=time.fromisoformat(raw["day"]["ends"]))
        version = raw["version"]
    except KeyError as problem:
        raise ValueError(f"time limits: {problem} is missing") from problem
    if missing := set(Step) - steps.keys():
        raise ValueError(f"time limits: nothing for {sorted(missing)}")
    return Limits(version, steps, calendar)


def _read_limit(entry: dict[str, Any]) -> StepLimit:
    minutes = {Urgency(key): value for key, value in entry["minutes"].items()}
    rising = [minutes[urgency] for urgency in (Urgency.EXPRESS, Urgency.VERY_URGENT, Urgency.URGENT)]
    if rising != sorted(rising) or rising[0] <= 0 or not 0 <= entry["expected"] <= entry["latest"]:
        raise ValueError(f"time limits of {entry['key']} contradict themselves")
    return StepLimit(entry["expected"], entry["latest"], minutes, entry["source"])


def _days_on(calendar: WorkCalendar, first: date, count: int) -> date:
    return calendar.add_working_days(first, count) if count else first
