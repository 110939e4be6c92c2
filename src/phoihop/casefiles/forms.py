"""What pages of casefiles take in."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.casefiles.actions import LONGEST_CODE, LONGEST_NOTE, LONGEST_TITLE, CasefileInput
from phoihop.casefiles.plan_sheet import BOUNDS
from phoihop.casefiles.rules import RETENTIONS
from phoihop.casefiles.wording import retention_words
from phoihop.core.clock import today
from phoihop.lists.incoming_books import WorkbookField
from phoihop.offices.acting import Acting
from phoihop.offices.selectors import colleagues


class CasefileForm(forms.Form):
    """A casefile to be set up or changed."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    year = forms.IntegerField(label=_("Năm"), min_value=1945)
    code = forms.CharField(label=_("Số, ký hiệu hồ sơ"), max_length=LONGEST_CODE)
    title = forms.CharField(
        label=_("Tiêu đề hồ sơ"), max_length=LONGEST_TITLE, widget=forms.Textarea(attrs={"rows": 2})
    )
    retention = forms.TypedChoiceField(label=_("Thời hạn bảo quản"), coerce=int)
    keeper = forms.ChoiceField(label=_("Người lập hồ sơ"))

    def __init__(self, *args: Any, by: Acting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["retention"].choices = [(years, retention_words(years)) for years in RETENTIONS]  # type: ignore[attr-defined]
        people = [(str(one.id), f"{one.person.full_name} – {one.title}") for one in colleagues(by)]
        self.fields["keeper"].choices = people  # type: ignore[attr-defined]
        self.fields["keeper"].initial = str(by.position_id)
        self.fields["year"].initial = today().year
        self.fields["retention"].initial = 10

    def stated(self) -> CasefileInput:
        """What the form says, for the action."""
        said = self.cleaned_data
        return CasefileInput(said["year"], said["code"], said["title"], said["retention"], UUID(said["keeper"]))


class PlanForm(forms.Form):
    """The year's list as a workbook."""

    year = forms.IntegerField(label=_("Năm"), min_value=1945)
    file = WorkbookField(label=_("Bảng tính"), bounds=BOUNDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = today().year


class NoteForm(forms.Form):
    """A note to lie in the casefile."""

    text = forms.CharField(label=_("Ghi chú"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3}))
