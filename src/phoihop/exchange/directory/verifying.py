"""Checking the directory again: every record, and the rows that pages read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from phoihop.core.errors import PhoiHopError
from phoihop.exchange.directory import rows
from phoihop.exchange.directory.chain import digest_of
from phoihop.exchange.directory.selectors import load_state
from phoihop.exchange.models import DirectoryFork, DirectoryRecord
from phoihop.offices.actions import OWNER_ALIAS
from phoihop.offices.models import Directory


def verify_directory() -> list[str]:
    """What is wrong, one sentence each; nothing when chain, rows and version agree."""
    found = [
        _("Đã thấy một bản khác mang số %(number)d, ký đúng khóa: danh bạ bị rẽ nhánh.") % {"number": fork.number}
        for fork in DirectoryFork.objects.using(OWNER_ALIAS).order_by("number")
    ]
    try:
        state = load_state()
    except PhoiHopError as error:
        return [*found, error.message]
    for row in DirectoryRecord.objects.using(OWNER_ALIAS).order_by("number"):
        if digest_of(bytes(row.signed)) != row.digest:
            found.append(_("Bản số %(number)d bị sửa.") % {"number": row.number})
    if not state.is_founded:
        return found
    different = rows.differences(state)
    if different:
        shown = ", ".join(different[:10])
        found.append(
            _("%(count)d mục không đúng như các bản đã ký: %(shown)s.") % {"count": len(different), "shown": shown}
        )
    version = Directory.objects.using(OWNER_ALIAS).values_list("version", flat=True).first()
    if version != state.number:
        found.append(_("Số bản đang dùng không khớp với các bản đã ký."))
    return found
