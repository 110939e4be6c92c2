"""Who is in a list: what always holds of it, whatever it is made of."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.distribution.rules import (
    Known,
    Level,
    Members,
    OfficeFacts,
    Rule,
    digest_of,
    lists_within,
    resolve,
    without_lists,
)

OFFICES = [UUID(int=number) for number in range(1, 13)]
LISTS = [UUID(int=number) for number in range(101, 105)]
ENDED = [UUID(int=number) for number in range(201, 205)]
PROVINCES, REGIMES = ("40", "42"), ("GOV", "PARTY")

facts = st.builds(
    OfficeFacts,
    level=st.sampled_from([Level.REGION, Level.PROVINCE, Level.COMMUNE]),
    province=st.sampled_from(PROVINCES),
    regimes=st.frozensets(st.sampled_from(REGIMES), min_size=1),
)
rules = st.builds(
    Rule,
    level=st.sampled_from(Level),
    province=st.sampled_from(["", *PROVINCES]),
    regime=st.sampled_from(["", *REGIMES]),
)
members = st.builds(
    Members,
    offices=st.frozensets(st.sampled_from([*OFFICES, *ENDED]), max_size=6),
    rules=st.frozensets(rules, max_size=3),
    lists=st.frozensets(st.sampled_from(LISTS), max_size=2),
    without=st.frozensets(st.sampled_from(OFFICES), max_size=3),
)
worlds = st.builds(
    lambda offices, successors, lists: Known(offices, successors, lists.get),
    offices=st.dictionaries(st.sampled_from(OFFICES), facts),
    successors=st.dictionaries(st.sampled_from(ENDED), st.sampled_from([*OFFICES, *ENDED])),
    lists=st.dictionaries(st.sampled_from(LISTS), members),
)


@given(members)
def test_members_are_read_back_as_they_were_written(made: Members) -> None:
    assert Members.of(made.tokens()) == made


@pytest.mark.parametrize("token", ["", "office:1", "rule:commune", "rule:village:40:", "all:40", "list:", "office"])
def test_what_is_no_member_is_refused(token: str) -> None:
    with pytest.raises(ValueError):
        Members.of([token])


@given(members, worlds)
def test_only_offices_of_the_day_are_in_a_list_and_each_says_why(made: Members, known: Known) -> None:
    found = resolve(made, known)
    assert set(found.offices) <= set(known.offices)
    assert all(tokens and set(tokens) <= set(made.tokens()) for tokens in found.offices.values())
    assert not set(found.offices) & made.without


@given(members, worlds)
def test_a_named_office_is_in_it_or_said_to_have_ended_or_left_out(made: Members, known: Known) -> None:
    found = resolve(made, known)
    for office in made.offices - made.without:
        assert office in found.offices or office in found.ended
    for office, heir in found.ended.items():
        assert office not in known.offices
        assert heir is None or heir in known.offices


@given(members, worlds)
def test_every_member_brings_somebody_or_is_said_to_bring_nobody(made: Members, known: Known) -> None:
    found = resolve(made, known)
    brought = {token for tokens in found.offices.values() for token in tokens}
    wanted = {token for token in made.tokens() if not token.startswith("without:")}
    assert brought | found.silent == wanted
    assert not brought & found.silent


@given(members, worlds)
def test_what_is_published_names_no_lists_and_has_the_same_offices(made: Members, known: Known) -> None:
    circles = any(one in lists_within(held, known.list_of) for one in LISTS if (held := known.list_of(one)))
    plain = without_lists(made, known)
    assert not plain.lists
    if not circles:
        assert set(resolve(plain, known).offices) == set(resolve(made, known).offices)


def test_a_list_that_holds_itself_ends() -> None:
    one, two = LISTS[:2]
    held = {one: Members(lists=frozenset({two})), two: Members(frozenset(OFFICES[:1]), lists=frozenset({one}))}
    office = OfficeFacts(Level.PROVINCE, "40", frozenset({"GOV"}))
    known = Known({OFFICES[0]: office}, {}, held.get)
    assert set(resolve(held[one], known, inside=frozenset({one})).offices) == {OFFICES[0]}
    assert lists_within(held[one], held.get) == {one, two}


def test_the_word_for_whom_one_saw_tells_versions_and_offices_apart() -> None:
    said = {digest_of(1, OFFICES[:2]), digest_of(1, reversed(OFFICES[:2])), digest_of(2, OFFICES[:2])}
    assert len(said) == 2
    assert digest_of(1, OFFICES[:3]) not in said
