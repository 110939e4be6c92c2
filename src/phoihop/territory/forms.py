"""The filter bars of the two lists. Their values come from the URL."""

from __future__ import annotations

from datetime import date
from typing import get_args

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.core.errors import Invalid
from phoihop.core.text import clean_line
from phoihop.territory.models import CommuneKind
from phoihop.territory.selectors import Order


def _clean_words(text: str) -> str:
    try:
        return clean_line(text)
    except Invalid as error:
        raise forms.ValidationError(str(error), code=error.code) from error


class ProvinceFilter(forms.Form):
    """Words to find units by, and whether to list the region or the country."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    scope = forms.ChoiceField(
        label=_("Phạm vi"), required=False, choices=[("", _("Trong vùng")), ("country", _("Cả nước"))]
    )

    def clean_q(self) -> str:
        return _clean_words(self.cleaned_data["q"])


class CommuneFilter(forms.Form):
    """Narrows and orders the communes of one province."""

    q = forms.CharField(label=_("Tên hoặc mã"), required=False, max_length=100)
    kind = forms.ChoiceField(
        label=_("Loại"), required=False, choices=[("", _("Tất cả")), *CommuneKind.choices], initial=""
    )
    order = forms.ChoiceField(required=False, choices=[(order, order) for order in get_args(Order)])

    def clean_q(self) -> str:
        return _clean_words(self.cleaned_data["q"])


class DayQuery(forms.Form):
    """The day a map is asked for, as ``2024-06-30``."""

    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])

    def day(self) -> date | None:
        """The day asked for; None for today. Raises Invalid when what was sent is no day."""
        if not self.is_valid():
            raise Invalid("day_malformed", str(_("Ngày phải viết theo dạng năm-tháng-ngày, ví dụ 2024-06-30.")))
        day: date | None = self.cleaned_data["on"]
        return day
