"""Where an account is signed in: each browser with its times, and ending what should not go on.

A session that ends is gone at the next request. The live process hears of it at once and closes its streams: it is told
the digest of the key, since whoever listens to the database must not learn the key itself.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.isolation import scope
from phoihop.offices.models import Account

CHANNEL: Final = "phoihop_changed"
_SEEN_EVERY: Final = timedelta(minutes=5)
_MOST_REMEMBERED: Final = 20_000
_MOST_IN_ONE_NOTICE: Final = 100
"""A notice of the database holds 8000 bytes."""


@dataclass(frozen=True)
class Device:
    """A browser in which an account is signed in. ``id`` is of no use to anybody else."""

    id: int
    name: str
    address: str
    since: datetime
    seen: datetime
    is_this: bool


def devices_of(account: Account, *, this_key: str | None) -> Sequence[Device]:
    """The sessions of an account that are still good, this one first. Gate scope."""
    good = Session.objects.filter(expire_date__gt=now()).values("session_key")
    rows = UserSession.objects.filter(user_id=account.pk, session_key__in=good).order_by("-last_seen_at")
    found = [
        Device(
            id=row.pk,
            name=browser_name(row.user_agent),
            address=row.ip,
            since=row.created_at,
            seen=row.last_seen_at,
            is_this=row.session_key == this_key,
        )
        for row in rows
    ]
    return sorted(found, key=lambda device: not device.is_this)


def end_device(account: Account, device_id: int) -> bool:
    """Sign one of the account's own browsers out; False when it already was. Gate scope."""
    keys = list(UserSession.objects.filter(user_id=account.pk, pk=device_id).values_list("session_key", flat=True))
    end_sessions(keys)
    return bool(keys)


def end_devices(account: Account, *, but: str | None = None) -> int:
    """Sign the account out everywhere, except in the session ``but``. Returns how many ended. Gate scope."""
    rows = UserSession.objects.filter(user_id=account.pk).exclude(session_key=but or "")
    keys = list(rows.values_list("session_key", flat=True))
    end_sessions(keys)
    return len(keys)


def end_sessions(keys: Sequence[str]) -> None:
    """Remove sessions and have their streams closed. Gate scope; takes effect with the transaction."""
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    say_ended(keys)


def say_ended(keys: Iterable[str]) -> None:
    """Tell the live process, when the transaction commits."""
    digests = [session_digest(key) for key in keys]
    with connection.cursor() as cursor:
        for start in range(0, len(digests), _MOST_IN_ONE_NOTICE):
            part = digests[start : start + _MOST_IN_ONE_NOTICE]
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps({"ended": part})])


def good_sessions(keys: Collection[str]) -> frozenset[str]:
    """Those of ``keys`` that have neither ended nor run out, of accounts that are not closed. Gate scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.session_key FROM django_session s"
            " LEFT JOIN usersessions_usersession u ON u.session_key = s.session_key"
            " LEFT JOIN offices_account a ON a.id = u.user_id"
            " WHERE s.session_key = ANY(%s) AND s.expire_date > %s AND a.is_active IS DISTINCT FROM false",
            [list(keys), now()],
        )
        return frozenset(row[0] for row in cursor.fetchall())


def session_digest(key: str) -> str:
    """What a session is called where its key must not be known."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


_last_seen: dict[str, datetime] = {}


def see(request: HttpRequest, account: Account, *, address: str) -> None:
    """Remember that a session is in use, once in a few minutes for each process. Gate scope."""
    key = request.session.session_key
    moment = now()
    seen = _last_seen.get(key or "")
    if key is None or (seen is not None and moment - seen < _SEEN_EVERY):
        return
    if len(_last_seen) > _MOST_REMEMBERED:
        _last_seen.clear()
    _last_seen[key] = moment
    agent = request.headers.get("User-Agent", "")[:200]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO usersessions_usersession"
            " (user_id, session_key, ip, user_agent, created_at, last_seen_at, data)"
            " VALUES (%s, %s, %s, %s, %s, %s, '{}')"
            " ON CONFLICT (session_key) DO UPDATE SET last_seen_at = excluded.last_seen_at, ip = excluded.ip",
            [account.pk, key, address, agent, moment, moment],
        )


_BROWSERS = (
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("coc_coc_browser/", "Coc Coc"), ("Firefox/", "Firefox"),
    ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_name(agent: str) -> str:
    """``Chrome 130, Windows`` from what a browser says of itself; a guess, good enough to recognise one's own."""
    browser = next(((mark, name) for mark, name in _BROWSERS if mark in agent), None)
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser is None:
        return system or _("Trình duyệt không rõ")
    version = re.search(re.escape(browser[0]) + r"(\d+)", agent)
    name = f"{browser[1]} {version[1]}" if version and browser[1] != "Safari" else browser[1]
    return f"{name}, {system}" if system else name


def forget_ended() -> int:
    """Remove what is remembered of sessions that are no more. Returns how many."""
    with scope("gate"), transaction.atomic():
        gone = UserSession.objects.exclude(session_key__in=Session.objects.values("session_key"))
        return int(gone.delete()[0])
