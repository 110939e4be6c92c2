"""What a node takes in from elsewhere and what it refuses, one lie at a time."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.exchange.actions import give_receipts
from phoihop.exchange.admission import Incoming, authenticate
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.envelope import Body, Rejected, read
from phoihop.exchange.keyring import load_keyring
from phoihop.exchange.keys import make_identity
from phoihop.exchange.receiving import receive, retry
from phoihop.exchange.records import DISCLOSURE, RECEIPTS, Disclosure, Receipt, Receipts
from phoihop.exchange.registry import Kind, register_kind
from phoihop.exchange.verification import verify_log
from tests.cast import HA_TINH, NGHE_AN
from tests.exchange.conftest import Pair
from tests.exchange.nodes import (
    HA_TINH_ID,
    HUE_ID,
    NGHE_AN_ID,
    PARTY_ID,
    carried,
    clerk,
    count,
    forged,
    issue,
    issued_body,
    log_everything,
    owner_rows,
)


def _refused(incoming: Incoming) -> str:
    """The one reason for which a record is refused; nothing of it stays."""
    received = receive([incoming])
    assert received.counts == {"refused": 1}
    assert count("SELECT count(*) FROM exchange_record") == 0
    assert count("SELECT count(*) FROM exchange_setaside") == 0
    return received.refusals[0].code


def _good(pair: Pair, **said: Any) -> Incoming:
    with pair.nghe_an.here() as identity:
        return forged(identity, issued_body([HUE_ID]), **said)


def test_a_record_made_by_hand_with_the_right_key_is_taken(pair: Pair) -> None:
    good = _good(pair)
    with pair.hue.here():
        assert receive([good]).counts == {"applied": 1}


def test_a_forged_signature_is_refused(standing: Pair, tmp_path: Path) -> None:
    stranger = make_identity(tmp_path / "stranger")
    with standing.nghe_an.here() as identity:
        lie = forged(stranger, issued_body([HUE_ID]), node=identity.node_id, incarnation=identity.incarnation_id)
    with standing.hue.here():
        assert _refused(lie) == "signature_wrong"


def test_a_node_that_is_not_in_the_directory_is_refused(standing: Pair, tmp_path: Path) -> None:
    lie = forged(make_identity(tmp_path / "stranger"), issued_body([HUE_ID]))
    with standing.hue.here():
        assert _refused(lie) == "key_unknown"


def test_a_key_is_good_for_its_time_alone(pair: Pair) -> None:
    early = _good(pair, at=now() - timedelta(days=4000))
    late = _good(pair)
    with pair.hue.here():
        assert _refused(early) == "key_not_valid"
        owner_rows("UPDATE offices_nodekey SET valid_to = %s", now() - timedelta(days=1))
        assert _refused(late) == "key_not_valid"


def test_a_node_speaks_only_for_the_offices_it_hosts(standing: Pair) -> None:
    lie = _good(standing, office=HUE_ID)
    stranger = _good(standing, office=new_id(), audience=(HUE_ID,))
    with standing.hue.here():
        assert _refused(lie) == "office_foreign"
        assert _refused(stranger) == "office_unknown"


def test_the_member_list_must_be_the_one_that_was_signed(standing: Pair) -> None:
    good = _good(standing)
    with standing.hue.here():
        assert _refused(replace(good, members=(*good.members, HA_TINH_ID))) == "audience_differs"
        assert _refused(replace(good, members=good.members[:1])) == "audience_differs"
        assert _refused(replace(good, members=())) == "audience_size"


def test_an_author_outside_its_own_audience_is_refused(standing: Pair) -> None:
    lie = _good(standing, audience=(HA_TINH_ID, HUE_ID))
    with standing.hue.here():
        assert _refused(lie) == "author_outside"


def test_another_body_is_refused(standing: Pair) -> None:
    good = _good(standing)
    with standing.hue.here():
        assert _refused(replace(good, content=good.content + b" ")) == "body_differs"
        assert _refused(replace(good, content=bytes(300 * 1024))) == "body_size"


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_flipped_bit_anywhere_is_refused(standing: Pair, data: st.DataObject) -> None:
    good = _good(standing, at=now())
    with standing.hue.here():
        with scope("writer"):
            keyring = load_keyring()
        authenticate(good, keyring)
        in_body = data.draw(st.booleans())
        raw = bytearray(good.content if in_body else good.signed)
        position = data.draw(st.integers(0, len(raw) - 1))
        raw[position] ^= 1 << data.draw(st.integers(0, 7))
        with pytest.raises(Rejected):
            authenticate(replace(good, content=bytes(raw)) if in_body else replace(good, signed=bytes(raw)), keyring)


def test_the_last_character_of_a_signature_has_one_form(standing: Pair) -> None:
    good = _good(standing)
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = alphabet[alphabet.index(good.signed[-1:]) ^ 1]
    same = good.signed[:-1] + bytes([other])
    assert base64.urlsafe_b64decode(same.rpartition(b".")[2] + b"==") == base64.urlsafe_b64decode(
        good.signed.rpartition(b".")[2] + b"=="
    )
    with standing.hue.here():
        assert _refused(replace(good, signed=same)) == "signature_wrong"


def test_what_is_not_for_an_office_here_is_refused(standing: Pair) -> None:
    with standing.nghe_an.here() as identity:
        lie = forged(identity, issued_body([HA_TINH_ID]), audience=(NGHE_AN_ID, HA_TINH_ID))
    with standing.hue.here():
        assert _refused(lie) == "not_for_us"


def test_an_id_is_used_once(pair: Pair) -> None:
    good = _good(pair)
    other = _good(pair, id=read(good.signed).id)
    with pair.hue.here():
        assert receive([good, other]).counts == {"applied": 1, "refused": 1}
        assert receive([good, good]).counts == {"known": 2}
        assert receive([other]).refusals[0].code == "id_reused"


def test_another_office_may_not_take_over_disclose_or_deliver_on_a_subject(pair: Pair) -> None:
    three = (NGHE_AN_ID, HA_TINH_ID, HUE_ID)
    with pair.nghe_an.here() as identity:
        opening = forged(identity, issued_body([HUE_ID, HA_TINH_ID]), audience=three)
        subject = read(opening.signed).subject
        takeover = forged(identity, issued_body([HUE_ID]), office=HA_TINH_ID, audience=three, subject=subject)
        opened = Disclosure(offices=(PARTY_ID,), reason="x", approver="y", approver_title="z")
        disclosure = forged(
            identity, opened, office=HA_TINH_ID, audience=(*three, PARTY_ID), subject=subject, kind=DISCLOSURE
        )
        outsider = forged(
            identity, issued_body([HUE_ID]), office=PARTY_ID, audience=(PARTY_ID, HUE_ID), subject=subject
        )
        grown = forged(
            identity, issued_body([HUE_ID]), audience=(*three, PARTY_ID), subject=subject, prev=read(opening.signed).id
        )
    with pair.hue.here():
        codes = [one.code for one in receive([opening, takeover, disclosure, outsider, grown]).refusals]
        assert codes == ["not_owner", "not_owner", "author_outside", "audience_grown"]
        (owner,) = owner_rows("SELECT owner_id FROM exchange_subject WHERE id = %s", subject)
        assert owner == (NGHE_AN_ID,)


def test_a_subject_cannot_begin_with_a_disclosure(standing: Pair) -> None:
    body = Disclosure(offices=(HUE_ID,), reason="x", approver="y", approver_title="z")
    with standing.nghe_an.here() as identity:
        lie = forged(identity, body, kind=DISCLOSURE)
    with standing.hue.here():
        assert _refused(lie) == "opens_nothing"


def test_a_chain_may_only_continue_the_authors_own_record(pair: Pair) -> None:
    three = (NGHE_AN_ID, HA_TINH_ID, HUE_ID)
    with pair.nghe_an.here() as identity:
        first = forged(identity, issued_body([HUE_ID]), audience=three)
        begun = read(first.signed)
        lie = forged(
            identity,
            issued_body([HUE_ID]),
            office=HA_TINH_ID,
            audience=three,
            subject=begun.subject,
            prev=begun.id,
        )
    with pair.hue.here():
        assert [one.code for one in receive([first, lie]).refusals] == ["prev_foreign"]


def test_receipts_cannot_take_the_place_of_another_subject(pair: Pair) -> None:
    both = (NGHE_AN_ID, HUE_ID)
    with pair.nghe_an.here() as identity:
        first = forged(identity, issued_body([HUE_ID]), audience=both)
        begun = read(first.signed)
        receipts = Receipts(items=(_receipt(begun.subject),), owner=HUE_ID)
        lie = forged(identity, receipts, kind=RECEIPTS, audience=both, subject=new_id())
    with pair.hue.here():
        assert [one.code for one in receive([first, lie]).refusals] == ["subject_foreign"]


def _receipt(subject: UUID) -> Receipt:
    return Receipt(subject=subject, state=ReceiptState.SEEN, at=now())


def test_what_comes_early_waits_and_is_taken_in_when_its_time_comes(pair: Pair) -> None:
    with pair.nghe_an.here() as identity:
        first = forged(identity, issued_body([HUE_ID], "1"))
        begun = read(first.signed)
        second = forged(identity, issued_body([HUE_ID], "2"), subject=begun.subject, prev=begun.id)
        third = forged(identity, issued_body([HUE_ID], "3"), subject=begun.subject, prev=read(second.signed).id)
        needy = forged(identity, issued_body([HUE_ID], "4"), needs=(read(third.signed).id,))
    with pair.hue.here():
        assert receive([needy, third]).counts == {"waiting": 2}
        assert receive([third]).counts == {"waiting": 1}
        assert receive([second]).counts == {"waiting": 1}
        assert receive([first]).counts == {"applied": 4}
        assert count("SELECT count(*) FROM exchange_setaside") == 0
        (last,) = owner_rows("SELECT record_id FROM exchange_head WHERE subject_id = %s", begun.subject)
        assert last == (read(third.signed).id,)
        log_everything()
        assert verify_log().is_sound


def test_records_that_wait_for_each_other_wait(pair: Pair) -> None:
    one, other = new_id(), new_id()
    first = _good(pair, id=one, needs=(other,))
    second = _good(pair, id=other, needs=(one,))
    with pair.hue.here():
        assert receive([first, second]).counts == {"waiting": 2}
        assert retry().counts == {"waiting": 2}


def test_two_records_after_one_are_both_kept_and_raise_an_alarm(pair: Pair) -> None:
    first = _good(pair)
    begun = read(first.signed)
    fork = [_good(pair, subject=begun.subject, prev=begun.id) for _ in range(2)]
    beginnings = _good(pair, subject=begun.subject)
    with pair.hue.here():
        received = receive([first, *fork, beginnings])
        assert (received.counts, received.forks) == ({"applied": 4}, 2)
        alarms = owner_rows("SELECT record_id FROM exchange_setaside WHERE reason = 'fork' ORDER BY record_id")
        assert alarms == sorted([(read(fork[1].signed).id,), (read(beginnings.signed).id,)])
        log_everything()
        report = verify_log()
        assert (report.is_sound, report.known_forks) == (True, 2)


_TOO_LARGE_TO_STORE = {"name": "a", "media_type": "a/b", "size": 2**70, "sha256": "0" * 64, "salt": "0" * 32}


def _by_hand(body: Body, **said: Any) -> bytes:
    """A body as no node of ours would seal it."""
    return b"s" * 16 + json.dumps({**body.model_dump(mode="json"), **said}).encode()


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200f", "\x00", "\x07", "\x7f", "\x9b"])
@pytest.mark.parametrize("escaped", [True, False])
def test_text_that_would_read_otherwise_than_it_was_signed_is_set_aside(pair: Pair, hidden: str, escaped: bool) -> None:
    with pair.nghe_an.here() as identity:
        body = {**issued_body([HUE_ID]).model_dump(mode="json"), "abstract": f"Hop{hidden} gap"}
        content = b"s" * 16 + json.dumps(body, ensure_ascii=escaped).encode()
        records = [forged(identity, content), forged(identity, issued_body([HUE_ID], "Họp\n\\u202e gấp 😀"))]
    with pair.hue.here():
        assert receive(records).counts == {"applied": 1, "poison": 1}
        assert owner_rows("SELECT reason FROM exchange_setaside") == [("text_misleads",)]


def test_poison_is_set_aside_and_the_rest_flows(pair: Pair) -> None:
    with pair.nghe_an.here() as identity:
        records = [forged(identity, issued_body([HUE_ID], f"V/v {number}")) for number in range(9)]
        records[4] = forged(identity, _by_hand(issued_body([HUE_ID]), attachments=[_TOO_LARGE_TO_STORE]))
        records[6] = forged(identity, b"s" * 16 + b'{"not": "a document"}')
        records[7] = forged(identity, issued_body([PARTY_ID]))
    with pair.hue.here():
        assert receive(records).counts == {"applied": 6, "poison": 3}
        assert count("SELECT count(*) FROM exchange_record WHERE office_id = %s", NGHE_AN_ID) == 9
        assert count("SELECT count(*) FROM dispatches_dispatch") == 6
        reasons = owner_rows("SELECT reason FROM exchange_setaside ORDER BY 1")
        assert reasons == [("body_malformed",), ("poison",), ("recipient_outside",)]
        log_everything()
        assert count("SELECT count(*) FROM exchange_logentry") == count("SELECT count(*) FROM exchange_record")
        assert retry().counts == {"poison": 3}


class _Later(Body):
    text: str


def test_a_kind_of_tomorrow_is_kept_logged_and_projected_after_the_upgrade(pair: Pair) -> None:
    with pair.nghe_an.here() as identity:
        tomorrow = forged(identity, _Later(text="mai"), kind="tomorrow.said")
    with pair.hue.here():
        assert receive([tomorrow]).counts == {"needs_upgrade": 1}
        assert retry().counts == {"needs_upgrade": 1}
        log_everything()
        assert verify_log().is_sound
        projected: list[str] = []
        register_kind(
            Kind(
                "tomorrow.said",
                1,
                "tomorrow",
                "tomorrow",
                _Later,
                lambda stated: projected.extend(item.body.text for item in stated),
                lambda _stated: (HUE_ID,),
            )
        )
        assert retry().counts == {"applied": 1}
        assert projected == ["mai"]
        assert owner_rows("SELECT kind FROM exchange_subject WHERE owner_id = %s", NGHE_AN_ID) == [("tomorrow",)]
        assert count("SELECT count(*) FROM exchange_setaside") == 0
        assert count("SELECT count(*) FROM exchange_delivery WHERE arrived_at IS NOT NULL") == 1


def test_arrivals_are_stated_once_by_the_office_that_received(pair: Pair, tmp_path: Path) -> None:
    subject = issue(clerk(HA_TINH), [HUE_ID, NGHE_AN_ID])
    give_receipts([(subject, ReceiptState.SEEN, "")], by=clerk(NGHE_AN))
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        receive(sent)
        receive(sent)
        stated = owner_rows(
            "SELECT office_id, kind FROM exchange_record WHERE node_id <> %s", read(sent[0].signed).node
        )
        assert stated == [(HUE_ID, RECEIPTS)]
