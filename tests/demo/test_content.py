"""The data fits together, and the checks that say so would notice if it did not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files

import pytest

from phoihop.demo.content import Content, load
from phoihop.demo.integrity import check
from phoihop.demo.letters import Letter, Treatment
from phoihop.demo.moments import Moment
from phoihop.demo.tables import build
from phoihop.dispatches.rules import Urgency

CONTENT = load()
PROVINCIAL = ("VPTU", "VPHDND", "VPUBND")


def test_nothing_is_wrong_with_the_data() -> None:
    assert check(CONTENT) == ()


def test_every_province_has_its_three_offices_and_the_region_its_own() -> None:
    codes = {office.code for office in CONTENT.directory.offices}
    prefixes = [province.prefix for province in CONTENT.directory.provinces]
    assert prefixes == ["TH", "NA", "HT", "QT", "HUE"]
    assert {"QK4-VP", *(f"{prefix}-{office}" for prefix in prefixes for office in PROVINCIAL)} <= codes
    assert CONTENT.directory.office("HUE-VPTU").name == "Văn phòng Thành ủy Huế"
    assert CONTENT.directory.body("HUE-UBND").name == "Ủy ban nhân dân thành phố Huế"


def test_an_office_issues_for_several_bodies_under_their_own_regimes() -> None:
    regional = CONTENT.directory.office("QK4-VP")
    assert {body.code: body.regime for body in regional.bodies} == {
        "QK4-DU": "PARTY",
        "QK4-BTL": "MIL",
        "QK4-VP": "MIL",
    }
    numbering = {
        one.numbering for office in CONTENT.directory.offices for body in office.bodies for one in body.registers
    }
    assert numbering == {"existing", "phoihop"}


def test_communes_are_those_of_today() -> None:
    raw = json.loads(files("phoihop.territory").joinpath("data/units.json").read_text("utf-8"))
    columns = raw["commune_columns"]
    today = {
        row[columns.index("code")]: (row[columns.index("province")], row[columns.index("full_name")])
        for row in raw["communes"]
    }
    for office in CONTENT.directory.offices:
        if office.kind == "commune":
            province, name = today[office.commune]
            assert province == office.province
            assert office.bodies[0].name.casefold() == f"ủy ban nhân dân {name}".casefold()


def test_the_fortnight_shows_what_goes_wrong_too() -> None:
    letters = [one for one in CONTENT.correspondence.letters if one.state == "issued"]
    assert len(letters) >= 45
    assert {one.urgency for one in letters} == {one.value for one in Urgency}
    assert {one.circulation for one in letters} == {"PUBLIC", "NORMAL", "INTERNAL"}
    treated = [(one, treatment) for one in letters for treatment in one.handling]
    assert any(treatment.returned for _one, treatment in treated)
    assert any(_is_late(treatment) for _one, treatment in treated)
    assert any(treatment.registered and not treatment.distributed for _one, treatment in treated)
    assert any(treatment.directed and not treatment.accepted for _one, treatment in treated)
    assert any(_silent(one) for one in letters)
    assert any(_is_late_reply(one) for one in letters)
    assert {one.state for one in CONTENT.correspondence.letters} == {"drafting", "submitted", "signed", "issued"}


def _is_late(treatment: Treatment) -> bool:
    return bool(treatment.due and treatment.finished and treatment.finished > treatment.due)


def _is_late_reply(letter: Letter) -> bool:
    if not letter.reply_to or letter.issued is None:
        return False
    due = CONTENT.correspondence.letter(letter.reply_to).due
    return due is not None and letter.issued > due


def _silent(letter: Letter) -> bool:
    """Whether some receiving office has not even entered the document in its book."""
    receivers = {
        CONTENT.directory.office_of(code).code for code in CONTENT.directory.expand((*letter.to, *letter.copies))
    }
    return bool(receivers - {one.office for one in letter.handling})


def test_texts_are_of_readable_length() -> None:
    lengths = {one.key: len(one.text.split()) for one in CONTENT.correspondence.letters}
    assert {key: length for key, length in lengths.items() if not 80 <= length <= 250} == {}


def test_an_unknown_key_in_a_file_is_an_error() -> None:
    with pytest.raises(ValueError, match="signatory"):
        build(Treatment, {"office": "NA-VPTU", "signatory": "lanhdao"})


def _with_letter(key: str, **changes: object) -> Content:
    changed = tuple(
        replace(one, **changes) if one.key == key else one  # type: ignore[arg-type]
        for one in CONTENT.correspondence.letters
    )
    return replace(CONTENT, correspondence=replace(CONTENT.correspondence, letters=changed))


TELEGRAM = "bao12-cd-nghe-an"
REPLY = "quy-che-nghe-an"
LATER = Moment(-11, 0)


def _treated(treatment: Treatment) -> Content:
    return _with_letter(TELEGRAM, handling=(treatment,))


DAMAGE: dict[str, tuple[Callable[[], Content], str]] = {
    "type": (lambda: _with_letter(TELEGRAM, type="conclusion"), "no type 'conclusion'"),
    "unit": (lambda: _with_letter("nghe-an-lu-quet", unit="XX"), "no drafting unit 'XX'"),
    "urgency": (lambda: _with_letter(TELEGRAM, urgency="soon"), "no urgency"),
    "circulation": (lambda: _with_letter(TELEGRAM, circulation="SECRET"), "no circulation"),
    "signer": (lambda: _with_letter(TELEGRAM, signer="vanthu"), "does not sign for NA-UBND"),
    "drafter": (lambda: _with_letter(TELEGRAM, drafter="quantri"), "may not draft"),
    "lent authority": (lambda: _with_letter("bao12-don-doc-ha-tinh", issued=Moment(-9, 600)), "no lent authority"),
    "own authority": (lambda: _with_letter("bao12-don-doc-ha-tinh", delegated=False), "does not sign for HT-UBND"),
    "number": (lambda: _with_letter(TELEGRAM, number=None), "typed number"),
    "number twice": (lambda: _with_letter(TELEGRAM, number=9561), "stands 2 times"),
    "body": (lambda: _with_letter(TELEGRAM, to=("NA-ABC",)), "no 'NA-ABC'"),
    "copy": (lambda: _with_letter(TELEGRAM, copies=("NA-CUALO-UBND",)), "also gets a copy"),
    "itself": (lambda: _with_letter(TELEGRAM, copies=("NA-UBND",)), "its own issuer"),
    "due": (lambda: _with_letter(TELEGRAM, due=LATER), "due before it is issued"),
    "reply to nothing": (lambda: _with_letter(REPLY, reply_to="nothing"), "no document 'nothing'"),
    "reply of another": (lambda: _with_letter(REPLY, reply_to="giao-ban-moi"), "not to its issuer"),
    "reply too soon": (lambda: _with_letter(REPLY, issued=Moment(-13, 600)), "was drafted before"),
    "reply unasked": (lambda: _with_letter("bao12-bc-cua-lo", reply_to="bao12-cd-ha-tinh"), "did not receive"),
    "night reply": (lambda: _with_letter(REPLY, duty=True), "keeps no office hours"),
    "citation": (lambda: _with_letter(REPLY, text="Theo {ref:bao12-cam-bien}."), "was not there"),
    "spelling": (lambda: _with_letter(REPLY, text="Uỷ ban hoà thuận."), "in the old place"),
    "decomposed": (lambda: _with_letter(REPLY, text="Phu\u0301c đáp."), "may not be stored"),
    "bidi": (lambda: _with_letter(REPLY, text="Phúc \u202eđáp."), "may not be stored"),
    "secrecy": (lambda: _with_letter(REPLY, abstract="Tài liệu Tối mật"), "speaks of"),
    "stranger": (lambda: _treated(Treatment("HUE-VPTU", registered=Moment(-5, 700))), "did not receive it"),
    "order": (
        lambda: _treated(Treatment("NA-CUALO", registered=Moment(-5, 700), distributed=Moment(-5, 690))),
        "do not follow",
    ),
    "gap": (
        lambda: _treated(Treatment("NA-CUALO", registered=Moment(-5, 700), accepted=Moment(-5, 720))),
        "a step is missing",
    ),
    "unread": (
        lambda: _treated(Treatment("NA-CUALO", registered=Moment(-5, 700), viewed=Moment(-5, 701))),
        "seen before",
    ),
    "no reason": (lambda: _treated(Treatment("NA-CUALO", returned=Moment(-5, 700))), "returned without reason"),
    "nobody leads": (
        lambda: _treated(_directed(lead="")),
        "a direction has a time, words and a lead",
    ),
    "clerk leads": (lambda: _treated(_directed(lead="vanthu")), "may not handle"),
    "unknown leads": (lambda: _treated(_directed(lead="cv9")), "no person 'cv9.na-cualo'"),
    "twice": (lambda: _treated(_directed(coordinating=("baotin",))), "two parts"),
}


def _directed(lead: str = "baotin", coordinating: tuple[str, ...] = ()) -> Treatment:
    return Treatment(
        "NA-CUALO",
        registered=Moment(-5, 700),
        distributed=Moment(-5, 710),
        directed=Moment(-5, 720),
        instruction="Triển khai ngay.",
        lead=lead,
        coordinating=coordinating,
    )


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_to_a_document_is_noticed(name: str) -> None:
    damaged, sentence = DAMAGE[name]
    assert any(sentence in found for found in check(damaged())), check(damaged())


def test_damage_to_the_directory_is_noticed() -> None:
    directory = CONTENT.directory
    without_clerk = tuple(one for one in directory.people if one.username != "vanthu.na-vpubnd")
    lost_parent = (replace(directory.offices[0], parent="NOWHERE"), *directory.offices[1:])
    party = directory.person("phovp", "NA-VPTU")
    position = party.positions[0]
    mandate = replace(party, positions=(replace(position, signs=(replace(position.signs[0], form="TUQ"),)),))
    cases = {
        "office NA-VPUBND: nobody is records_clerk": replace(directory, people=without_clerk),
        "office QK4-VP: no parent 'NOWHERE'": replace(directory, offices=lost_parent),
        "TUQ is no Party form": replace(
            directory, people=tuple(mandate if one is party else one for one in directory.people)
        ),
        "stands 2 times": replace(directory, people=(*directory.people, directory.people[0])),
    }
    for sentence, damaged in cases.items():
        assert any(sentence in found for found in check(replace(CONTENT, directory=damaged))), sentence
