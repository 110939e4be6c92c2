"""What can be said of one signature in a PDF: facts as a typed value, the verdict that follows, and plain sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from django.utils.translation import gettext as _

from phoihop.core.clock import local

Kind = Literal["signature", "timestamp"]
Integrity = Literal["intact", "altered", "unreadable"]
Coverage = Literal["whole", "earlier", "part"]
"""``whole``: the file as it is; ``earlier``: all of the file as it was when signed, with additions behind it;
``part``: bytes inside the file are left out."""
Additions = Literal["none", "harmless", "signatures", "content"]
Chain = Literal["trusted", "unknown", "expired", "not_yet_valid", "revoked", "unfit"]
Revocation = Literal["good", "unknown", "revoked"]
Verdict = Literal["valid", "invalid", "undetermined"]

_CLOCKS_APART: Final = timedelta(hours=1)


@dataclass(frozen=True)
class SignatureJudgement:
    """One signature. Times are aware, in UTC. ``stamped_at`` is a time that a trusted timestamp vouches for.

    ``changed_pages`` lists pages whose content is other than what was signed; ``later_signers`` who signed after.
    ``judged_at`` is the time at which certificates were asked about.
    """

    field: str
    kind: Kind
    signer: str
    organisation: str
    issuer: str
    serial: str
    fingerprint: str
    claimed_at: datetime | None
    stamped_at: datetime | None
    judged_at: datetime
    integrity: Integrity
    coverage: Coverage
    additions: Additions
    changed_pages: tuple[int, ...]
    later_signers: tuple[str, ...]
    chain: Chain
    revocation: Revocation
    revoked_at: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    weak: tuple[str, ...]
    lenient: bool

    @property
    def verdict(self) -> Verdict:
        """``valid`` only when everything that can be asked has a good answer; what is not known is undetermined."""
        if self.integrity == "unreadable":
            return "undetermined"
        if self.integrity == "altered" or self.coverage == "part" or self.additions == "content":
            return "invalid"
        if self.chain in ("revoked", "not_yet_valid", "unfit") or self.revocation == "revoked":
            return "invalid"
        known = self.chain == "trusted" and self.revocation == "good"
        return "valid" if known and not (self.weak or self.lenient or self.is_clock_wrong) else "undetermined"

    @property
    def is_clock_wrong(self) -> bool:
        """Whether the time the signer claims cannot be true."""
        if self.claimed_at is None:
            return False
        if self.stamped_at is not None and abs(self.claimed_at - self.stamped_at) > _CLOCKS_APART:
            return True
        return self.claimed_at > self.judged_at + _CLOCKS_APART or self._is_before_certificate

    @property
    def _is_before_certificate(self) -> bool:
        return bool(self.claimed_at and self.valid_from and self.claimed_at < self.valid_from)

    @property
    def headline(self) -> str:
        """The verdict in a few words."""
        return {
            "valid": _("Chữ ký số hợp lệ"),
            "invalid": _("Chữ ký số không hợp lệ"),
            "undetermined": _("Chưa xác định"),
        }[self.verdict]

    @property
    def sentences(self) -> tuple[str, ...]:
        """Who, when, intact or not, trusted or not, in plain sentences."""
        return tuple(one for one in (*self._about_content(), *self._about_signer(), *self._about_time()) if one)

    def _about_content(self) -> Iterator[str]:
        if self.integrity == "unreadable":
            yield _("Không đọc được chữ ký này: dạng chữ ký lạ hoặc bị hỏng.")
            return
        if self.integrity == "altered":
            yield _("Nội dung đã bị thay đổi sau khi ký hoặc chữ ký bị hỏng.")
            return
        if self.coverage == "part":
            yield _("Chữ ký chỉ bao phủ một phần tệp: phần còn lại không được ký.")
            return
        yield _("Phần được ký còn nguyên vẹn.")
        yield from self._about_additions()
        if self.lenient:
            yield _("Tệp không theo đúng chuẩn PDF nên không thể kết luận chắc chắn.")

    def _about_additions(self) -> Iterator[str]:
        if self.coverage == "whole":
            yield _("Chữ ký bao phủ toàn bộ tệp.")
        if self.later_signers:
            yield _("Ký sau chữ ký này: {names}.").format(names=", ".join(self.later_signers))
        if self.additions == "harmless":
            yield _("Sau khi ký chỉ có thêm dữ liệu kiểm tra chữ ký, không đổi nội dung.")
        if self.additions != "content":
            return
        if self.changed_pages:
            pages = ", ".join(str(one) for one in self.changed_pages)
            yield _("Sau khi ký, tệp bị sửa ở trang: {pages}.").format(pages=pages)
        else:
            yield _("Sau khi ký, tệp có thêm thay đổi mà người ký không xác nhận.")

    def _about_signer(self) -> Iterator[str]:
        if self.signer:
            yield _("Chứng thư của {signer}, do {issuer} cấp.").format(signer=self.signer, issuer=self.issuer or "?")
        if self.integrity == "unreadable":
            return
        yield self._about_chain()
        if self.chain == "trusted" and self.revocation == "unknown":
            yield _("Chưa có danh sách thu hồi còn hạn nên chưa xác định được chứng thư có bị thu hồi hay không.")
        for one in self.weak:
            yield _("Thuật toán {name} đã yếu, không còn đủ để tin cậy.").format(name=one)

    def _about_chain(self) -> str:
        return {
            "trusted": _("Chứng thư thuộc nơi cấp được tin cậy tại đây."),
            "unknown": _("Chưa xác định được người ký: nơi cấp chứng thư chưa được cài đặt là tin cậy tại đây."),
            "expired": _(
                "Chứng thư đã hết hạn ngày {day}; không có dấu thời gian tin cậy để xác nhận ký khi còn hạn."
            ).format(day=_day(self.valid_until)),
            "not_yet_valid": _("Chứng thư chưa có hiệu lực: chỉ có hiệu lực từ ngày {day}.").format(
                day=_day(self.valid_from)
            ),
            "revoked": _("Chứng thư đã bị thu hồi ngày {day}.").format(day=_day(self.revoked_at)),
            "unfit": _("Chứng thư không được phép dùng để ký văn bản."),
        }[self.chain]

    def _about_time(self) -> Iterator[str]:
        if self.stamped_at is not None:
            yield _("Dấu thời gian tin cậy: {time}.").format(time=_time(self.stamped_at))
        elif self.claimed_at is not None:
            yield _("Thời điểm ký {time} là theo đồng hồ của người ký, chưa có dấu thời gian xác nhận.").format(
                time=_time(self.claimed_at)
            )
        if self.is_clock_wrong and self.claimed_at is not None:
            yield _("Giờ ký ghi trong tệp ({time}) không thể đúng: đồng hồ của người ký sai.").format(
                time=_time(self.claimed_at)
            )


def _day(moment: datetime | None) -> str:
    return f"{local(moment):%d/%m/%Y}" if moment else "?"


def _time(moment: datetime) -> str:
    return f"{local(moment):%H:%M %d/%m/%Y}"
