"""Document types, codes and series, as the offices write them."""

import copy
import tomllib
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.dispatches.types import (
    DocumentCode,
    Form,
    Numbering,
    Period,
    Regime,
    Term,
    compose_code,
    format_number,
    incoming_series,
    is_number,
    outgoing_series,
    read_rule_sets,
    rule_sets,
    rules_for,
    split_code,
)
from phoihop.offices import models as directory

TODAY = date(2026, 11, 23)
GOV, PARTY = rules_for("GOV", TODAY), rules_for("PARTY", TODAY)
TERM = Term("2025-2030", date(2025, 10, 3))
RAW = tomllib.loads(files("phoihop.dispatches").joinpath("data/document_types.toml").read_text("utf-8"))


def test_the_29_types_and_3_copies_of_the_decree_are_there() -> None:
    ours = [one for one in GOV.types if one.form is not Form.NORMATIVE]
    assert len([one for one in ours if one.form is not Form.COPY]) == 29
    assert [one.abbreviation for one in ours if one.form is Form.COPY] == ["SY", "TrS", "SL"]
    named = [one.abbreviation for one in ours if one.form is Form.NAMED]
    assert " ".join(named) == (
        "NQ QĐ CT QC QyĐ TC TB HD CTr KH PA ĐA DA BC BB TTr HĐ CĐ BGN BTT GUQ GM GGT GNP PG PC PB"
    )


def test_the_regimes_are_those_of_the_directory() -> None:
    assert {one.value for one in Regime} == set(directory.Regime.values)


def test_every_regime_has_rules_and_says_whether_they_are_confirmed() -> None:
    assert {rules.regime for rules in rule_sets()} == set(Regime)
    assert {rules.regime for rules in rule_sets() if not rules.confirmed} == {Regime.MIL, Regime.NA}
    assert all(rules.source for rules in rule_sets())


@pytest.mark.parametrize(
    ("regime", "key", "number", "issuer", "unit", "expected"),
    [
        ("GOV", "decision", 5, "UBND", "", "05/QĐ-UBND"),
        ("GOV", "decision", 1234, "UBND", "KTN", "1234/QĐ-UBND"),
        ("GOV", "provision", 12, "UBND", "", "12/QyĐ-UBND"),
        ("GOV", "letter", 123, "UBND", "VP", "123/UBND-VP"),
        ("GOV", "letter", 123, "UBND", "", "123/UBND"),
        ("GOV", "telegram", 7, "UBND", "", "07/CĐ-UBND"),
        ("GOV", "legal_decision", 45, "UBND", "", "45/2026/QĐ-UBND"),
        ("GOV", "certified_copy", 9, "UBND", "", "09/SY-UBND"),
        ("GOV", "announcement", "12a", "VP", "", "12a/TB-VP"),
        ("PARTY", "resolution", 5, "TU", "", "05-NQ/TU"),
        ("PARTY", "letter", 123, "VPTU", "TH", "123-CV/VPTU"),
        ("PARTY", "conclusion", 31, "TU", "", "31-KL/TU"),
        ("PARTY", "circular", 2, "ĐU", "", "02-TT/ĐU"),
        ("MIL", "plan", 88, "BTL", "", "88/KH-BTL"),
        ("MIL", "letter", 88, "BTL", "VP", "88/BTL-VP"),
        ("NA", "report", 10, "HĐND", "", "10/BC-HĐND"),
        ("NA", "legal_resolution", 3, "HĐND", "", "03/2026/NQ-HĐND"),
    ],
)
def test_codes_are_written_as_each_regime_does(
    regime: str, key: str, number: int | str, issuer: str, unit: str, expected: str
) -> None:
    code = compose_code(rules_for(regime, TODAY), key, number=number, issuer=issuer, unit=unit, year=2026)
    assert code.text == expected
    assert split_code(f"Số: {expected}") == code


@pytest.mark.parametrize(
    ("key", "number", "issuer", "error"),
    [
        ("service_note", 1, "UBND", ValueError),
        ("conclusion", 1, "UBND", LookupError),
        ("decision", 0, "UBND", ValueError),
        ("decision", "00", "UBND", ValueError),
        ("decision", "1/2", "UBND", ValueError),
        ("decision", "", "UBND", ValueError),
        ("decision", 1, " ", ValueError),
    ],
)
def test_a_code_that_would_be_wrong_is_not_written(key: str, number: int | str, issuer: str, error: type) -> None:
    with pytest.raises(error):
        compose_code(GOV, key, number=number, issuer=issuer, year=2026)


@given(st.integers(1, 9_999_999))
def test_numbers_keep_their_value_in_writing(number: int) -> None:
    written = format_number(number)
    assert int(written) == number
    assert len(written) >= 2
    assert is_number(written)


@pytest.mark.parametrize("written", ["1", "012", "12a", "12A", "12đ", "9999999"])
def test_typed_numbers_of_other_systems_are_accepted(written: str) -> None:
    assert is_number(written)


@pytest.mark.parametrize(
    "written", ["", "0", "000", "0a", "0A", "00Đ", "a", "1ſ", "12ab", "-1", "1.5", "12345678", "１２", "12/QĐ", "1 2"]
)
def test_what_is_no_number_is_refused(written: str) -> None:
    assert not is_number(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("7816/VPCP-TTĐT", DocumentCode("7816", "/", "VPCP-TTĐT")),
        ("số 05 - NQ/TU", DocumentCode("05", "-", "NQ/TU")),
        ("45/2026/QĐ-UBND", DocumentCode("45", "/", "2026/QĐ-UBND")),
        ("QĐ-UBND", None),
        ("05", None),
        ("", None),
    ],
)
def test_written_codes_are_taken_apart(written: str, expected: DocumentCode | None) -> None:
    assert split_code(written) == expected


@pytest.mark.parametrize(
    ("regime", "written", "key"),
    [
        ("GOV", "Công văn", "letter"),
        ("GOV", "CÔNG ĐIỆN", "telegram"),
        ("GOV", "quyet dinh", "decision"),
        ("GOV", "QĐ", "decision"),
        ("GOV", "QyĐ", "provision"),
        ("GOV", "QyÐ", "provision"),
        ("GOV", "ttr", "submission"),
        ("GOV", "Giấy uỷ quyền", "authorisation"),
        ("GOV", "minutes", "minutes"),
        ("PARTY", "CV", "letter"),
        ("PARTY", "Thông tri", "circular"),
        ("PARTY", "TB", "announcement"),
    ],
)
def test_types_are_found_as_people_write_them(regime: str, written: str, key: str) -> None:
    found = rules_for(regime, TODAY).find_type(written)
    assert found is not None
    assert found.key == key


@pytest.mark.parametrize("written", ["", "  ", "-", "Thông tư liên tịch"])
def test_an_unknown_type_is_not_guessed(written: str) -> None:
    assert GOV.find_type(written) is None


def test_offices_are_offered_only_what_they_may_draft() -> None:
    gov = {one.key for one in GOV.issuable_types()}
    assert {"decision", "letter", "service_note", "legal_decision"} <= gov
    assert not gov & {"certified_copy", "legal_resolution"}
    assert "platform" not in {one.key for one in PARTY.issuable_types()}
    assert "legal_resolution" in {one.key for one in rules_for("NA", TODAY).issuable_types()}


def test_the_rules_in_force_are_chosen_by_date() -> None:
    later = copy.deepcopy(RAW["rules"][0]) | {"effective_from": date(2027, 1, 1), "source": "mới"}
    sets = read_rule_sets({"rules": [*RAW["rules"], later]})
    assert [rules.source for rules in sets if rules.regime == "GOV"][-1] == "mới"
    assert rules_for("GOV", date(2019, 1, 1)) == rules_for("GOV", TODAY)
    with pytest.raises(ValueError, match="SECRET"):
        rules_for("SECRET", TODAY)


def test_state_bodies_number_by_year_and_party_bodies_by_type_and_term() -> None:
    def gov(key: str, on: date) -> str:
        return outgoing_series(GOV, key, body="NA-UBND", book="đi", on=on).run

    def party(key: str) -> str:
        return outgoing_series(PARTY, key, body="NA-TU", book="đi", on=TODAY, term=TERM).run

    assert gov("decision", date(2026, 12, 31)) == gov("letter", date(2026, 1, 1)) == "2026"
    assert gov("decision", date(2027, 1, 1)) == "2027"
    assert party("resolution") == "2025-2030/resolution"
    assert party("resolution") != party("conclusion")


def test_a_book_may_number_otherwise_than_its_regime() -> None:
    way = Numbering(Period.YEAR, per_type=True)
    assert outgoing_series(PARTY, "letter", body="b", book="k", on=TODAY, numbering=way).run == "2026/letter"


@pytest.mark.parametrize(
    "term", [None, Term("2020-2025", date(2020, 10, 1), date(2025, 10, 2)), Term("sau", date(2026, 11, 24))]
)
def test_a_series_by_term_needs_the_term_of_the_day(term: Term | None) -> None:
    with pytest.raises(ValueError, match="no term"):
        outgoing_series(PARTY, "letter", body="b", book="k", on=TODAY, term=term)


def test_terms_meet_without_gap_or_overlap() -> None:
    old, new = Term("a", date(2020, 1, 1), date(2025, 10, 2)), Term("b", date(2025, 10, 3))
    days = [date(2025, 10, 2), date(2025, 10, 3)]
    assert [(old.covers(day), new.covers(day)) for day in days] == [(True, False), (False, True)]


def test_series_of_different_bodies_and_books_are_apart() -> None:
    keys = {
        incoming_series("PARTY", body=body, book=book, on=on)
        for body in ("TU", "VPTU")
        for book in ("đến", "đến 2")
        for on in (date(2026, 12, 31), date(2027, 1, 1))
    }
    assert len(keys) == 8


def broken(**changes: Any) -> dict[str, Any]:
    raw = copy.deepcopy(RAW)
    raw["rules"][0] |= changes
    return raw


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"rules": RAW["rules"][:2]}, "no document types for"),
        ({"rules": [*RAW["rules"], RAW["rules"][0]]}, "twice"),
        (broken(types=[{"key": "a", "name": "A", "abbreviation": "A"}] * 2), "a type twice"),
        (broken(types=[{"key": "a", "name": "A", "abbreviation": ""}]), "needs an abbreviation"),
        (broken(types=[{"key": "a", "name": "A"}]), "abbreviation"),
        (broken(types=[{"key": "a", "name": "A", "abbreviation": "A", "colour": "red"}]), "colour"),
        (broken(types=[{"key": "a", "name": "A", "abbreviation": "A", "form": "sung"}]), "sung"),
        (broken(templates={"named": "{type}"}), "no template"),
        (broken(period="decade"), "decade"),
        ({"rules": [*RAW["rules"][:2], RAW["rules"][2] | {"without": ["nothing"]}]}, "nothing"),
    ],
)
def test_contradicting_data_is_refused_when_read(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_rule_sets(raw)
