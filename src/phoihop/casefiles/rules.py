"""States of a casefile, how long it is kept, and by when it goes to the archive.  Pure: no Django, no clock."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from phoihop.core.machine import N_, Machine, Move


class CasefileState(StrEnum):
    """Where a casefile stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    HANDED_OVER = "handed_over"
    ARCHIVED = "archived"


_S = CasefileState
_WORK, _ARCHIVE = "dispatch.draft", "dispatch.number"

# NĐ 30/2020/NĐ-CP, Đ28-Đ30: lists of casefiles are set up yearly, a casefile is opened when its matter begins, closed
# when it is settled, and handed over with a list of its documents and a protocol.
CASEFILE: Final = Machine(
    title=N_("Hồ sơ công việc"),
    labels={
        _S.PLANNED: N_("Trong danh mục"),
        _S.OPEN: N_("Đang lập"),
        _S.CLOSED: N_("Đã kết thúc"),
        _S.HANDED_OVER: N_("Chờ lưu trữ nhận"),
        _S.ARCHIVED: N_("Đã nộp lưu trữ"),
    },
    initial=frozenset({_S.PLANNED, _S.OPEN}),
    moves=(
        Move("open", N_("Mở hồ sơ"), frozenset({_S.PLANNED}), _S.OPEN, _WORK),
        Move("edit", N_("Sửa"), frozenset({_S.PLANNED, _S.OPEN}), None, _WORK),
        Move("fill", N_("Thêm, bớt tài liệu"), frozenset({_S.OPEN}), None, _WORK),
        Move("close", N_("Kết thúc hồ sơ"), frozenset({_S.OPEN}), _S.CLOSED, _WORK),
        Move("hand_over", N_("Nộp lưu trữ"), frozenset({_S.CLOSED}), _S.HANDED_OVER, _WORK),
        Move("reopen", N_("Mở lại"), frozenset({_S.CLOSED}), _S.OPEN, _WORK, needs_reason=True),
        Move("receive", N_("Nhận vào lưu trữ"), frozenset({_S.HANDED_OVER}), _S.ARCHIVED, _ARCHIVE),
        Move("send_back", N_("Trả lại"), frozenset({_S.HANDED_OVER}), _S.CLOSED, _ARCHIVE, needs_reason=True),
    ),
)

RETENTIONS: Final = (0, 70, 50, 30, 20, 15, 10, 5, 2)
"""Years a casefile may be kept; 0 means for ever (vĩnh viễn)."""


def archive_due(closed_on: date) -> date:
    """The last day for handing over: within one year from the year in which the work ended (NĐ 30/2020/NĐ-CP, Đ30)."""
    return date(closed_on.year + 1, 12, 31)
