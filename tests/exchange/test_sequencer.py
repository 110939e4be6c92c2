"""The log takes every committed record once, in an order that no later commit can change."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from uuid import UUID

import psycopg
import pytest
from django.db import OperationalError, connections, transaction

from phoihop.config.postgres import ADMIN, EmbeddedServer
from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.exchange import registry, sequencer
from phoihop.exchange.actions import give_receipts, publish
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.keys import own_identity
from phoihop.exchange.records import RECEIPTS, Receipt, Receipts
from phoihop.exchange.registry import Logged
from phoihop.exchange.sequencer import CHANNEL, notices, sequence
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.exchange.verification import verify_log
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.exchange.nodes import HA_TINH_ID, HUE_ID, NGHE_AN_ID, clerk, count, issue, log_everything, owner_rows

pytestmark = pytest.mark.usefixtures("fresh_database")


@contextmanager
def _in_thread(*actions: Callable[[], object]) -> Iterator[None]:
    failures: list[BaseException] = []

    def run(action: Callable[[], object]) -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001  # shown below, in the test's own thread
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[action]) for action in actions]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join(60)
    if failures:
        raise failures[0]


def test_records_get_their_places_in_order_and_a_signed_checkpoint() -> None:
    subjects = [issue(clerk(NGHE_AN), [HUE_ID]) for _ in range(5)]
    assert sequence(batch=3)[0] == 3
    assert sequence(batch=3)[0] == 2
    assert sequence(batch=3)[0] == 0
    logged = owner_rows(
        'SELECT e."index", r.subject_id FROM exchange_logentry e'
        " JOIN exchange_record r ON r.id = e.record_id ORDER BY 1"
    )
    assert logged == list(enumerate(subjects))
    assert owner_rows("SELECT size FROM exchange_checkpoint ORDER BY 1") == [(3,), (5,)]
    assert verify_log().is_sound


def test_a_record_waits_until_every_older_transaction_has_ended() -> None:
    written, released = Event(), Event()

    def slow() -> None:
        with scope("web", clerk(NGHE_AN).office_id):
            issue(clerk(NGHE_AN), [HUE_ID], abstract="chậm")
            written.set()
            assert released.wait(30)

    with _in_thread(slow):
        assert written.wait(30)
        issue(clerk(HA_TINH), [HUE_ID], abstract="nhanh")
        taken_early, _state = sequence()
        released.set()
    assert taken_early == 0
    assert sequence()[0] == 2
    order = owner_rows(
        "SELECT r.office_id FROM exchange_logentry e JOIN exchange_record r ON r.id = e.record_id ORDER BY e.index"
    )
    assert order == [(clerk(NGHE_AN).office_id,), (HA_TINH_ID,)]


def test_none_is_skipped_or_doubled_while_many_write_at_once() -> None:
    each, done = 25, Event()

    def write(office: object, seed: int) -> None:
        chance = random.Random(seed)
        by = clerk(office)
        for _ in range(each):
            with scope("web", by.office_id):
                issue(by, [HUE_ID])
                time.sleep(chance.random() * 0.01)

    offices = (NGHE_AN, HA_TINH, REGION, NGHE_AN_PARTY)
    writers = [lambda office=office, seed=seed: write(office, seed) for seed, office in enumerate(offices)]
    with _in_thread(lambda: sequencer.run(stopping=done, beat=lambda: None)):
        try:
            with _in_thread(*writers):
                pass
            until = time.monotonic() + 20
            while count("SELECT count(*) FROM exchange_logentry") < each * 4 and time.monotonic() < until:
                time.sleep(0.05)
        finally:
            done.set()
    assert count("SELECT count(*) FROM exchange_logentry") == each * len(offices)
    assert count("SELECT count(*) FROM exchange_checkpoint") > 1
    assert verify_log().is_sound


def test_a_second_sequencer_finds_the_place_taken() -> None:
    issue(clerk(NGHE_AN), [HUE_ID])
    with transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [sequencer._LOCK])
        found: list[int] = []
        with _in_thread(lambda: found.append(sequence()[0])):
            pass
    assert found == [0]
    assert sequence()[0] == 1


@pytest.fixture
def followers(monkeypatch: pytest.MonkeyPatch) -> list[registry.Follower]:
    """The followers of the log, put back afterwards."""
    found: list[registry.Follower] = []
    monkeypatch.setattr(registry, "_followers", found)
    return found


def test_a_round_cut_off_in_the_middle_leaves_nothing_and_is_done_again(
    database_server: EmbeddedServer, followers: list[registry.Follower]
) -> None:
    issue(clerk(NGHE_AN), [HUE_ID])

    def cut_off(_batch: Sequence[Logged]) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        with psycopg.connect(database_server.dsn(ADMIN, "postgres"), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", [pid])
        time.sleep(0.1)

    registry.register_follower(cut_off)
    with pytest.raises(OperationalError):
        sequence()
    connections["default"].close()
    assert count("SELECT count(*) FROM exchange_logentry") == 0
    assert count("SELECT count(*) FROM exchange_checkpoint") == 0
    followers.clear()
    assert sequence()[0] == 1
    assert verify_log().is_sound


def test_followers_hear_of_each_record_once_and_cannot_stop_the_log(followers: list[registry.Follower]) -> None:
    heard: list[Logged] = []

    def fails(_batch: Sequence[Logged]) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    registry.register_follower(fails)
    registry.register_follower(heard.extend)
    subject = issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    assert [(one.kind, one.subject_id, one.office_id) for one in heard] == [
        ("dispatch.issued", subject, clerk(NGHE_AN).office_id)
    ]


def test_live_pages_are_told_of_subject_and_audience(database_server: EmbeddedServer, fresh_database: str) -> None:
    with psycopg.connect(database_server.dsn(ADMIN, fresh_database), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        subject = issue(clerk(NGHE_AN), [HUE_ID])
        log_everything()
        (audience,) = owner_rows("SELECT audience_id FROM exchange_subject WHERE id = %s", subject)
        told = [json.loads(notice.payload) for notice in listener.notifies(timeout=5, stop_after=1)]
    assert told == [[[str(subject), str(audience[0])]]]


def test_notifications_fit_and_name_each_pair_once() -> None:
    audience = new_id()
    rows = [Logged("a.b", new_id(), audience, new_id(), new_id()) for _ in range(300)]
    payloads = list(notices([*rows, *rows]))
    assert all(len(payload) <= 7900 for payload in payloads)
    assert [UUID(pair[0]) for payload in payloads for pair in json.loads(payload)] == [row.subject_id for row in rows]


def test_two_first_records_at_once_never_fork() -> None:
    subject = issue(clerk(NGHE_AN), [HA_TINH_ID])
    by = clerk(HA_TINH)
    together = threading.Barrier(2)

    def speak() -> None:
        receipt = Receipt(subject=subject, state=ReceiptState.SEEN, at=now())
        body = Receipts(items=(receipt,), owner=NGHE_AN_ID)
        together.wait(10)
        publish([Statement(RECEIPTS, 1, body, subject, AudienceSet.of({NGHE_AN_ID, HA_TINH_ID}))], by=by)

    for _ in range(5):
        with _in_thread(speak, speak):
            pass
    chain = owner_rows(
        "SELECT id, prev_id FROM exchange_record WHERE subject_id = %s AND office_id = %s ORDER BY position",
        subject,
        HA_TINH_ID,
    )
    assert [prev for _one, prev in chain] == [None, *(one for one, _prev in chain[:-1])]
    assert len(chain) == 10


def test_two_offices_states_open_their_shared_subject_once() -> None:
    subjects = [issue(clerk(NGHE_AN), [HA_TINH_ID]) for _ in range(2)]
    by = clerk(HA_TINH)
    together = threading.Barrier(2)

    def see(subject: UUID) -> None:
        together.wait(10)
        give_receipts([(subject, ReceiptState.SEEN, "")], by=by)

    with _in_thread(*(lambda subject=subject: see(subject) for subject in subjects)):
        pass
    log_everything()
    report = verify_log()
    assert (report.problems, report.entries) == ([], 4)


def test_a_new_incarnation_starts_a_new_tree() -> None:
    issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    restored = replace(own_identity(), incarnation_id=new_id())
    owner_rows(
        "INSERT INTO offices_nodekey (id, node_id, incarnation, public_key, valid_from) VALUES (%s, %s, %s, %s, now())",
        *(new_id(), restored.node_id, restored.incarnation_id, restored.public_key),
    )
    issue(clerk(NGHE_AN), [HUE_ID])
    assert sequence(restored)[0] == 1
    assert sorted(owner_rows('SELECT "index", count(*) FROM exchange_logentry GROUP BY 1')) == [(0, 2)]
    assert verify_log().is_sound
