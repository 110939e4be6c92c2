"""What those who agree on a draft say, and the steps an office sets for its drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from phoihop.core.clock import today
from phoihop.dispatches.approving import MOST_STEPS, Needs, Step, StepKind
from phoihop.dispatches.documents import MAX_ABSTRACT, MAX_CONTENT
from phoihop.dispatches.types import Regime, rules_for
from phoihop.offices.models import Position
from phoihop.ui.day_fields import DayField

_LONG = 2000


def people_choices(people: Sequence[Position]) -> list[tuple[str, str]]:
    """Colleagues as they are chosen."""
    return [(str(one.id), f"{one.person.full_name} – {one.title}") for one in people]


class PeopleField(forms.MultipleChoiceField):
    """Colleagues, one or more."""

    def __init__(self, people: Sequence[Position] = (), **kwargs: Any) -> None:
        words = {"size": 8, "data-placeholder": _("Gõ tên hoặc chức vụ"), "data-counted": "chosenPeople"}
        super().__init__(choices=people_choices(people), widget=forms.SelectMultiple(attrs=words), **kwargs)


class ApproveForm(forms.Form):
    """Duyệt: the revision that was read, and perhaps a remark that stands beside the approval."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    remark = forms.CharField(
        label=_("Ghi chú (không bắt buộc)"), required=False, max_length=_LONG, widget=forms.Textarea(attrs={"rows": 2})
    )


class AmendForm(forms.Form):
    """The text as the approver wants it."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    abstract = forms.CharField(label=_("Trích yếu"), max_length=MAX_ABSTRACT, widget=forms.Textarea(attrs={"rows": 2}))
    content = forms.CharField(
        label=_("Nội dung"), required=False, max_length=MAX_CONTENT, widget=forms.Textarea(attrs={"rows": 12})
    )


class ReassignForm(forms.Form):
    """Whose part goes to whom."""

    task = forms.UUIDField(widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Giao cho"))

    def __init__(self, *args: Any, people: Sequence[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people_choices(people)


class AskForm(forms.Form):
    """Lấy ý kiến: of whom, about what, by when."""

    question = forms.CharField(
        label=_("Nội dung xin ý kiến"), required=False, max_length=_LONG, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = DayField(label=_("Trả lời trước hết ngày"), required=False)

    def __init__(self, *args: Any, people: Sequence[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = PeopleField(people, label=_("Hỏi ai"))
        self.order_fields(["people", "question", "due_on"])


class AnswerForm(forms.Form):
    """Đồng ý, or Có ý kiến with its words."""

    answer = forms.ChoiceField(
        label=_("Trả lời"), choices=[("agree", _("Đồng ý")), ("remarks", _("Có ý kiến"))], widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Ý kiến"), required=False, max_length=_LONG, widget=forms.Textarea(attrs={"rows": 4})
    )


def route_types() -> list[tuple[str, str]]:
    """Every type an office may draft, whatever its regime; the empty one stands for all."""
    named = {kind.key: kind.name for one in Regime for kind in rules_for(one, today()).issuable_types()}
    return [("", str(_("Mọi loại văn bản"))), *((key, _text(name)) for key, name in named.items())]


class RouteForm(forms.Form):
    """Which documents the steps are for."""

    names_of_errors: Mapping[str, str] = {}
    type_code = forms.ChoiceField(label=_("Áp dụng cho"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["type_code"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = route_types()


class StepForm(forms.Form):
    """One step; left without people it is none."""

    kind = forms.ChoiceField(label=_("Việc"), choices=[(one.value, _(one.label)) for one in StepKind])
    title = forms.CharField(
        label=_("Tên bước"), required=False, max_length=100, help_text=_("Ví dụ: Trưởng phòng duyệt.")
    )
    needs = forms.ChoiceField(label=_("Cần"), choices=[(one.value, _(one.label)) for one in Needs])
    days = forms.IntegerField(label=_("Hạn (ngày làm việc)"), required=False, min_value=0, max_value=90)

    def __init__(self, *args: Any, people: Sequence[Position], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"] = PeopleField(people, label=_("Người duyệt"), required=False)
        self.order_fields(["kind", "title", "people", "needs", "days"])

    def step(self) -> Step | None:
        """What was said, after validation; None without people."""
        said = self.cleaned_data
        if not said["people"]:
            return None
        people = tuple(UUID(one) for one in said["people"])
        return Step(StepKind(said["kind"]), said["title"], Needs(said["needs"]), people, said["days"])


def step_forms(data: Any, steps: Sequence[Step], people: Sequence[Position]) -> list[StepForm]:
    """A form for each step, and for two more while there is room; for what was sent, those that were sent."""
    known = {one.id for one in people}
    initial: list[dict[str, Any]] = [
        one.stored() | {"people": [str(person) for person in one.people if person in known]} for one in steps
    ]
    shown = _sent(data) if data else min(MOST_STEPS, len(initial) + 2)
    initial += [{}] * max(0, shown - len(initial))
    return [StepForm(data, prefix=f"step{place}", initial=initial[place], people=people) for place in range(shown)]


def _sent(data: Any) -> int:
    return sum(f"step{place}-kind" in data for place in range(MOST_STEPS))
