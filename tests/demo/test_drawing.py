"""Runs of the scripts: whatever is drawn is a lawful document, and hours of it do not repeat."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.demo.content import load
from phoihop.demo.drawing import PlayDocument, PlayRun, draw_run, draw_script
from phoihop.demo.letter_integrity import form_problems, signing_problems
from phoihop.dispatches.rules import Urgency

CONTENT = load()
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LEFT_OVER = re.compile(r"\{(?!ref:)")


def _run(seed: int, now: datetime = NOW) -> PlayRun:
    return draw_run(CONTENT.directory, CONTENT.play, rng=random.Random(seed), now=now)


def _check_document(run: PlayRun, place: int, document: PlayDocument) -> None:
    directory = CONTENT.directory
    assert not form_problems(
        directory, body_code=document.body, type_key=document.type, unit=document.unit, drafter=document.drafter
    )
    assert not signing_problems(directory, body_code=document.body, signer=document.signer)
    assert document.urgency in [one.value for one in Urgency]
    assert not LEFT_OVER.search(document.text + document.abstract)
    assert set(document.cites) == set(re.findall(r"\{ref:([a-z_]+)\}", document.text))
    earlier = [*document.cites.values(), *([] if document.answers is None else [document.answers])]
    assert all(index < place and run.documents[index].after <= document.after for index in earlier)
    receivers = {directory.office_of(code).code for code in directory.expand(document.to)}
    assert {one.office for one in document.reactions} == receivers
    assert directory.office_of(document.body).code not in receivers


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))
def test_whatever_is_drawn_is_a_lawful_exchange(seed: int, now: datetime) -> None:
    run = _run(seed, now)
    assert run.documents
    for place, document in enumerate(run.documents):
        _check_document(run, place, document)
        for reaction in document.reactions:
            if reaction.returned_after is not None:
                assert reaction.reason
                assert reaction.accepted_after is None
            if reaction.accepted_after is not None:
                assert reaction.directed_after is not None
                assert reaction.finished_after is not None
                assert reaction.registered_after <= reaction.directed_after <= reaction.accepted_after
                assert reaction.accepted_after <= reaction.finished_after
                assert CONTENT.directory.person(reaction.lead, reaction.office)
                assert reaction.instruction
                assert "{" not in reaction.instruction


def test_the_same_seed_draws_the_same_run() -> None:
    assert _run(7) == _run(7)
    assert _run(7) != _run(8)


@pytest.mark.parametrize("key", [script.key for script in CONTENT.play.scripts])
def test_every_script_can_be_played_in_full(key: str) -> None:
    script = CONTENT.play.script(key)
    seen: set[str] = set()
    for seed in range(40):
        run = draw_script(CONTENT.directory, CONTENT.play, script, rng=random.Random(seed), now=NOW)
        seen |= {document.step for document in run.documents}
    assert seen == {step.key for step in script.steps}


def test_hours_of_play_do_not_read_alike() -> None:
    runs = [_run(seed) for seed in range(300)]
    documents = [document for run in runs for document in run.documents]
    texts = Counter(document.text for document in documents)
    abstracts = Counter((document.body, document.abstract) for document in documents)
    assert texts.most_common(1)[0][1] <= 2
    assert abstracts.most_common(1)[0][1] <= len(runs) / 25
    assert {run.script for run in runs} == {script.key for script in CONTENT.play.scripts}
    assert {run.province for run in runs} == {one.prefix for one in CONTENT.directory.provinces}


def test_some_offices_stay_silent_and_some_send_back() -> None:
    reactions = [one for seed in range(200) for document in _run(seed).documents for one in document.reactions]
    assert any(one.accepted_after is None and one.returned_after is None for one in reactions)
    assert any(one.returned_after is not None for one in reactions)
