"""What may happen to a document, and who may do it.  Pure: no Django, no clock.

Permissions are the values of ``offices.permissions.Permission``; labels are message ids, translated where shown.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

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
TELEGRAM: Final = "telegram"
"""The type of a công điện, which offices confirm by name to have received."""


class DraftState(StrEnum):
    """A document on its way out, inside its own office."""

    DRAFTING = "drafting"
    REVIEWING = "reviewing"
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
        _D.REVIEWING: N_("Đang duyệt bản thảo"),
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
        Move("present", N_("Trình duyệt"), frozenset({_D.DRAFTING}), _D.REVIEWING, "dispatch.draft"),
        Move("approve", N_("Duyệt"), frozenset({_D.REVIEWING}), _D.SUBMITTED, "dispatch.view"),
        Move("amend", N_("Sửa khi duyệt"), frozenset({_D.REVIEWING}), None, "dispatch.view"),
        Move("return", N_("Trả lại"), frozenset({_D.REVIEWING}), _D.DRAFTING, "dispatch.view", needs_reason=True),
        Move("step_back", N_("Trả về bước trước"), frozenset({_D.REVIEWING}), None, "dispatch.view", needs_reason=True),
        Move(
            "step_back",
            N_("Trả về bước duyệt"),
            frozenset({_D.SUBMITTED}),
            _D.REVIEWING,
            "dispatch.sign",
            needs_reason=True,
        ),
        Move("take_back", N_("Rút trình"), frozenset({_D.REVIEWING, _D.SUBMITTED}), _D.DRAFTING, "dispatch.draft"),
        Move("sign", N_("Ký"), frozenset({_D.SUBMITTED}), _D.SIGNED, "dispatch.sign"),
        Move("return", N_("Trả lại"), frozenset({_D.SUBMITTED}), _D.DRAFTING, "dispatch.sign", needs_reason=True),
        Move("number", N_("Cấp số"), frozenset({_D.SIGNED}), _D.NUMBERED, "dispatch.number"),
        Move("return", N_("Trả lại"), frozenset({_D.SIGNED}), _D.DRAFTING, "dispatch.number", needs_reason=True),
        Move("issue", N_("Phát hành"), frozenset({_D.NUMBERED}), _D.ISSUED, "dispatch.issue"),
        Move(
            "withdraw",
            N_("Rút dự thảo"),
            frozenset({_D.DRAFTING, _D.REVIEWING, _D.SUBMITTED}),
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
