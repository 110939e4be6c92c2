"""The draft as its editor shows it, and the steps it goes through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from phoihop.core.clock import today
from phoihop.dispatches.documents import MAX_ABSTRACT, MAX_CONTENT, DraftInput
from phoihop.dispatches.forms.handling import moment_field
from phoihop.dispatches.forms.recipients import ListsField, OfficesField
from phoihop.dispatches.marking import retention
from phoihop.dispatches.models import Draft
from phoihop.dispatches.presentation import circulation_choices, personal_data_choices, urgency_choices
from phoihop.dispatches.selectors.recipients import Addressable, ListChoice
from phoihop.dispatches.types import rules_for
from phoihop.offices.models import IssuingBody, Office
from phoihop.ui.day_fields import DayField


class DraftForm(forms.Form):
    """Everything a draft says. Incomplete is allowed until it is submitted for signature."""

    names_of_errors = {"recipients": "main"}

    revision = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-autosave-target": "version"}))
    body_id = forms.UUIDField(label=_("Cơ quan ban hành"), required=False)
    type_code = forms.CharField(label=_("Loại văn bản"), required=False, max_length=100)
    unit = forms.CharField(
        label=_("Ký hiệu đơn vị soạn"),
        required=False,
        max_length=20,
        help_text=_("Ghi sau ký hiệu cơ quan trên công văn, như NN trong 12/UBND-NN."),
    )
    abstract = forms.CharField(
        label=_("Trích yếu"),
        required=False,
        max_length=MAX_ABSTRACT,
        help_text=_("Một câu, nói việc gì."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    content = forms.CharField(
        label=_("Nội dung"),
        required=False,
        max_length=MAX_CONTENT,
        help_text=_("Có thể để trống khi đã đính kèm tệp văn bản."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    main = OfficesField(label=_("Kính gửi (nhận chính)"), required=False)
    copy = OfficesField(label=_("Đồng gửi, để biết"), required=False)
    other_recipients = forms.CharField(
        label=_("Nơi nhận ngoài hệ thống"),
        required=False,
        max_length=2000,
        help_text=_("Ghi tên như ở mục Nơi nhận; văn thư gửi bằng cách khác."),
    )
    urgency = forms.ChoiceField(label=_("Độ khẩn"))
    circulation = forms.ChoiceField(label=_("Phạm vi lưu hành"))
    due_at = moment_field(_("Thời hạn phúc đáp"))
    personal_data = forms.ChoiceField(
        label=_("Dữ liệu cá nhân trong văn bản"),
        required=False,
        help_text=_("Có thì chỉ gửi nơi cần biết, không công khai, và xóa khi hết hạn lưu."),
    )
    keep_until = DayField(
        label=_("Lưu đến hết ngày"),
        required=False,
        help_text=format_lazy(
            _("Chỉ khi có dữ liệu cá nhân. Để trống: {basic} tháng, loại nhạy cảm {sensitive} tháng."),
            **{kind.value: months for kind, months in retention().months.items()},
        ),
    )
    reply_to = forms.UUIDField(required=False, widget=forms.HiddenInput)
    related_to = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        bodies: Sequence[IssuingBody],
        possible: Addressable,
        lists: Sequence[ListChoice],
        types_url: str,
        closed: Sequence[Office] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = bodies
        body = self.fields["body_id"]
        body.widget = forms.Select(
            choices=[("", "—"), *((str(one.id), one.name) for one in bodies)],
            attrs={
                "hx-get": types_url,
                "hx-trigger": "change",
                "hx-target": "#type-field",
                "hx-include": "[name=type_code]",
            },
        )
        self.fields["type_code"].widget = forms.Select(choices=type_choices(self._body()))
        self._offer_marks()
        self.fields["take_lists"] = ListsField(label=_("Theo danh sách nơi nhận"), required=False, lists=lists)
        for name, combined in (("main", True), ("copy", False)):
            chosen = self.initial.get(name, ())
            self.fields[name] = OfficesField(
                label=self.fields[name].label, required=False, possible=possible, combined=combined,
                closed=[office for office in closed if str(office.id) in chosen],
            )  # fmt: skip

    def _offer_marks(self) -> None:
        self.fields["urgency"] = forms.ChoiceField(
            label=_("Độ khẩn"), choices=urgency_choices(), widget=forms.RadioSelect
        )
        self.fields["circulation"] = forms.ChoiceField(
            label=_("Phạm vi lưu hành"), choices=circulation_choices(), widget=forms.RadioSelect
        )
        self.fields["personal_data"] = forms.ChoiceField(
            label=self.fields["personal_data"].label,
            required=False,
            choices=personal_data_choices(),
            help_text=self.fields["personal_data"].help_text,
        )

    def _body(self) -> IssuingBody | None:
        chosen = str(self["body_id"].value() or "")
        return next((one for one in self.bodies if str(one.id) == chosen), None)

    def stated(self) -> DraftInput:
        """What the form says, for the action."""
        said = self.cleaned_data
        rows = [{"office": office, "role": "main"} for office in said["main"]]
        rows += [{"office": office, "role": "copy"} for office in said["copy"] if office not in said["main"]]
        names = [name for name in DraftInput.__dataclass_fields__ if name != "recipients"]
        return DraftInput(**{name: said[name] for name in names}, recipients=tuple(rows))

    @staticmethod
    def initial_of(draft: Draft) -> dict[str, Any]:
        """What the form shows of a saved draft."""
        rows = draft.recipients
        shown: dict[str, Any] = {name: getattr(draft, name) for name in DraftInput.__dataclass_fields__}
        return shown | {
            "revision": draft.revision,
            "main": [row["office"] for row in rows if row["role"] == "main"],
            "copy": [row["office"] for row in rows if row["role"] == "copy"],
        }


def type_choices(body: IssuingBody | None) -> list[tuple[str, str]]:
    """The types a body's regime lets it issue today."""
    if body is None:
        return [("", str(_("Chọn cơ quan ban hành trước")))]
    return [("", "—"), *((kind.key, str(_(kind.name))) for kind in rules_for(body.regime, today()).issuable_types())]


class NumberForm(forms.Form):
    """Cấp số: the date, and the number where the existing system gives it."""

    number = forms.CharField(
        label=_("Số đã cấp ở phần mềm đang dùng"),
        max_length=60,
        help_text=_("Ví dụ 125, hoặc cả số, ký hiệu như 125/QĐ-UBND."),
    )
    dated = DayField(label=_("Ngày văn bản"))

    def __init__(self, data: Any = None, *, typed: bool, auto_id: str) -> None:
        super().__init__(data, initial={"dated": today()}, auto_id=auto_id)
        if not typed:
            del self.fields["number"]


class SignForm(forms.Form):
    """The revision the signer has read; an altered one is not signed unread."""

    revision = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why a draft is returned or withdrawn."""

    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


def uuid_or_none(value: object) -> UUID | None:
    """An id from the address or a form; None when it is none."""
    try:
        return UUID(str(value))
    except ValueError:
        return None
