"""Error pages. Each carries a reference number that the log knows."""

from __future__ import annotations

import base64
import logging
import sys
from urllib.parse import quote

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from phoihop.core.errors import PhoiHopError
from phoihop.core.ids import random_bytes

logger = logging.getLogger("phoihop.errors")


def reference() -> str:
    """A short number a person can read over the telephone, such as ``7F3K-92QD``."""
    letters = base64.b32encode(random_bytes(5)).decode()
    return f"{letters[:4]}-{letters[4:]}"


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of status 400, and of forms that are larger than any form may be."""
    if isinstance(exception, RequestDataTooBig):
        return _page(
            request,
            status=413,
            title=_("Nội dung quá lớn"),
            message=_("Các tệp gửi lên cùng lúc lớn hơn mức cho phép; chưa lưu gì."),
            remedy=_("Gửi từng tệp một, hoặc chia nhỏ tệp."),
        )
    return _page(
        request,
        status=400,
        title=_("Yêu cầu không hợp lệ"),
        message=_("Máy chủ không hiểu yêu cầu này."),
        remedy=_("Quay lại trang trước, tải lại rồi thử lần nữa."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of status 403."""
    return _page(
        request,
        status=403,
        title=_("Không có quyền"),
        message=_("Vị trí công tác đang chọn không được làm việc này."),
        remedy=_("Nếu có vị trí khác được giao việc này, hãy đổi vị trí ở góc trên bên phải."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """View of ``CSRF_FAILURE_VIEW``: usually a form left open over a sign-out or in another tab."""
    return _page(
        request,
        status=403,
        title=_("Biểu mẫu đã hết hiệu lực"),
        message=_("Trang được mở từ phiên làm việc trước nên không gửi được."),
        remedy=_("Quay lại, tải lại trang rồi gửi lại. Nội dung đã tự lưu vẫn còn."),
        detail=reason,
    )


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Handler of status 404; says the same whether the thing is absent or belongs to others."""
    return _page(
        request,
        status=404,
        title=_("Không tìm thấy"),
        message=_("Không có trang hoặc văn bản này đối với cơ quan đang chọn."),
        remedy=_("Kiểm tra lại địa chỉ, hoặc tìm bằng số, ký hiệu, trích yếu."),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Handler of status 500."""
    return _page(
        request,
        status=500,
        title=_("Có lỗi trong hệ thống"),
        message=_("Việc vừa rồi chưa thực hiện được. Những gì đã lưu trước đó không mất."),
        remedy=_("Thử lại sau ít phút. Nếu vẫn lỗi, báo quản trị viên kèm mã dưới đây."),
    )


def said(request: HttpRequest, error: PhoiHopError) -> HttpResponse:
    """The page for an error of :mod:`phoihop.core.errors` that no view has shown at its form."""
    return _page(request, status=error.status, title=_title(error), message=error.message, remedy=error.remedy)


def _title(error: PhoiHopError) -> str:
    titles = {
        403: _("Không có quyền"),
        404: _("Không tìm thấy"),
        409: _("Nội dung đã thay đổi"),
        422: _("Chưa hợp lệ"),
        503: _("Tạm thời chưa phục vụ được"),
    }
    return titles.get(error.status, _("Có lỗi trong hệ thống"))


def _page(
    request: HttpRequest, *, status: int, title: str, message: str, remedy: str, detail: str = ""
) -> HttpResponse:
    number = reference()
    failure = sys.exc_info() if status >= 500 else None
    logger.log(
        logging.ERROR if status >= 500 else logging.INFO,
        "%s %s %s %s %s",
        number,
        status,
        request.method,
        quote(request.path),  # a line break in an address must not begin a line of the log
        detail,
        exc_info=failure if failure and failure[0] else None,
    )
    context = {"title": title, "message": message, "remedy": remedy, "reference": number, "status": status}
    template = "ui/error_fragment.html" if request.headers.get("HX-Request") == "true" else "ui/error.html"
    try:
        return render(request, template, context, status=status)
    except Exception:  # the last page there is: it must come even when the shell itself is what fails
        logger.exception("%s the error page failed", number)
        return HttpResponse(
            f"{title}. {message} {remedy} {number}", status=status, content_type="text/plain; charset=utf-8"
        )
