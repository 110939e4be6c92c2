"""What part of a register is looked at, and the last numbers that a clerk has seen in the books themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from phoihop.dispatches.documents import is_plausible
from phoihop.dispatches.selectors.registers import Book
from phoihop.ui.day_fields import DayField


class RegisterQuery(forms.Form):
    """The days a register is looked at for. What means nothing narrows nothing."""

    since = DayField(label=lazy("Từ ngày"), required=False)
    until = DayField(label=lazy("Đến ngày"), required=False)

    def __init__(self, data: Mapping[str, object]) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day, as far as they are given and make sense."""
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return (since if is_plausible(since) else None), (until if is_plausible(until) else None)


class LastNumbersForm(forms.Form):
    """One number for each series of a shut book."""

    def __init__(self, book: Book, data: QueryDict | None = None) -> None:
        super().__init__(data, auto_id=f"{book.register.id}_%s")
        self._periods = {f"last_{index}": period for index, (period, _last) in enumerate(book.series)}
        self.names_of_errors = {period: name for name, period in self._periods.items()}
        for index, (period, last) in enumerate(book.series):
            self.fields[f"last_{index}"] = forms.IntegerField(
                label=_("Số cuối đã cấp, loạt số %(series)s") % {"series": period},
                min_value=last,
                max_value=1_000_000,
                help_text=_known(last),
            )

    def last_numbers(self) -> dict[str, int]:
        """What the clerk has seen, by series."""
        return {period: self.cleaned_data[name] for name, period in self._periods.items()}


def _known(last: int) -> str:
    if last:
        return _("Máy chủ còn nhớ đến số %(number)d.") % {"number": last}
    return _("Máy chủ không nhớ số nào của loạt này; nếu đúng là chưa cấp số nào, ghi 0.")
