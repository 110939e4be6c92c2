"""What the clerk reads off a paper, and why a file is set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.dispatches.actions.entering import PaperInput
from phoihop.dispatches.forms.handling import book_field, moment_field
from phoihop.dispatches.models import Register
from phoihop.dispatches.presentation import urgency_choices
from phoihop.ui.day_fields import DayField


class PaperForm(forms.Form):
    """A paper or scan for the incoming book, in the order of the book's columns."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    issuer_name = forms.CharField(label=_("Cơ quan ban hành"), max_length=500)
    code = forms.CharField(label=_("Số, ký hiệu"), required=False, max_length=200)
    dated = DayField(label=_("Ngày văn bản"), required=False)
    type_name = forms.CharField(label=_("Loại văn bản"), required=False, max_length=200)
    abstract = forms.CharField(label=_("Trích yếu"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    signatory_name = forms.CharField(label=_("Người ký"), required=False, max_length=200)
    signatory_title = forms.CharField(label=_("Chức vụ người ký"), required=False, max_length=200)
    urgency = forms.ChoiceField(label=_("Độ khẩn"), initial="normal")
    due_at = moment_field(_("Thời hạn ghi trong văn bản"))

    def __init__(self, *args: Any, books: Sequence[Register] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(books) > 1:
            self.fields["book"] = book_field(books, books[0])
        self.fields["urgency"] = forms.ChoiceField(
            label=_("Độ khẩn"), initial="normal", choices=urgency_choices(), widget=forms.RadioSelect
        )

    def mark_proposed(self, notes: Mapping[str, str]) -> None:
        """Say under each field that was filled in that it is a proposal."""
        for name, note in notes.items():
            self.fields[name].help_text = note

    def stated(self) -> PaperInput:
        """What the form says, for the action."""
        return PaperInput(**{name: value for name, value in self.cleaned_data.items() if name not in {"key", "book"}})

    def book_id(self) -> UUID | None:
        """The incoming book that was chosen, where there are several."""
        return UUID(self.cleaned_data["book"]) if self.cleaned_data.get("book") else None


class DismissForm(forms.Form):
    """Why a waiting file is set aside."""

    reason = forms.CharField(label=_("Lý do bỏ qua"), max_length=500, widget=forms.TextInput)
