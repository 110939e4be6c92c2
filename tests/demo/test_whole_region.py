"""The whole region, its earlier weeks, and that of 2014: they fit together, and stay the same from load to load."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from phoihop.core.clock import local
from phoihop.demo.content import ERAS, Content, load, load_era, load_whole
from phoihop.demo.integrity import check
from phoihop.demo.letter_integrity import form_problems, signing_problems
from phoihop.demo.season import EarlierNumbers, draw, read_season, starts

ANCHOR = date(2026, 11, 23)


@pytest.mark.parametrize("era", ERAS)
def test_nothing_is_wrong_with_any_time(era: str) -> None:
    assert check(load_era(era)) == ()


def test_the_whole_region_has_every_commune_once() -> None:
    communes = [one for one in load_whole().directory.offices if one.kind == "commune"]
    assert len({one.commune for one in communes}) == len(communes) == 483
    assert Counter(one.province for one in communes) == {"38": 166, "40": 130, "42": 69, "44": 78, "46": 40}


def test_a_smaller_region_grows_by_as_many_as_asked() -> None:
    small, written = load_whole(2), load()
    assert len(small.directory.offices) == len(written.directory.offices) + 2 * len(written.directory.provinces)
    assert check(small) == ()


def test_most_communes_enter_what_goes_to_all_of_them_and_some_do_not() -> None:
    content = load_whole(20)
    letter = next(one for one in content.correspondence.letters if one.to == ("NA-XA",))
    reached, treated = set(content.directory.expand(letter.to)), {one.office for one in letter.handling}
    silent = [code for code in reached if content.directory.office_of(code).code not in treated]
    assert 0 < len(silent) < len(reached) / 2


def test_few_communes_have_accounts() -> None:
    people = load_whole().directory.people
    assert len({one.office for one in people if one.signs_in}) < 60
    assert len({one.office for one in people}) == 499


def test_the_region_of_2014_has_six_provinces_and_nineteen_offices_under_codes_of_their_own() -> None:
    then = load_era("2014").directory
    assert [one.code for one in then.provinces] == ["38", "40", "42", "44-old", "45-old", "46-old"]
    assert len(then.offices) == 19
    assert then.office("TTH-VPTU").name == "Văn phòng Tỉnh ủy Thừa Thiên Huế"
    assert then.body("QB-UBND").name == "Ủy ban nhân dân tỉnh Quảng Bình"
    assert not any("Huế" in one.name and "Thừa Thiên" not in one.name for one in then.offices)


@pytest.mark.parametrize("era", ERAS)
def test_every_matter_of_the_season_is_lawful_and_falls_on_a_working_day(era: str) -> None:
    content = load_era(era) if era else load_whole(4)
    season, numbers = read_season(content.folder), EarlierNumbers(content)
    begun = list(starts(season, content, anchor=ANCHOR))
    assert begun == list(starts(season, content, anchor=ANCHOR))
    for start in begun:
        assert local(start.at).weekday() < 5
        assert start.at.date() >= ANCHOR + timedelta(days=season.first_day)
        for document in draw(season, content, start).documents:
            _check(content, document.body, document.type, document.unit, document.drafter, document.signer)
            assert document.abstract
            numbers(document)


def _check(content: Content, body: str, kind: str, unit: str, drafter: str, signer: str) -> None:
    directory = content.directory
    assert form_problems(directory, body_code=body, type_key=kind, unit=unit, drafter=drafter) == ()
    assert signing_problems(directory, body_code=body, signer=signer) == ()


def test_numbers_of_other_systems_keep_clear_of_the_written_ones() -> None:
    content = load_whole(4)
    season, numbers = read_season(), EarlierNumbers(content)
    written = {(one.body, str(one.number)) for one in content.correspondence.letters if one.number is not None}
    given = [
        (document.body, number)
        for start in starts(season, content, anchor=ANCHOR)
        for document in draw(season, content, start).documents
        if (number := numbers(document))
    ]
    assert given
    assert len(set(given)) == len(given)
    assert written.isdisjoint(given)


def test_the_season_recalls_corrects_and_replaces() -> None:
    content = load_whole(4)
    season = read_season()
    drawn = [one for start in starts(season, content, anchor=ANCHOR) for one in draw(season, content, start).documents]
    assert {one.change.action for one in drawn if one.change} == {"recall", "update", "replace"}
