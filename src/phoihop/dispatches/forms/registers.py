"""The last numbers that a clerk has seen in the books themselves."""

from __future__ import annotations

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from phoihop.dispatches.selectors.registers import Book


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
