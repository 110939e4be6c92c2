"""Errors of the API as RFC 9457 problem documents: what is wrong, at which field, and what to do. Never a page."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, ClassVar

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import HttpError, ValidationError

from phoihop.core.errors import Invalid, NotFound, PhoiHopError, Unavailable
from phoihop.ui.errors import reference

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("phoihop.errors")


class BadRequest(PhoiHopError):
    """The request itself cannot be understood, whatever it is about."""

    status: ClassVar[int] = 400


class TooLarge(PhoiHopError):
    """The body is larger than this address takes."""

    status: ClassVar[int] = 413


class MethodNotAllowed(PhoiHopError):
    """The address exists, but not for this method."""

    status: ClassVar[int] = 405


class _Defect(PhoiHopError):
    status: ClassVar[int] = 500


def edge(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The outermost wrapper of every address of the API: whatever happens inside, the caller gets a document."""

    @csrf_exempt  # a bearer token is no cookie: no other site can make a browser send it
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Exception as error:  # noqa: BLE001  # the edge of the process: a defect is logged and told by number
            return problem(request, understood(error))
        if response.status_code == MethodNotAllowed.status:
            refused = MethodNotAllowed("method_not_allowed", _("Địa chỉ này không nhận phương thức đó."))
            return problem(request, refused, headers={"Allow": response.headers["Allow"]})
        return response

    return answer


def unknown_address(request: HttpRequest, *_args: object, **_kwargs: object) -> HttpResponseBase:
    """What every address that does not exist answers."""
    return problem(request, NotFound("address_unknown", _("Không có địa chỉ này trong API.")))


def problem(request: HttpRequest, error: PhoiHopError, *, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An error as its document."""
    body: dict[str, object] = {
        "type": f"urn:phoihop:problem:{error.code}",
        "title": _title(error.status),
        "status": error.status,
        "code": error.code,
        "detail": _(error.message) if error.message else "",
        "remedy": _(error.remedy) if error.remedy else "",
        "fields": {name: [_(text) for text in texts] for name, texts in error.fields.items()},
    }
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"),
        status=error.status,
        content_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )
    response.headers["Cache-Control"] = "no-store"
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="phoihop"'
    if error.status == 503:
        response.headers["Retry-After"] = "2"
    return response


def understood(error: Exception) -> PhoiHopError:
    """Any error as one that can be told; what is not meant for a person becomes a reference number in the log."""
    match error:
        case PhoiHopError():
            return error
        case ValidationError():
            return _invalid(error.errors)
        case Http404():
            return NotFound("not_found", _("Không tìm thấy."))
        case RequestDataTooBig():
            return TooLarge("body_too_large", _("Nội dung gửi lên quá lớn."), remedy=_("Gửi tệp qua /uploads."))
        case HttpError(status_code=400) | UnreadablePostError() | SuspiciousOperation():
            return BadRequest("body_unreadable", _("Không đọc được nội dung gửi lên."), remedy=_("Gửi JSON hợp lệ."))
        case OperationalError() | InterfaceError():
            _log.warning("the database does not answer: %s", error)
            remedy = _("Gửi lại với cùng khóa Idempotency-Key sau ít giây.")
            return Unavailable("database_unavailable", _("Cơ sở dữ liệu tạm thời không trả lời."), remedy=remedy)
    number = reference()
    _log.error("%s API", number, exc_info=error)
    detail = _("Có lỗi trong hệ thống; chưa có gì được ghi.")
    return _Defect("defect", detail, remedy=_("Báo người vận hành máy chủ kèm mã %(code)s.") % {"code": number})


def _title(status: int) -> str:
    titles = {
        400: _("Yêu cầu không hợp lệ"),
        401: _("Chưa xác thực"),
        403: _("Không có quyền"),
        404: _("Không tìm thấy"),
        405: _("Phương thức không được phép"),
        409: _("Nội dung đã thay đổi"),
        413: _("Nội dung quá lớn"),
        422: _("Chưa hợp lệ"),
        503: _("Tạm thời chưa phục vụ được"),
    }
    return titles.get(status, _("Có lỗi trong hệ thống"))


def _invalid(errors: Sequence[Mapping[str, Any]]) -> PhoiHopError:
    fields: dict[str, list[str]] = {}
    for one in errors:
        place, *path = (str(step) for step in one["loc"])
        if place == "body":  # then comes the name of the parameter, which callers do not know
            path = path[1:]
        fields.setdefault(".".join(path) or place, []).append(_sentence(one))
    return Invalid("request_invalid", _("Có mục chưa hợp lệ; xem lời nhắc ở từng mục."), fields=fields)


def _sentence(error: Mapping[str, Any]) -> str:
    """What is wrong with one field, in the caller's language: pydantic speaks English alone."""
    kind, context = str(error["type"]), error.get("ctx", {})
    if kind == "text_problem":
        return str(context["sentence"])
    plain = {
        "missing": _("Thiếu mục này."),
        "extra_forbidden": _("Không có mục này."),
        "string_type": _("Phải là chuỗi ký tự."),
        "list_type": _("Phải là danh sách."),
        "uuid_parsing": _("Phải là một UUID."),
        "uuid_type": _("Phải là một UUID."),
        "timezone_aware": _("Thời điểm phải kèm múi giờ, ví dụ 2026-10-03T14:05:00+07:00."),
        "string_pattern_mismatch": _("Không đúng dạng quy định."),
    }
    if kind in plain:
        return plain[kind]
    if "max_length" in context:
        return _("Dài quá %(most)s.") % {"most": context["max_length"]}
    if "min_length" in context:
        return _("Ngắn hơn %(least)s.") % {"least": context["min_length"]}
    if "expected" in context:
        return _("Chỉ nhận: %(expected)s.") % {"expected": context["expected"]}
    if kind.startswith(("date", "datetime")):
        return _("Không đọc được ngày, giờ; dùng dạng ISO 8601.")
    return _("Giá trị không hợp lệ.")
