"""What is wrong with an installation, in plain words, and what to do about it.

Each check answers with findings; a check that cannot run says why, because what is unknown is shown as unknown.
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils.translation import gettext as _

from phoihop.config import doctor_database, health, heartbeats
from phoihop.config.findings import Finding, note, problem
from phoihop.config.parts import Serving
from phoihop.config.processes import is_held
from phoihop.config.supervisor import require_free_ports
from phoihop.core.clock import now
from phoihop.core.errors import Conflict
from phoihop.dispatches import limits

_EARLIEST_PLAUSIBLE = datetime(2026, 1, 1, tzinfo=UTC)


def examine() -> list[Finding]:
    """All findings, in the order in which they should be dealt with."""
    checks = (_disk, _keys, _front_end, _clock, _time_limits, _ports, doctor_database.findings, _processes)
    return [finding for check in checks for finding in check()]


def is_running() -> bool:
    """Whether ``phoihop run`` is alive on this installation."""
    return is_held(settings.RUN_ROOT / "supervisor.lock")


def _disk() -> Iterator[Finding]:
    if not health.has_room(settings.HOME):
        yield problem(
            "disk",
            _("Đĩa chứa %(home)s gần đầy.") % {"home": settings.HOME},
            _("Giải phóng chỗ trống hoặc chuyển PHOIHOP_HOME sang đĩa lớn hơn; văn bản mới có thể không lưu được."),
        )


def _keys() -> Iterator[Finding]:
    root: Path = settings.KEYS_ROOT
    for name in ("secret_key", "node.key", "node.json"):
        path = root / name
        if not path.exists():
            yield problem(
                "key-missing",
                _("Thiếu tệp khóa %(path)s.") % {"path": path},
                _("Nếu máy mới cài, chạy: phoihop init. Nếu không, khôi phục tệp từ bản sao lưu."),
            )
        elif stat.S_IMODE(path.stat().st_mode) != 0o600:
            yield problem(
                "key-exposed",
                _("Tệp khóa %(path)s có thể bị người khác đọc.") % {"path": path},
                _("Chạy: chmod 600 %(path)s") % {"path": path},
            )


def _front_end() -> Iterator[Finding]:
    manifest = Path(str(settings.DJANGO_VITE["default"]["manifest_path"]))
    if not manifest.exists():
        yield problem("front-end", _("Giao diện chưa được dựng."), _("Chạy: make build"))


def _clock() -> Iterator[Finding]:
    if now() < _EARLIEST_PLAUSIBLE:
        yield problem("clock", _("Đồng hồ máy chạy sai."), _("Bật đồng bộ giờ (NTP) rồi khởi động lại."))
    try:
        ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        yield problem(
            "timezone",
            _("Máy không có dữ liệu múi giờ %(zone)s.") % {"zone": settings.TIME_ZONE},
            _("Cài gói tzdata."),
        )


def _time_limits() -> Iterator[Finding]:
    if fault := limits.fault():
        yield problem(
            "time-limits",
            _("Tệp thời hạn %(path)s không áp dụng được: %(fault)s")
            % {"path": limits.agreement_path(), "fault": fault},
            _("Sửa tệp; đến khi đó chỉ thời hạn và ngày nghỉ có sẵn được áp dụng."),
        )


def _ports() -> Iterator[Finding]:
    if is_running():
        return
    try:
        require_free_ports(Serving(settings.HOME, port=settings.PORT))
    except Conflict as error:
        yield problem("port-taken", error.message, error.remedy)


def _processes() -> Iterator[Finding]:
    if not is_running():
        yield note("not-running", _("Phối Hợp đang không chạy nên các tiến trình không được kiểm tra."), "phoihop run")
        return
    for part, name in (("worker", _("Bộ xử lý việc")), ("sequencer", _("Bộ tuần tự"))):
        sign = heartbeats.last(settings.RUN_ROOT, part)
        if sign is None or not sign.is_beating:
            yield problem(
                f"{part}-dead",
                _("%(name)s không hoạt động.") % {"name": name},
                _("Xem %(log)s; nếu không tự chạy lại, dừng rồi chạy lại Phối Hợp.")
                % {"log": settings.HOME / "log" / f"{part}.log"},
            )
