"""The live process: tells open pages that something they show has changed, and nothing else.

One LISTEN connection serves all pages. A stream is authorised once, from the session cookie, and holds no database
connection; it carries identifiers of subjects only, and only those whose audience includes the stream's office. The
page then fetches anew through the ordinary read path. ``{"all": true}`` says that changes may have been missed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "phoihop.config.settings")
django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up before it is used
from django.contrib.auth import get_user  # noqa: E402
from django.db import DatabaseError, connections  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from psycopg import AsyncConnection, Error, Notify  # noqa: E402
from psycopg.rows import tuple_row  # noqa: E402

from phoihop.core.isolation import WORKER, scope  # noqa: E402
from phoihop.offices.devices import good_sessions, session_digest  # noqa: E402
from phoihop.offices.duties import duty_of  # noqa: E402
from phoihop.offices.models import Account  # noqa: E402
from phoihop.offices.selectors import acting_for  # noqa: E402
from phoihop.offices.sessions import SessionStore, chosen_position  # noqa: E402

CHANNEL = "phoihop_changed"
HEARTBEAT_SECONDS = 15.0
STREAM_SECONDS = 900.0
"""A stream ends after this time; the browser opens another, which is authorised anew."""
MOST_PENDING = 500
"""A slow reader's pending subjects; beyond it they are replaced by ``all``, so memory stays bounded."""
MOST_STREAMS = 4000
_RECONNECT_SECONDS = 1.0
CHECK_SECONDS = 60.0
"""Streams of sessions that ended unheard, by running out or while the database was away, close after this time."""
_AUDIENCES = "SELECT office_id, audience_id FROM exchange_audience_member WHERE audience_id = ANY(%s)"

Message = MutableMapping[str, Any]
Connected = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

logger = logging.getLogger("phoihop.live")


@dataclass(eq=False)
class Stream:
    """One open page: whose session it is, and what it has yet to be told."""

    session_key: str = ""
    is_over: bool = False
    pending: set[str] = field(default_factory=set)
    all: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, subjects: Iterable[str]) -> None:
        """Tell this page of changed subjects as soon as it reads."""
        self.pending.update(subjects)
        if len(self.pending) > MOST_PENDING:
            self.add_all()
        self.changed.set()

    def add_all(self) -> None:
        """Tell this page that anything may have changed."""
        self.pending.clear()
        self.all = True
        self.changed.set()

    def end(self) -> None:
        """The session is over: close the stream. What the page has not been told it will not be told."""
        self.is_over = True
        self.changed.set()

    def take(self) -> bytes:
        """The next event, and forget it."""
        event: dict[str, object] = {"subjects": sorted(self.pending)}
        if self.all:
            event = {"subjects": [], "all": True}
        self.pending, self.all = set(), False
        self.changed.clear()
        return f"data: {json.dumps(event)}\n\n".encode()


class Hub:
    """All open streams by office, fed by the one LISTEN connection."""

    def __init__(self) -> None:
        self._streams: dict[UUID, set[Stream]] = defaultdict(set)
        self.is_listening = False

    def __len__(self) -> int:
        return sum(map(len, self._streams.values()))

    def open(self, office: UUID, session_key: str = "") -> Stream:
        """A new stream for an office."""
        stream = Stream(session_key)
        self._streams[office].add(stream)
        return stream

    def close(self, office: UUID, stream: Stream) -> None:
        """Forget a stream whose page has gone."""
        self._streams[office].discard(stream)
        if not self._streams[office]:
            del self._streams[office]

    def tell(self, office: UUID, subjects: Iterable[str]) -> None:
        """Tell every page of an office of changed subjects."""
        for stream in self._streams.get(office, ()):
            stream.add(subjects)

    def end(self, digests: Iterable[str]) -> None:
        """Close the streams of sessions that are over."""
        ended = set(digests)
        for streams in self._streams.values():
            for stream in streams:
                if session_digest(stream.session_key) in ended:
                    stream.end()

    async def check(self) -> None:
        """For ever: close the streams of sessions that are no longer good, however they ended."""
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.check_once()
            except DatabaseError as error:
                logger.warning("sessions were not checked: %s", error)

    async def check_once(self) -> None:
        """One look at the sessions of all streams."""
        keys = {stream.session_key for streams in self._streams.values() for stream in streams}
        good = await asyncio.to_thread(_good_sessions, keys) if keys else frozenset()
        self.end(session_digest(key) for key in keys - good)

    async def listen(self) -> None:
        """Feed the streams for ever; after a lost connection, tell them all that changes may have been missed."""
        while True:
            try:
                async with await _listening_connection() as connection:
                    self.is_listening = True
                    for streams in self._streams.values():
                        for stream in streams:
                            stream.add_all()
                    while True:
                        await self._pass_on(connection)
            except Error as error:
                self.is_listening = False
                logger.warning("listening was interrupted: %s", error)
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _pass_on(self, connection: AsyncConnection[tuple[UUID, UUID]]) -> None:
        news = [notice async for notice in connection.notifies(timeout=HEARTBEAT_SECONDS, stop_after=1)]
        self.end(digest for notice in news for digest in _ended(notice))
        shared, local = _parse(news)
        for office, subjects in local:
            self.tell(office, subjects)
        # Only offices that are watching matter; membership is read afresh because audiences grow.
        if shared and self._streams:
            rows = await (await connection.execute(_AUDIENCES, [list(shared)])).fetchall()
            for office, audience in rows:
                if office in self._streams:
                    self.tell(office, shared[audience])
        elif not news:
            await connection.execute("SELECT 1")  # notices a connection that died silently


async def _listening_connection() -> AsyncConnection[tuple[UUID, UUID]]:
    parameters = connections["default"].get_connection_params()
    for name in ("cursor_factory", "context", "row_factory"):
        parameters.pop(name, None)
    parameters["options"] = f"{parameters.get('options', '')} -c role={WORKER}".strip()
    connection = await AsyncConnection[tuple[UUID, UUID]].connect(**parameters, autocommit=True, row_factory=tuple_row)
    await connection.execute(f"LISTEN {CHANNEL}")
    return connection


def _parse(news: Sequence[Notify]) -> tuple[dict[UUID, set[str]], list[tuple[UUID, list[str]]]]:
    """Changed subjects by audience, and those that concern one office alone."""
    shared: dict[UUID, set[str]] = defaultdict(set)
    local: list[tuple[UUID, list[str]]] = []
    for notice in news:
        content = json.loads(notice.payload)
        if isinstance(content, dict) and "ended" in content:
            continue
        if isinstance(content, dict):
            local.append((UUID(content["office"]), [str(subject) for subject in content["subjects"]]))
        else:
            for subject, audience in content:
                shared[UUID(audience)].add(str(subject))
    return shared, local


def _ended(notice: Notify) -> Sequence[str]:
    """Digests of the keys of sessions that are over."""
    content = json.loads(notice.payload)
    return content["ended"] if isinstance(content, dict) and "ended" in content else ()


def _good_sessions(keys: Set[str]) -> Set[str]:
    """Those that still let somebody in; leaves no database connection behind."""
    try:
        with scope("gate", read_only=True):
            return good_sessions(keys)
    finally:
        connections.close_all()


hub = Hub()


async def application(asked: Connected, receive: Receive, send: Send) -> None:
    """The ASGI application of the live process."""
    if asked["type"] == "lifespan":
        await _live_and_die(receive, send)
    elif asked["type"] == "http":
        await _answer(asked, receive, send)


async def _live_and_die(receive: Receive, send: Send) -> None:
    tasks: list[asyncio.Task[None]] = []
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            tasks = [asyncio.create_task(hub.listen()), asyncio.create_task(hub.check())]
            for task in tasks:
                task.add_done_callback(_end_if_failed)
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            for task in tasks:
                task.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


def _end_if_failed(listening: asyncio.Task[None]) -> None:
    """A live process that no longer listens is worse than none: end it, and the supervisor starts another."""
    if not listening.cancelled() and listening.exception() is not None:
        logger.error("the listener failed", exc_info=listening.exception())
        os._exit(1)


async def _answer(asked: Connected, receive: Receive, send: Send) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in asked["headers"]}
    origin = headers.get("origin")
    if asked["path"] == "/healthz":
        await _reply(send, 200 if hub.is_listening else 503, b'{"status": "ok"}' if hub.is_listening else b"{}")
    elif asked["method"] != "GET" or asked["path"] not in {"/", "/live", "/live/"}:
        await _reply(send, 404)
    elif origin is not None and origin != settings.ORIGIN:
        await _reply(send, 403)
    elif len(hub) >= MOST_STREAMS:
        await _reply(send, 503)
    else:
        key = _session_key(headers.get("cookie", ""))
        office = await asyncio.to_thread(_office_of, key)
        if office is None:
            await _reply(send, 401)
        else:
            await _stream(office, key, receive, send)


def _session_key(cookies: str) -> str:
    try:
        morsel = SimpleCookie(cookies).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _office_of(session_key: str) -> UUID | None:
    """The office that the session acts for; leaves no database connection behind."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = SessionStore(session_key)
    try:
        with scope("gate", read_only=True):
            account = get_user(request)
            if not isinstance(account, Account):
                return None
            acting = acting_for(account, chosen_position(request.session))
            return acting.office_id if acting and duty_of(account, acting) is None else None
    finally:
        connections.close_all()


def _headers(content_type: bytes) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-type", content_type),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"access-control-allow-origin", settings.ORIGIN.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"origin, cookie"),
    ]


async def _reply(send: Send, status: int, body: bytes = b"{}") -> None:
    await send({"type": "http.response.start", "status": status, "headers": _headers(b"application/json")})
    await send({"type": "http.response.body", "body": body})


async def _stream(office: UUID, session_key: str, receive: Receive, send: Send) -> None:
    stream = hub.open(office, session_key)
    gone = asyncio.create_task(_disconnected(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _headers(b"text/event-stream")})
        await _send_events(stream, gone, send)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        hub.close(office, stream)
        gone.cancel()
        with suppress(asyncio.CancelledError):
            await gone


async def _send_events(stream: Stream, gone: asyncio.Task[None], send: Send) -> None:
    loop = asyncio.get_running_loop()
    ends = loop.time() + STREAM_SECONDS
    body = b"retry: 2000\n\n"
    while not gone.done() and not stream.is_over and loop.time() < ends:
        await send({"type": "http.response.body", "body": body, "more_body": True})
        changed = asyncio.create_task(stream.changed.wait())
        await asyncio.wait({changed, gone}, timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()
        body = stream.take() if stream.changed.is_set() else b": .\n\n"


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
