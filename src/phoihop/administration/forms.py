"""Forms of the office's administrator."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class UploadForm(forms.Form):
    """A workbook of people and positions."""

    file = forms.FileField(
        label=_("Tệp .xlsx"),
        error_messages={"required": _("Chọn tệp .xlsx."), "empty": _("Tệp trống. Chọn tệp khác.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    ends_missing = forms.BooleanField(
        label=_("Đây là danh sách đầy đủ: chức vụ không có trong tệp thì kết thúc hôm nay"), required=False
    )
