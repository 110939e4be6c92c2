"""Into the API: who asks, in which scope the work runs, and that a write is done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from phoihop.api import replies
from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting
from phoihop.offices.middleware import ActingRequest
from phoihop.offices.reading import note_marked, noted_refusals
from phoihop.offices.tokens import TokenRefused, acting_by_secret

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SCHEME = "bearer "


def office_door(run: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Run an operation as the bearer of the request's token, in one transaction of its office; reads read only.

    A write needs an idempotency key. Nobody comes in by cookie. What is refused is noted as on pages.
    """

    @wraps(run)
    def enter(request: HttpRequest, **arguments: object) -> HttpResponseBase:
        by = admit(request)
        with noted_refusals(request, by, arguments):
            return _answer(run, request, by, arguments)

    return enter


def _answer(
    run: Callable[..., HttpResponseBase], request: HttpRequest, by: Acting, arguments: dict[str, object]
) -> HttpResponseBase:
    if request.method in SAFE:
        with scope("web", by.office_id, read_only=True):
            answer = run(request, **arguments)
        note_marked(request, by)
        return answer
    key = replies.key_of(request)
    digest = replies.fingerprint(request, hashlib.sha256(request.body).digest())
    with scope("web", by.office_id):
        return replies.once(lambda: cast(HttpResponse, run(request, **arguments)), key=key, digest=digest, by=by)


def admit(request: HttpRequest) -> Acting:
    """Who the token stands for, noted on the request. Raises TokenRefused, or Forbidden for a position that ended."""
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(SCHEME):
        raise TokenRefused(
            "token_missing",
            _("Yêu cầu chưa kèm mã truy cập."),
            remedy=_(
                "Gửi tiêu đề “Authorization: Bearer <mã>”; người vận hành máy chủ cấp mã bằng phoihop token create."
            ),
        )
    by = acting_by_secret(header[len(SCHEME) :].strip())
    cast(ActingRequest, request).acting = by
    return by
