"""The filter bars of the lists, and the figures to convert. The values of filters come from the URL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, get_args

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.core.errors import Invalid
from phoihop.core.text import clean_line
from phoihop.territory.models import KINDS_BEFORE, KINDS_TODAY, CommuneKind
from phoihop.territory.selectors import Order
from phoihop.ui.day_fields import DayField


def _clean_words(text: str) -> str:
    try:
        return clean_line(text)
    except Invalid as error:
        raise forms.ValidationError(str(error), code=error.code) from error


class ProvinceFilter(forms.Form):
    """Words to find units by, whether to list the region or the country, and the day."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    scope = forms.ChoiceField(
        label=_("Phạm vi"), required=False, choices=[("", _("Trong vùng")), ("country", _("Cả nước"))]
    )
    on = DayField(label=_("Tại ngày"), required=False)

    def clean_q(self) -> str:
        return _clean_words(self.cleaned_data["q"])


class CommuneFilter(forms.Form):
    """Narrows and orders the communes of one province on a day."""

    q = forms.CharField(label=_("Tên hoặc mã"), required=False, max_length=100)
    district = forms.ChoiceField(label=_("Thuộc huyện"), required=False)
    kind = forms.ChoiceField(label=_("Loại"), required=False)
    on = DayField(label=_("Tại ngày"), required=False)
    order = forms.ChoiceField(required=False, choices=[(order, order) for order in get_args(Order)])

    def __init__(self, *args: Any, districts: Sequence[str] = (), is_former: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = KINDS_BEFORE if is_former else KINDS_TODAY
        self.fields["kind"].choices = [("", _("Tất cả")), *((kind.value, kind.label) for kind in kinds)]  # type: ignore[attr-defined]
        if districts:
            self.fields["district"].choices = [("", _("Tất cả")), *((name, name) for name in districts)]  # type: ignore[attr-defined]
        else:
            del self.fields["district"]

    def clean_q(self) -> str:
        return _clean_words(self.cleaned_data["q"])

    def kind_asked(self) -> CommuneKind | None:
        """The kind to keep to, of a valid form."""
        return CommuneKind(self.cleaned_data["kind"]) if self.cleaned_data.get("kind") else None


class DayQuery(forms.Form):
    """The day a map or a list is asked for, as ``2024-06-30``, and what it is narrowed to."""

    on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    province = forms.SlugField(required=False)
    commune = forms.SlugField(required=False)
    scope = forms.ChoiceField(required=False, choices=[("", ""), ("country", "")])

    def day(self) -> date | None:
        """The day asked for; None for today. Raises Invalid when what was sent is no day."""
        if not self.is_valid():
            raise Invalid("day_malformed", str(_("Ngày phải viết theo dạng năm-tháng-ngày, ví dụ 2024-06-30.")))
        day: date | None = self.cleaned_data["on"]
        return day
