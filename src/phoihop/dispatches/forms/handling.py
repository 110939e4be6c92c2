"""What a receiving office says about a document, and to whom its owner opens it further."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.dispatches.forms.recipients import OfficesField
from phoihop.dispatches.models import Register
from phoihop.dispatches.selectors.recipients import Addressable
from phoihop.offices.models import Office, Position
from phoihop.ui.day_fields import MomentField


def moment_field(label: object, help_text: object = "") -> MomentField:
    """A date and time on the region's wall clock."""
    return MomentField(
        label=label,  # type: ignore[arg-type]  # lazy texts are texts
        help_text=help_text,  # type: ignore[arg-type]
        required=False,
    )


def _people(colleagues: Sequence[Position]) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.person.full_name} – {one.title}") for one in colleagues]


class MoveForm(forms.Form):
    """A move that needs nothing said. ``colleagues`` are those work can be given to, ``books`` the incoming books."""

    def __init__(
        self, *args: object, colleagues: Sequence[Position] = (), books: Sequence[Register] = (), **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.colleagues = colleagues
        self.books = books


def book_field(books: Sequence[Register], usual: Register | None = None) -> forms.ChoiceField:
    """In which of several incoming books; left out, it is the usual one."""
    return forms.ChoiceField(
        label=_("Vào sổ của"),
        required=False,
        choices=[(str(book.id), book.name) for book in books],
        initial=str(usual.id) if usual else None,
    )


class RegisterForm(MoveForm):
    """Vào sổ: nothing to say where the office keeps one book; else in which."""

    def __init__(self, *args: object, usual: Register | None = None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if len(self.books) > 1:
            self.fields["book"] = book_field(self.books, usual)


class DistributeForm(MoveForm):
    """Phân phối: to whom, with what remark."""

    to = forms.ChoiceField(label=_("Chuyển cho"))
    remark = forms.CharField(
        label=_("Ghi chú"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: object, colleagues: Sequence[Position] = (), **kwargs: object) -> None:
        super().__init__(*args, colleagues=colleagues, **kwargs)  # type: ignore[arg-type]
        self.fields["to"] = forms.ChoiceField(label=_("Chuyển cho"), choices=[("", "—"), *_people(colleagues)])


class DirectForm(MoveForm):
    """Ý kiến chỉ đạo: what, who leads, who helps, who should know, by when."""

    direction = forms.CharField(label=_("Ý kiến chỉ đạo"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    lead = forms.ChoiceField(label=_("Chủ trì"))
    due_at = moment_field(_("Hạn xử lý"))
    coordinators = forms.MultipleChoiceField(label=_("Phối hợp"), required=False)
    informed = forms.MultipleChoiceField(label=_("Để biết"), required=False)

    def __init__(self, *args: object, colleagues: Sequence[Position] = (), **kwargs: object) -> None:
        super().__init__(*args, colleagues=colleagues, **kwargs)  # type: ignore[arg-type]
        people = _people(colleagues)
        self.fields["lead"] = forms.ChoiceField(label=_("Chủ trì"), choices=[("", "—"), *people])
        for name in ("coordinators", "informed"):
            self.fields[name] = forms.MultipleChoiceField(
                label=self.fields[name].label, required=False, choices=people, widget=forms.CheckboxSelectMultiple
            )


class ReasonForm(MoveForm):
    """Something that needs a reason others will read."""

    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ResultForm(MoveForm):
    """Xử lý xong: the result in a sentence."""

    result = forms.CharField(
        label=_("Kết quả"),
        required=False,
        max_length=2000,
        help_text=_("Chỉ lưu trong văn phòng; nơi gửi chỉ biết là đã xong."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DiscloseForm(forms.Form):
    """Gửi thêm nơi nhận: which offices, and why."""

    offices = OfficesField(label=_("Nơi nhận thêm"))
    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: object, possible: Addressable, present: Sequence[UUID], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["offices"] = OfficesField(label=_("Nơi nhận thêm"), possible=possible, without=present)


class WithdrawForm(forms.Form):
    """Ngừng gửi: to which of those who receive the document nothing more goes, and why."""

    offices = forms.MultipleChoiceField(label=_("Ngừng gửi cho"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: object, receiving: Sequence[Office], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        choices = [(str(office.id), office.name) for office in receiving]
        self.fields["offices"].choices = choices  # type: ignore[attr-defined]
