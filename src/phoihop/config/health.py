"""``/healthz``: this process answers. ``/readyz``: the whole installation can do its work now."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from phoihop.config import heartbeats
from phoihop.exchange.standing import why_read_only

LEAST_FREE_BYTES = 512 * 1024 * 1024
LEAST_FREE_SHARE = 0.02


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Alive: 200 whenever the process can answer at all."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Ready: 200 when every part works, else 503; says of each part whether it does."""
    checks = readiness(settings.HOME, settings.RUN_ROOT)
    ready = all(checks.values())
    body = {"status": "ok" if ready else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def readiness(home: Path, run: Path) -> Mapping[str, bool]:
    """Whether database, worker, sequencer and disk are fit for work, and whether this node may write."""
    answers = _database_answers()
    return {
        "database": answers,
        "worker": _is_beating(run, "worker"),
        "sequencer": _is_beating(run, "sequencer"),
        "disk": has_room(home),
        "writable": answers and _may_write(),
    }


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        connection.close()
        return False
    return True


def _may_write() -> bool:
    """The doctor says why not."""
    try:
        return why_read_only() is None
    except Error:
        connection.close()
        return False


def _is_beating(run: Path, part: str) -> bool:
    sign = heartbeats.last(run, part)
    return sign is not None and sign.is_beating


def has_room(home: Path) -> bool:
    """Whether the disk under ``home`` keeps at least half a gigabyte and two hundredths free."""
    usage = shutil.disk_usage(home)
    return usage.free >= LEAST_FREE_BYTES and usage.free >= usage.total * LEAST_FREE_SHARE
