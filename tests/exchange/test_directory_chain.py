"""The directory's chain: only the right key, in order, without gap or fork, and nothing that contradicts itself."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.core.ids import derived_id
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.chain import digest_of, read_entry, sign_entry
from phoihop.exchange.directory.ruling import Forked, Gap, advance
from phoihop.exchange.directory.wording import said, sentence
from phoihop.exchange.envelope import Rejected
from tests.exchange.directory_chain import (
    FIRST_DAY,
    MOMENT,
    NODE,
    OTHER,
    Chain,
    body,
    founded,
    node,
    office,
    region_key,
    replayed,
)

LAST_DAY = date(2026, 12, 31)


def refusal(chain: Chain, *changes: c.Change) -> str:
    """Why these changes are refused; said to a person in a sentence without a gap."""
    with pytest.raises(Rejected) as refused:
        advance(chain.state, chain.make(*changes))
    told = said(refused.value)
    assert told.message
    assert "%" not in told.message
    return refused.value.code


def test_records_add_up_and_their_signing_can_be_repeated() -> None:
    chain = founded(office("A"), office("B", parent="A"), body("B", "UB"))
    again = sign_entry(read_entry(chain.signed[0]), chain.key.private)
    assert again == chain.signed[0]
    assert chain.state.head == digest_of(again)
    assert replayed(chain.signed) == chain.state
    assert chain.state.offices["B"].parent == "A"


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_one_flipped_bit_anywhere_is_refused(data: st.DataObject) -> None:
    chain = founded(office("A"))
    record = chain.make(office("B"))
    raw = bytearray(record)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(Rejected):
        advance(chain.state, bytes(raw))


def test_only_the_directory_key_signs() -> None:
    chain = founded()
    with pytest.raises(Rejected, match="directory_signature"):
        advance(chain.state, chain.make(office("A"), key=region_key(9)))


def test_nobody_founds_with_a_key_that_is_not_the_founding_one() -> None:
    chain = Chain(key=region_key(2))
    with pytest.raises(Rejected, match="directory_signature"):
        chain.add(c.DirectoryFounded(name="X", key=region_key(1).public))


def test_a_gap_says_what_is_missing_and_a_replay_or_another_history_is_a_fork() -> None:
    chain = founded()
    first = chain.state
    second = chain.add(office("A"))
    third = chain.add(office("B"))
    with pytest.raises(Gap) as gap:
        advance(first, third)
    assert (gap.value.first, gap.value.last) == (2, 2)
    with pytest.raises(Forked):
        advance(chain.state, second)
    other = Chain(chain.key, first)
    other.add(office("C"))
    with pytest.raises(Forked):
        advance(other.state, second)
    with pytest.raises(Forked):
        advance(other.state, third)


def test_a_record_of_another_directory_is_refused_though_the_key_is_the_same() -> None:
    chain = founded()
    with pytest.raises(Rejected, match="directory_other"):
        advance(chain.state, chain.make(office("A"), directory=derived_id("another")))


def test_a_kind_of_tomorrow_asks_for_an_upgrade() -> None:
    chain = founded()
    header, payload, _signature = chain.make(office("A")).split(b".")
    said_then = json.loads(urlsafe_b64decode(payload + b"=="))
    said_then["changes"][0]["version"] = 2
    told = header + b"." + urlsafe_b64encode(json.dumps(said_then).encode()).rstrip(b"=")
    record = told + b"." + urlsafe_b64encode(chain.key.private.sign(told)).rstrip(b"=")
    with pytest.raises(Rejected, match="needs_upgrade") as refused:
        advance(chain.state, record)
    assert "Nâng cấp" in said(refused.value).remedy


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ([c.DirectoryFounded(name="X", key=region_key(5).public)], "not_the_first"),
        ([office("A")], "office_exists"),
        ([office("Z", parent="KHONG-CO")], "office_unknown"),
        ([office("Z", parent="KHONG-CO"), c.OfficeClosed(code="Z", valid_to=LAST_DAY)], "office_unknown"),
        ([office("Z", at=OTHER)], "node_unknown"),
        ([c.OfficeClosed(code="KHONG-CO", valid_to=LAST_DAY)], "office_unknown"),
        ([c.OfficeClosed(code="A", valid_to=LAST_DAY)], "offices_below"),
        ([c.OfficeClosed(code="B", valid_to=date(2020, 1, 1))], "day_before_opening"),
        ([c.OfficeClosed(code="B", valid_to=LAST_DAY)] * 2, "office_closed"),
        ([c.OfficeMerged(code="A", into="A", valid_to=LAST_DAY)], "successor_wrong"),
        ([c.OfficeMerged(code="B", into="A", valid_to=LAST_DAY, bodies=("UB-A",))], "body_unknown"),
        ([office("X", parent="Y"), office("Y", parent="X")], "parents_circular"),
        ([body("A", "UB-A")], "body_exists"),
        ([body("A", "M", edxml_id="000.1")], "edxml_id_taken"),
        ([body("A", "M", valid_from=date(2020, 1, 1))], "day_before_opening"),
        ([c.BodyClosed(office="B", code="UB-A", valid_to=LAST_DAY)], "body_unknown"),
        ([c.HostingMoved(office="A", node=NODE, valid_from=MOMENT)], "hosted_there"),
        ([c.HostingMoved(office="A", node=OTHER, valid_from=MOMENT)], "node_unknown"),
        ([node("b", 1)], "key_used"),
        ([node("a", 2)], "node_exists"),
        ([node("b", 2).model_copy(update={"name": "a"})], "node_name_taken"),
        ([node("b", 2, incarnation=derived_id("incarnation", "a"))], "incarnation_used"),
        ([node("b", 2, valid_to=MOMENT - timedelta(days=401))], "key_time"),
        ([node("b", 2, key=region_key().public)], "key_used"),
        ([c.KeyRetired(node=NODE, key="ab" * 32, valid_to=MOMENT)], "key_unknown"),
        ([c.SuccessorActivated(key="ab" * 32)], "successor_unknown"),
    ],
)
def test_what_contradicts_the_directory_is_refused(changes: Sequence[c.Change], code: str) -> None:
    chain = founded(office("A"), office("B", parent="A"), body("A", "UB-A", edxml_id="000.1"))
    assert refusal(chain, *changes) == code
    assert all(sentence(change) for change in changes)


def test_hosting_does_not_overlap_and_needs_a_host_with_a_key() -> None:
    chain = founded(office("A"), node("b", 2))
    chain.add(c.HostingMoved(office="A", node=OTHER, valid_from=MOMENT))
    assert refusal(chain, c.HostingMoved(office="A", node=NODE, valid_from=MOMENT)) == "hosting_overlaps"
    key = chain.state.keys_of(NODE)[0]
    chain.add(c.KeyRetired(node=NODE, key=key.key, valid_to=MOMENT + timedelta(days=1)))
    late = c.HostingMoved(office="A", node=NODE, valid_from=MOMENT + timedelta(days=2))
    assert refusal(chain, late) == "host_without_key"
    assert refusal(chain, c.KeyRetired(node=NODE, key=key.key, valid_to=MOMENT + timedelta(days=9))) == "key_time"


def test_the_announced_successor_takes_over_with_the_old_key_or_without_it() -> None:
    for signer in (region_key(1), region_key(2)):
        chain = founded()
        chain.add(c.SuccessorAnnounced(key=region_key(2).public))
        with pytest.raises(Rejected, match="directory_signature"):
            advance(chain.state, chain.make(office("A"), key=region_key(2)))
        chain.add(c.SuccessorActivated(key=region_key(2).public), key=signer)
        with pytest.raises(Rejected, match="directory_signature"):
            advance(chain.state, chain.make(office("A")))
        chain.key = region_key(2)
        chain.add(office("A"))
        assert replayed(chain.signed) == chain.state
        assert refusal(chain, c.SuccessorAnnounced(key=region_key(1).public)) == "key_used"


def test_a_successor_signs_nothing_but_its_own_activation_first() -> None:
    chain = founded()
    chain.add(c.SuccessorAnnounced(key=region_key(2).public))
    mixed = chain.make(office("A"), c.SuccessorActivated(key=region_key(2).public), key=region_key(2))
    with pytest.raises(Rejected, match="directory_signature"):
        advance(chain.state, mixed)


def test_a_merged_office_leaves_its_bodies_and_the_offices_below_to_its_successor() -> None:
    chain = founded(
        office("P"),
        office("A", parent="P"),
        office("B", parent="A"),
        office("D", parent="A"),
        body("A", "X"),
        body("A", "Y"),
    )
    chain.add(c.OfficeMerged(code="A", into="B", valid_to=LAST_DAY, bodies=("X",)))
    offices, bodies = chain.state.offices, chain.state.bodies
    assert (offices["A"].valid_to, offices["A"].successor) == (LAST_DAY, "B")
    assert (offices["B"].parent, offices["D"].parent) == ("P", "B")
    assert (bodies["A", "X"].office, bodies["A", "X"].valid_to) == ("B", None)
    assert (bodies["A", "Y"].office, bodies["A", "Y"].valid_to) == ("A", LAST_DAY)
    assert refusal(chain, body("B", "X")) == "body_exists"
    chain.add(c.BodyClosed(office="B", code="X", valid_to=LAST_DAY))
    assert chain.state.bodies["A", "X"].valid_to == LAST_DAY


CODES = ["A", "B", "C", "D"]
_ANY_CHANGE = st.one_of(
    st.builds(lambda code, parent: office(code, parent=parent), st.sampled_from(CODES), st.sampled_from(["", *CODES])),
    st.builds(
        lambda code, parent: c.OfficeChanged(
            code=code, name=code, short_name=code, parent=parent, valid_from=FIRST_DAY
        ),
        st.sampled_from(CODES),
        st.sampled_from(["", *CODES]),
    ),
    st.builds(lambda code: c.OfficeClosed(code=code, valid_to=LAST_DAY), st.sampled_from(CODES)),
    st.builds(
        lambda code, into: c.OfficeMerged(code=code, into=into, valid_to=LAST_DAY),
        st.sampled_from(CODES),
        st.sampled_from(CODES),
    ),
    st.builds(
        lambda code, to, day: c.HostingMoved(office=code, node=to, valid_from=MOMENT + timedelta(days=day)),
        st.sampled_from(CODES),
        st.sampled_from([NODE, OTHER]),
        st.integers(0, 5),
    ),
    st.builds(body, st.sampled_from(CODES), st.sampled_from(["X", "Y"])),
    st.builds(lambda number: c.SuccessorAnnounced(key=region_key(number).public), st.integers(2, 5)),
)


@given(drawn=st.lists(st.lists(_ANY_CHANGE, min_size=1, max_size=4), max_size=12))
@settings(max_examples=150, deadline=None)
def test_whatever_is_accepted_holds_together_and_can_be_replayed(drawn: list[list[c.Change]]) -> None:
    chain = founded(node("b", 2))
    for changes in drawn:
        before = chain.state
        try:
            chain.add(*changes)
        except Rejected:
            assert chain.state == before
            continue
        assert chain.state.number == before.number + 1
    assert replayed(chain.signed) == chain.state
    state = chain.state
    for one in state.offices.values():
        ends = [until for until, _node in one.past]
        assert ends == sorted(set(ends))
        if one.valid_to is None and one.parent:
            assert state.offices[one.parent].valid_to is None
        seen, above = {one.code}, one.parent
        while above:
            assert above not in seen or one.valid_to is not None
            if above in seen:
                break
            seen.add(above)
            above = state.offices[above].parent
    for held in state.bodies.values():
        assert held.valid_to is not None or state.offices[held.office].valid_to is None
