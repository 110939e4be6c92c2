"""What two people state when content is removed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.core.errors import PhoiHopError
from phoihop.exchange.purging import REASONS


class ProposeForm(forms.Form):
    """Why content is to be removed, and by which decision."""

    reason = forms.ChoiceField(label=_("Lý do"), choices=list(REASONS.items()), widget=forms.RadioSelect)
    decision = forms.CharField(
        label=_("Căn cứ"),
        max_length=500,
        help_text=_("Số, ngày quyết định hoặc ý kiến chỉ đạo. Không nhắc lại nội dung của văn bản."),
    )


class WordsForm(forms.Form):
    """A sentence that closes something: why not, or what was done."""

    words = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: object, label: object = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if label is not None:
            self.fields["words"].label = label  # type: ignore[assignment]  # lazy texts are texts


def put_back(form: forms.Form, error: PhoiHopError, *, otherwise: str) -> None:
    """Show what an action refused at the fields it is about, or at ``otherwise``."""
    for name, messages in (error.fields or {otherwise: [str(error)]}).items():
        for message in messages:
            form.add_error(name if name in form.fields else otherwise, message)
