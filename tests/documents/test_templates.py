"""An office's own templates: names are filled, whatever else stands in braces is refused in words."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phoihop.core.errors import Invalid
from phoihop.documents.filling.names import NAMES, values_of
from phoihop.documents.filling.templates import open_template
from tests.documents.papers import full_paper


def template(*paragraphs: Sequence[str] | str) -> bytes:
    """A DOCX of paragraphs; one given as a list is broken into runs."""
    word = docx.Document()
    for given_text in paragraphs:
        paragraph = word.add_paragraph()
        for run in [given_text] if isinstance(given_text, str) else given_text:
            paragraph.add_run(run)
    written = BytesIO()
    word.save(written)
    return written.getvalue()


def texts(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(BytesIO(data)).paragraphs]


def test_names_are_filled_even_when_word_broke_them() -> None:
    read = open_template(template(["Số: {{ so_", "ky_hieu }}"], "{{ trich_yeu }}", "{{ quyen_han_chuc_vu }}"))
    assert read.names == ("so_ky_hieu", "trich_yeu", "quyen_han_chuc_vu")
    assert read.repaired == ("so_ky_hieu",)
    assert read.problems == ()
    filled = texts(read.fill(values_of(full_paper())))
    assert filled[0] == "Số: 05/QĐ-UBND"
    assert filled[-3:] == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]


def test_an_unknown_name_is_told_with_the_one_that_was_meant() -> None:
    (problem,) = open_template(template("{{ so_ki_hieu }}")).problems
    assert problem.code == "unknown_name"
    assert "so_ki_hieu" in problem.message
    assert "so_ky_hieu" in problem.message


@pytest.mark.parametrize(
    "wrong",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ so.real }}",
        "{{ range(9) }}",
        "{{ so * 99999999 }}",
        "{{ so|upper }}",
        "{% for one in so %}x{% endfor %}",
        "{% set so = 1 %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% if so %}x",
        "{% if " + "not " * 3000 + "so %}x{% endif %}",
        "{{ so",
        "so }}",
    ],
)
def test_only_names_may_stand_in_braces(wrong: str) -> None:
    read = open_template(template(wrong))
    assert read.problems
    with pytest.raises(Invalid, match="điền"):
        read.fill({})


def test_properties_of_the_file_run_nothing_either() -> None:
    word = docx.Document(BytesIO(template("{{ so }}")))
    word.core_properties.title = "{{ ''.__class__ }}"
    written = BytesIO()
    word.save(written)
    assert [problem.code for problem in open_template(written.getvalue()).problems] == ["template_unfit"]


@pytest.mark.parametrize("part", ["word/vbaProject.bin", "word/activeX/activeX1.xml"])
def test_macros_are_refused(part: str) -> None:
    data = BytesIO(template("{{ so }}"))
    with zipfile.ZipFile(data, "a") as package:
        package.writestr(part, b"x")
    with pytest.raises(Invalid) as refused:
        open_template(data.getvalue())
    assert refused.value.code == "macros"


@pytest.mark.parametrize(
    ("data", "code"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "encrypted"), (b"%PDF-1.7", "not_word"), (b"PK\x03\x04x", "not_word")],
)
def test_what_is_no_word_file_is_told(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        open_template(data)
    assert refused.value.code == code


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60))
def test_a_value_is_text_whatever_it_holds(value: str) -> None:
    filled = texts(open_template(template("a{{ trich_yeu }}b")).fill({"trich_yeu": value}))
    assert "".join(filled) == f"a{value}b"


def test_every_name_has_a_value() -> None:
    assert values_of(full_paper()).keys() == NAMES.keys()
