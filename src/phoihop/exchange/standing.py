"""Whether this node may speak: a database older than what it has sent would say the same things anew, and differently.

Such a node shows what it has and writes nothing, until ``phoihop restore`` has made it a new incarnation that the
directory knows.
"""

from __future__ import annotations

import time
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Unavailable
from phoihop.core.isolation import scope
from phoihop.exchange import high_water
from phoihop.exchange.directory.rotation import switch_if_due
from phoihop.exchange.directory.selectors import present_state
from phoihop.exchange.high_water import Mark
from phoihop.exchange.keys import NodeIdentity, own_identity
from phoihop.exchange.models import Checkpoint, Restoration

_FIT_SECONDS = 60.0
_UNFIT_SECONDS = 2.0
"""How long an answer is believed: a database does not grow older under a running node, but a key may end."""

_last: tuple[tuple[str, str], float, Unavailable | None] | None = None


def restoring_mark() -> Path:
    """The file that says a restore is under way; it is gone when the restore is complete."""
    return Path(settings.KEYS_ROOT).parent / "restoring.json"


def check_writable() -> None:
    """Raises Unavailable, with the reason and what to do, while this node must not write."""
    reason = why_read_only()
    if reason is not None:
        raise Unavailable(reason.code, reason.message, remedy=reason.remedy)


def why_read_only() -> Unavailable | None:
    """Why this node must not write, or None. Looked up at most every few seconds."""
    global _last
    here = (str(connection.settings_dict["NAME"]), str(settings.KEYS_ROOT))
    moment, kept = time.monotonic(), _last
    if kept is not None and kept[0] == here and moment - kept[1] < _believed(kept[2]):
        return kept[2]
    reason = examine()
    _last = (here, moment, reason)
    return reason


def _believed(reason: Unavailable | None) -> float:
    return _FIT_SECONDS if reason is None else _UNFIT_SECONDS


def forget_standing() -> None:
    """Look again next time; for a process whose database or keys were exchanged under it."""
    global _last
    _last = None


def examine() -> Unavailable | None:
    """Look now."""
    try:
        switch_if_due()
        identity = own_identity()
        mark = high_water.highest(identity.incarnation_id)
    except Unavailable as unusable:
        return unusable
    with scope("worker", read_only=True):
        return _of_restoration(identity) or _of_log(identity.incarnation_id, mark) or _of_key(identity)


def _of_restoration(identity: NodeIdentity) -> Unavailable | None:
    last = Restoration.objects.order_by("-at").values_list("incarnation", flat=True).first()
    if (last is None or last == identity.incarnation_id) and not restoring_mark().exists():
        return None
    return Unavailable(
        "restore_unfinished",
        _("Máy chủ chỉ cho đọc: việc khôi phục chưa hoàn tất."),
        remedy=_("Chạy lại phoihop restore với cùng bản sao lưu."),
    )


def _of_log(incarnation: UUID, mark: Mark | None) -> Unavailable | None:
    if mark is None:
        return None
    known = Checkpoint.objects.filter(incarnation_id=incarnation)
    size = known.order_by("-size").values_list("size", flat=True).first() or 0
    if size < mark.size:
        return Unavailable(
            "log_behind",
            _("Máy chủ chỉ cho đọc: cơ sở dữ liệu cũ hơn những gì đã gửi đi (%(size)d bản ghi, đã gửi %(sent)d).")
            % {"size": size, "sent": mark.size},
            remedy=_("Khôi phục đúng cách từ bản sao lưu: phoihop restore TỆP"),
        )
    root = known.filter(size=mark.size).values_list("root", flat=True).first()
    if root is not None and bytes(root).hex() != mark.root:
        return Unavailable(
            "log_differs",
            _("Máy chủ chỉ cho đọc: nhật ký không phải nhật ký đã gửi đi."),
            remedy=_("Khôi phục đúng cách từ bản sao lưu: phoihop restore TỆP"),
        )
    return None


def _of_key(identity: NodeIdentity) -> Unavailable | None:
    """Once the region has a directory, what a key outside it signs is believed nowhere."""
    state = present_state()
    if not state.is_founded:
        return None
    key = state.keys.get(identity.public_key.hex())
    if key is None or (key.node, key.incarnation) != (identity.node_id, identity.incarnation_id):
        return Unavailable(
            "key_unlisted",
            _("Máy chủ chỉ cho đọc: danh bạ của vùng chưa có khóa của máy chủ này."),
            remedy=_("Lập đề nghị bằng phoihop directory propose --own-key, đưa đi ký rồi áp dụng."),
        )
    if not key.is_valid_at(now()):
        return Unavailable(
            "key_not_valid",
            _("Máy chủ chỉ cho đọc: khóa của máy chủ này không còn hoặc chưa có hiệu lực trong danh bạ."),
            remedy=_("Kiểm tra đồng hồ máy; đổi khóa bằng phoihop directory rotate-node-key."),
        )
    return None
