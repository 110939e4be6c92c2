"""Opening an issued document to further offices."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import Forbidden
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.selectors import access
from phoihop.exchange.actions import disclose
from phoihop.offices.acting import Acting


def disclose_dispatch(dispatch_id: UUID, *, offices: Sequence[UUID], reason: str, by: Acting) -> None:
    """Gửi thêm nơi nhận. Raises Forbidden for a document with personal data, and what ``disclose`` raises."""
    check_disclosable(access.dispatch(dispatch_id, by=by))
    disclose(dispatch_id, offices=offices, reason=reason, by=by)


def check_disclosable(document: Dispatch) -> None:
    """Raise Forbidden for a document with personal data: no one person widens who sees it.

    Passing it on as a document of its own takes who drafts, who signs and who issues, and bears the mark again.
    """
    if document.personal_data:
        raise Forbidden(
            "personal_data",
            _("Văn bản có dữ liệu cá nhân: một người không tự gửi thêm nơi nhận."),
            remedy=_("Dùng Chuyển tiếp để trình ký văn bản mới gửi đúng nơi cần biết."),
        )
