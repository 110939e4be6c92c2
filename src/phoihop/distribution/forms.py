"""The form of a list, and those by which it is retired, published or read from a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.distribution.actions import LONGEST_NAME, LONGEST_TEXT, ListInput
from phoihop.distribution.rules import OFFICE, WITHOUT
from phoihop.distribution.sheet import BOUNDS
from phoihop.distribution.wording import Choice, ChoiceGroup
from phoihop.lists.incoming_books import WorkbookField


class ChoicesWidget(forms.SelectMultiple):
    """A list of choices that carry a short text for the chip and further words to be found by."""

    def __init__(self, found: dict[str, Choice], *, not_whole: int) -> None:
        super().__init__(attrs={"size": 10, "data-not-whole": not_whole})
        self.found = found

    def create_option(
        self,
        name: str,
        value: Any,
        label: int | str,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The option of one choice."""
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if found := self.found.get(str(value)):
            option["attrs"] |= {"data-short": found.short, "data-find": found.find}
        return option


class ChoicesField(forms.MultipleChoiceField):
    """Choices in groups; those not taken whole come first."""

    def __init__(self, *, groups: Sequence[ChoiceGroup], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        found = {one.token: one for group in groups for one in group.choices}
        self.widget = ChoicesWidget(found, not_whole=sum(not group.is_taken_whole for group in groups))
        self.choices = [(group.label, [(one.token, one.label) for one in group.choices]) for group in groups]


class ListForm(forms.Form):
    """Everything a list says. ``reason`` only for one that exists."""

    number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Tên danh sách"), required=False, max_length=LONGEST_NAME)
    purpose = forms.CharField(
        label=_("Dùng khi nào"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("Một câu, để người khác chọn đúng danh sách."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=_("Vì sao sửa"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Any = None, *, groups: Sequence[ChoiceGroup], offices: Sequence[ChoiceGroup], is_new: bool,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        self.fields["members"] = ChoicesField(
            label=_("Gồm những ai"),
            required=False,
            groups=groups,
            help_text=_("Nhóm theo quy tắc tự thêm, bớt khi danh bạ thay đổi. Bấm tên nhóm để lấy cả nhóm."),
        )
        self.fields["without"] = ChoicesField(label=_("Trừ ra"), required=False, groups=offices)
        if is_new:
            del self.fields["reason"]

    def stated(self) -> ListInput:
        """What the form says, for the action."""
        said = self.cleaned_data
        without = [one.replace(f"{OFFICE}:", f"{WITHOUT}:", 1) for one in said["without"]]
        return ListInput(said["name"], said["purpose"], [*said["members"], *without], said.get("reason", ""))


class SheetForm(forms.Form):
    """A workbook whose offices are to be members. It stands in the form of the list, which is saved without one."""

    use_required_attribute = False

    file = WorkbookField(bounds=BOUNDS)


class RetireForm(forms.Form):
    """Why a list is not used any more."""

    reason = forms.CharField(label=_("Lý do"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2}))


class PublishForm(forms.Form):
    """Who else may use a list, and why."""

    reason = forms.CharField(
        label=_("Lý do"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, data: Any = None, *, groups: Sequence[ChoiceGroup], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["offices"] = ChoicesField(label=_("Văn phòng được dùng"), required=False, groups=groups)
        self.order_fields(["offices", "reason"])
