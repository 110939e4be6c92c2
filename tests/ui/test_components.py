from __future__ import annotations

from collections.abc import Iterator

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler
from lxml import html

HOSTILE = "\"><script>alert(1)</script>' onload=x "


@pytest.fixture(autouse=True)
def in_vietnamese() -> Iterator[None]:
    with translation.override("vi"):
        yield


def draw(source: str, **values: object) -> html.HtmlElement:
    template = Template(CottonCompiler().process("{% load ui %}" + source))
    return html.fromstring(f"<div>{template.render(Context(values))}</div>")


class Draft(forms.Form):
    abstract = forms.CharField(label="Trích yếu", help_text="Một câu.")
    circulation = forms.ChoiceField(label="Phạm vi", choices=[("a", "Thường")], widget=forms.RadioSelect)
    note = forms.CharField(label="Ghi chú", required=False)


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    drawn = draw('<c-field :field="form.abstract" />', form=Draft({"abstract": ""}))
    (control,) = drawn.xpath("//input")
    (label,) = drawn.xpath("//label")
    assert label.get("for") == control.get("id")
    assert control.get("aria-invalid") == "true"
    described = [drawn.get_element_by_id(name).text_content() for name in control.get("aria-describedby").split()]
    assert described[0] == "Một câu."
    assert described[1].strip()
    assert drawn.xpath("//*[@class='ph-required']")


def test_an_optional_field_has_no_mark_and_no_error() -> None:
    drawn = draw('<c-field :field="form.note" />', form=Draft())
    assert not drawn.xpath("//*[@class='ph-required']")
    assert drawn.xpath("//input/@aria-invalid") == []


def test_choices_stand_in_a_fieldset_with_a_legend() -> None:
    drawn = draw('<c-field :field="form.circulation" />', form=Draft())
    assert drawn.xpath("//fieldset/legend")[0].text_content().startswith("Phạm vi")


def test_a_rejected_form_links_to_every_field_that_is_wrong() -> None:
    form = Draft({"abstract": ""})
    drawn = draw('<c-form-errors :form="form" />', form=form)
    assert drawn.xpath("//*[@role='alert']")
    assert set(drawn.xpath("//a/@href")) == {"#id_abstract", f"#{form['circulation'].id_for_label or 'id_circulation'}"}
    assert not draw('<c-form-errors :form="form" />', form=Draft()).xpath("//*[@role='alert']")


def test_what_cannot_be_done_now_is_disabled_and_says_why() -> None:
    drawn = draw('<c-button disabled_reason="{{ why }}" href="/issue">Phát hành</c-button>', why="Chưa ký.")
    (button,) = drawn.xpath("//button")
    assert button.get("disabled") is not None
    assert "Chưa ký." in drawn.text_content()
    assert not drawn.xpath("//a")


@pytest.mark.parametrize(
    "source",
    [
        '<c-page-header title="{{ text }}" code="{{ text }}" />',
        '<c-page-header :title="text" />',
        "<c-badge>{{ text }}</c-badge>",
        '<c-timeline-item :at="None" actor="{{ text }}" title="{{ text }}">{{ text }}</c-timeline-item>',
        '<c-empty title="{{ text }}">{{ text }}</c-empty>',
        '<c-copy text="{{ text }}" />',
        '<c-card title="{{ text }}" data-name="{{ text }}" />',
        '<c-pagination next="{{ text }}" shown="{{ text }}" />',
        '<c-confirm id="x" title="{{ text }}" action="{{ text }}" submit="{{ text }}">{{ text }}</c-confirm>',
    ],
)
def test_text_from_people_never_becomes_markup(source: str) -> None:
    drawn = draw(source, text=HOSTILE, csrf_token="t" * 64)
    assert not drawn.xpath("//script")
    assert not drawn.xpath("//@onload")
    assert "alert(1)" in html.tostring(drawn, encoding="unicode")


def test_a_confirmation_names_those_who_will_receive_it() -> None:
    drawn = draw(
        '<c-confirm id="issue" title="Phát hành?" action="/issue" submit="Phát hành" count="1">'
        '<c-slot name="recipients"><ul><li>UBND tỉnh Nghệ An</li></ul></c-slot></c-confirm>',
        csrf_token="t" * 64,
    )
    assert "UBND tỉnh Nghệ An" in drawn.xpath("//*[@class='ph-audience']")[0].text_content()
    (form,) = drawn.xpath("//dialog/form")
    assert (form.get("method"), form.get("action")) == ("post", "/issue")


def test_a_first_page_has_no_way_back() -> None:
    assert draw('<c-pagination next="?before=3" />').xpath("//a/@rel") == ["next"]
