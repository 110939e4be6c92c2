"""Idempotency: the first request with a key does the work, every later one gets the same reply.

The reply is stored in the transaction of the work itself, so that neither exists without the other. A second request
that arrives meanwhile waits at the key's row until the first has committed, or does the work if the first failed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from phoihop.api.problems import BadRequest
from phoihop.core.clock import now
from phoihop.core.errors import Invalid
from phoihop.offices.acting import Acting

HEADER = "Idempotency-Key"
KEY_PATTERN = r"[A-Za-z0-9_.:-]{8,200}"
REPLAYED = "Idempotent-Replayed"
JSON = "application/json; charset=utf-8"


def key_of(request: HttpRequest) -> str:
    """The idempotency key of a write. Raises BadRequest when there is none, or none that can be kept."""
    key = request.headers.get(HEADER, "")
    if not re.fullmatch(KEY_PATTERN, key):
        raise BadRequest(
            "idempotency_key_missing" if not key else "idempotency_key_invalid",
            _("Mỗi lệnh ghi cần tiêu đề Idempotency-Key: 8 đến 200 chữ cái, chữ số hoặc dấu _ . : -"),
            remedy=_("Tạo một khóa mới cho mỗi việc, ví dụ UUID, và gửi lại đúng khóa đó khi thử lại."),
        )
    return key


def fingerprint(request: HttpRequest, body_digest: bytes) -> bytes:
    """SHA-256 over method, address with query, and the digest of the body."""
    asked = f"{request.method} {request.get_full_path()}\0".encode()
    return hashlib.sha256(asked + body_digest).digest()


def once(work: Callable[[], HttpResponse], *, key: str, digest: bytes, by: Acting) -> HttpResponse:
    """The reply of ``work``, or the stored one when the key was used before. Runs in the web scope of ``by``.

    Raises Invalid when the key was used for another request.
    """
    if not _claim(key, digest, by):
        return _stored(key, digest, by)
    response = work()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE api_apireply SET status = %s, body = %s WHERE office_id = %s AND position_id = %s AND key = %s",
            [response.status_code, response.content, by.office_id, by.position_id, key],
        )
    return response


def _claim(key: str, digest: bytes, by: Acting) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_apireply (office_id, position_id, key, digest, at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            [by.office_id, by.position_id, key, digest, now()],
        )
        return bool(cursor.rowcount)


def _stored(key: str, digest: bytes, by: Acting) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, status, body FROM api_apireply WHERE office_id = %s AND position_id = %s AND key = %s",
            [by.office_id, by.position_id, key],
        )
        first, status, body = cursor.fetchone()
    if bytes(first) != digest:
        raise Invalid(
            "idempotency_key_reused",
            _("Khóa Idempotency-Key này đã dùng cho một yêu cầu có nội dung khác; chưa làm gì."),
            remedy=_("Dùng khóa mới cho việc mới."),
        )
    return HttpResponse(bytes(body), status=status, content_type=JSON, headers={REPLAYED: "true"})


def forget_replies(subjects: Collection[UUID]) -> None:
    """Empty kept replies that name subjects whose content was removed; the key stays used. As the worker."""
    with connection.cursor() as cursor:
        for subject in subjects:
            cursor.execute(
                "UPDATE api_apireply SET body = %s WHERE position(%s::bytea IN body) > 0",
                [b"{}", str(subject).encode()],
            )
