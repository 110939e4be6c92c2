"""Judging the signatures of a PDF made anywhere: by a process of its own, with what the operator trusts, offline."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Invalid
from phoihop.documents.apart import Unreadable, run_apart
from phoihop.documents.signing.judgements import SignatureJudgement
from phoihop.documents.signing.trust import trust_folder

SECONDS: Final = 30.0
MOST_BYTES: Final = 100 * 1024 * 1024
_MODULE: Final = "phoihop.documents.signing.examining_process"
_MOMENTS: Final = frozenset({"claimed_at", "stamped_at", "judged_at", "revoked_at", "valid_from", "valid_until"})


def judge(pdf: Path, *, home: Path, moment: datetime | None = None) -> tuple[SignatureJudgement, ...]:
    """The signatures of a file in the order in which they were made; none when it is not signed.

    ``home`` is the installation, whose trust counts; ``moment`` the time to judge at, by default now. Raises Invalid
    for a file that is encrypted, broken, too large or too slow to read.
    """
    if pdf.stat().st_size > MOST_BYTES:
        raise _refused("too_large")
    at = (moment or now()).isoformat()
    try:
        said = run_apart(_MODULE, [str(pdf), str(trust_folder(home)), at], seconds=SECONDS)
    except Unreadable as error:
        raise _refused(error.code) from error
    return tuple(_judgement(one) for one in said["signatures"])


def _judgement(said: dict[str, Any]) -> SignatureJudgement:
    values: dict[str, Any] = {}
    for field in fields(SignatureJudgement):
        value = said[field.name]
        if field.name in _MOMENTS and value is not None:
            value = datetime.fromisoformat(value)
        values[field.name] = tuple(value) if isinstance(value, list) else value
    return SignatureJudgement(**values)


def _refused(code: str) -> Invalid:
    remedy = _("Mở tệp bằng phần mềm ký số của nơi gửi để kiểm tra, hoặc đề nghị gửi lại tệp.")
    message = {
        "encrypted": _("Tệp PDF đặt mật khẩu nên không kiểm tra được chữ ký số."),
        "too_large": _("Tệp PDF quá lớn hoặc quá phức tạp nên không kiểm tra được chữ ký số."),
        "too_slow": _("Kiểm tra chữ ký số của tệp này quá lâu nên đã dừng."),
        "too_many": _("Tệp PDF có số chữ ký nhiều bất thường nên không kiểm tra."),
    }.get(code, _("Tệp PDF bị hỏng nên không kiểm tra được chữ ký số."))
    return Invalid(f"pdf_{code}", message, remedy=remedy)
