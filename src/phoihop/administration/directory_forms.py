"""Forms of whoever keeps the directory: a table, a signed file, a merger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.administration.sheets import BOUNDS
from phoihop.exchange.directory.carrying import MAX_SMALL_BYTES
from phoihop.exchange.directory.state import BodyState, OfficeState
from phoihop.lists.incoming_books import SizedFileField, WorkbookField
from phoihop.ui.day_fields import DayField

_REASON = 300


class SheetForm(forms.Form):
    """A table of offices and bodies, and why the directory is to change."""

    file = WorkbookField(bounds=BOUNDS)
    reason = forms.CharField(
        label=_("Căn cứ thay đổi"),
        max_length=_REASON,
        required=False,
        help_text=_("Số, ngày quyết định. Ghi vào danh bạ cùng thay đổi."),
    )


class SignedForm(forms.Form):
    """A file of signed records of the directory."""

    signed = SizedFileField(
        most_bytes=MAX_SMALL_BYTES,
        label=_("Tệp đã ký"),
        error_messages={"required": _("Chọn tệp đã ký."), "empty": _("Tệp trống. Chọn tệp khác.")},
        help_text=_("Tệp nhận lại từ nơi giữ khóa danh bạ."),
    )


class MergerForm(forms.Form):
    """Which office goes into which, after which day, and which of its bodies end with it."""

    code = forms.ChoiceField(label=_("Văn phòng kết thúc"))
    into = forms.ChoiceField(label=_("Nhập vào văn phòng"))
    last_day = DayField(label=_("Ngày hoạt động cuối cùng"))
    ends = forms.MultipleChoiceField(
        label=_("Cơ quan ban hành kết thúc theo"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Căn cứ"), max_length=_REASON, required=False)

    def __init__(self, *args: Any, offices: Sequence[OfficeState], bodies: Sequence[BodyState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((one.code, f"{one.name} ({one.code})") for one in offices)]
        for name in ("code", "into"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        ends = self.fields["ends"]
        assert isinstance(ends, forms.MultipleChoiceField)
        ends.choices = [(body.code, f"{body.name} ({body.code})") for body in bodies]
        if not bodies:
            del self.fields["ends"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("code") and said.get("code") == said.get("into"):
            self.add_error("into", _("Chọn văn phòng khác với văn phòng kết thúc."))
        return said
