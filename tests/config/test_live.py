"""The live process: whose page is told of what, and that nobody else is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connections

from phoihop.config import live
from phoihop.config.live import CHANNEL, MOST_PENDING, Stream
from phoihop.config.postgres import ADMIN, EmbeddedServer
from phoihop.core.isolation import scope
from phoihop.offices.devices import end_sessions
from phoihop.offices.directory import OfficeSpec
from phoihop.offices.models import Account
from phoihop.offices.sessions import SessionStore
from tests.cast import HA_TINH, NGHE_AN, acting

PATIENCE = 10.0


class Page:
    """A browser's page as the server sees it: what it was sent, and when it goes away."""

    def __init__(self, cookie: str = "", origin: str | None = None, path: str = "/live/") -> None:
        headers = [(b"cookie", f"other=1; {settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        self.asked = {"type": "http", "method": "GET", "path": path, "headers": headers}
        self.status = 0
        self.headers: dict[bytes, bytes] = {}
        self.events: list[Any] = []
        self._gone = asyncio.Event()

    async def receive(self) -> dict[str, str]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], dict(message["headers"])
        elif message["body"].startswith(b"data: "):
            self.events.append(json.loads(message["body"][6:]))

    async def visit(self) -> None:
        await live.application(self.asked, self.receive, self.send)

    def leave(self) -> None:
        self._gone.set()


def session_of(key: str, office: OfficeSpec) -> str:
    with scope("gate"):
        account = Account.objects.get(username=f"{key}.{office.code.lower()}")
    session = SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = "phoihop.offices.backends.GateBackend"
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    assert session.session_key is not None
    return session.session_key


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


def with_listener(steps: Callable[[], Awaitable[None]]) -> None:
    """Run ``steps`` beside the hub that listens to the database, and end both."""

    async def both() -> None:
        listening = asyncio.create_task(live.hub.listen())
        try:
            await until(lambda: live.hub.is_listening)
            await steps()
        finally:
            listening.cancel()
            await asyncio.wait({listening})
            live.hub.is_listening = False

    asyncio.run(both())


@pytest.fixture
def notify(database_server: EmbeddedServer, fresh_database: str) -> Callable[[object], None]:
    def send(content: object) -> None:
        with psycopg.connect(database_server.dsn(ADMIN, fresh_database), autocommit=True) as connection:
            connection.execute("SELECT pg_notify(%s, %s)", [CHANNEL, json.dumps(content)])

    return send


@pytest.fixture
def audience(database_server: EmbeddedServer, fresh_database: str) -> UUID:
    """An audience that holds Nghệ An alone."""
    audience = uuid4()
    with psycopg.connect(database_server.dsn(ADMIN, fresh_database), autocommit=True) as connection:
        connection.execute("INSERT INTO exchange_audience (id, digest) VALUES (%s, %s)", [audience, audience.bytes])
        connection.execute(
            "INSERT INTO exchange_audience_member (audience_id, office_id) VALUES (%s, %s)",
            [audience, acting("vanthu", NGHE_AN).office_id],
        )
    return audience


def test_a_change_reaches_the_pages_of_its_audience_and_no_other(
    notify: Callable[[object], None], audience: UUID
) -> None:
    inside, outside = session_of("vanthu", NGHE_AN), session_of("vanthu", HA_TINH)
    subjects = sorted(str(uuid4()) for _ in range(2))

    async def steps() -> None:
        near, far = Page(inside, settings.ORIGIN), Page(outside)
        visits = [asyncio.create_task(page.visit()) for page in (near, far)]
        await until(lambda: len(live.hub) == 2)
        assert near.headers[b"access-control-allow-origin"] == settings.ORIGIN.encode()
        assert near.headers[b"access-control-allow-credentials"] == b"true"
        await asyncio.to_thread(notify, [[subject, str(audience)] for subject in subjects])
        await until(lambda: bool(near.events))
        await asyncio.to_thread(
            notify, {"office": str(acting_of_ha_tinh), "subjects": ["local"]}
        )  # arrives after the first, so its arrival proves that the first was not sent here
        await until(lambda: bool(far.events))
        assert near.events == [{"subjects": subjects}]
        assert far.events == [{"subjects": ["local"]}]
        for page in (near, far):
            page.leave()
        await asyncio.gather(*visits)
        assert len(live.hub) == 0

    acting_of_ha_tinh = acting("vanthu", HA_TINH).office_id
    with_listener(steps)


def test_a_stream_holds_no_database_connection(
    database_server: EmbeddedServer, fresh_database: str, notify: Callable[[object], None]
) -> None:
    session = session_of("vanthu", NGHE_AN)
    connections.close_all()

    def connected() -> int:
        with psycopg.connect(database_server.dsn(ADMIN, fresh_database)) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'phoihop_login'"
            ).fetchone()
        assert row is not None
        return int(row[0])

    async def steps() -> None:
        pages = [Page(session) for _ in range(5)]
        visits = [asyncio.create_task(page.visit()) for page in pages]
        await until(lambda: len(live.hub) == 5)
        assert await asyncio.to_thread(connected) == 1
        for page in pages:
            page.leave()
        await asyncio.gather(*visits)

    with_listener(steps)


def test_after_a_lost_connection_pages_are_told_that_anything_may_have_changed(
    database_server: EmbeddedServer, fresh_database: str, audience: UUID, notify: Callable[[object], None]
) -> None:
    session = session_of("vanthu", NGHE_AN)

    def cut() -> None:
        with psycopg.connect(database_server.dsn(ADMIN, fresh_database), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")

    async def steps() -> None:
        page = Page(session)
        visit = asyncio.create_task(page.visit())
        await until(lambda: len(live.hub) == 1)
        await asyncio.to_thread(cut)
        await until(lambda: page.events == [{"subjects": [], "all": True}])
        await asyncio.to_thread(notify, [["later", str(audience)]])
        await until(lambda: page.events[1:] == [{"subjects": ["later"]}])
        page.leave()
        await visit

    with_listener(steps)


@pytest.mark.parametrize(
    ("cookie", "origin", "path", "status"),
    [
        ("", None, "/live/", 401),
        ("made-up-session-key", None, "/live/", 401),
        ("", "https://evil.example", "/live/", 403),
        ("", "null", "/live/", 403),
        ("", None, "/anything", 404),
        ("", None, "/healthz", 503),
    ],
)
def test_strangers_are_turned_away(
    fresh_database: str, cookie: str, origin: str | None, path: str, status: int
) -> None:
    async def visit() -> Page:
        page = Page(cookie, origin, path)
        await page.visit()
        return page

    page = asyncio.run(visit())
    assert page.status == status
    assert page.headers[b"access-control-allow-origin"] == settings.ORIGIN.encode()


def test_a_signed_in_session_from_another_origin_is_refused(fresh_database: str) -> None:
    session = session_of("vanthu", NGHE_AN)

    async def visit() -> int:
        page = Page(session, "https://evil.example")
        await page.visit()
        return page.status

    assert asyncio.run(visit()) == 403


def test_a_slow_page_costs_bounded_memory() -> None:
    stream = Stream()
    for number in range(10 * MOST_PENDING):
        stream.add([str(number)])
        assert len(stream.pending) <= MOST_PENDING
    assert json.loads(stream.take()[6:]) == {"subjects": [], "all": True}
    stream.add(["one"])
    assert json.loads(stream.take()[6:]) == {"subjects": ["one"]}


def test_a_stream_closes_with_its_session_and_no_other_does(fresh_database: str) -> None:
    ending, staying = session_of("vanthu", NGHE_AN), session_of("vanthu", HA_TINH)

    def sign_out() -> None:
        with scope("gate"):
            end_sessions([ending])
        connections.close_all()

    async def steps() -> None:
        pages = [Page(key) for key in (ending, ending, staying)]
        visits = [asyncio.create_task(page.visit()) for page in pages]
        await until(lambda: len(live.hub) == 3)
        await asyncio.to_thread(sign_out)
        await asyncio.wait_for(asyncio.gather(*visits[:2]), PATIENCE)
        assert not visits[2].done()
        again = Page(ending)
        await again.visit()
        assert again.status == 401
        pages[2].leave()
        await visits[2]

    with_listener(steps)


def test_a_stream_whose_session_ended_unheard_closes_at_the_next_look(fresh_database: str) -> None:
    key, other = session_of("vanthu", NGHE_AN), session_of("vanthu", HA_TINH)

    def end_without_a_word() -> None:
        SessionStore(key).delete()
        connections.close_all()

    async def steps() -> None:
        pages = [Page(key), Page(other)]
        visits = [asyncio.create_task(page.visit()) for page in pages]
        await until(lambda: len(live.hub) == 2)
        await asyncio.to_thread(end_without_a_word)
        await live.hub.check_once()
        await asyncio.wait_for(visits[0], PATIENCE)
        assert not visits[1].done()
        pages[1].leave()
        await visits[1]

    with_listener(steps)
