"""Forms of the office's administrator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from phoihop.administration.authority_lines import BY_AUTHORITY, FOR_A_HEAD
from phoihop.administration.sheets import BOUNDS
from phoihop.core.clock import today
from phoihop.core.errors import Invalid
from phoihop.core.text import clean_line, clean_text
from phoihop.lists.incoming_books import WorkbookField
from phoihop.offices.delegating import LENDABLE, Lending
from phoihop.offices.models import IssuingBody, Position, SigningAuthority
from phoihop.offices.permissions import ROLES, Permission, RoleKey
from phoihop.offices.staff import HeldPosition, Signs, StaffLine
from phoihop.ui.day_fields import DayField


class UploadForm(forms.Form):
    """A workbook of people and positions."""

    file = WorkbookField(bounds=BOUNDS)
    ends_missing = forms.BooleanField(
        label=lazy("Đây là danh sách đầy đủ: chức vụ không có trong tệp thì kết thúc hôm nay"), required=False
    )


class LineField(forms.CharField):
    """One line of text; what hides or reorders letters is refused in words. ``lines`` lets it be several."""

    def __init__(self, *, lines: bool = False, **given: Any) -> None:
        super().__init__(**given)
        self._clean = clean_text if lines else clean_line

    def to_python(self, value: Any) -> str:
        try:
            return self._clean(super().to_python(value) or "").strip()
        except Invalid as error:
            raise forms.ValidationError(str(error)) from error


def day_field(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, typed as 03/10/2026."""
    return DayField(label=label, required=required, help_text=help_text)


def show_refusal(form: forms.Form, error: Invalid) -> None:
    """Put what an action refused at the fields it is about; what belongs to none stands at the top."""
    for name, messages in error.fields.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
    if not error.fields:
        form.add_error(None, str(error))


HEAD, FORM = "head", "form"


class PositionForm(forms.Form):
    """A position: what it is called, what it may do, for which bodies it signs and how, from when to when."""

    title = LineField(label=lazy("Chức vụ"), max_length=200)
    roles = forms.MultipleChoiceField(label=lazy("Vai trò"), widget=forms.CheckboxSelectMultiple)
    valid_from = day_field(lazy("Từ ngày"))
    valid_to = day_field(lazy("Đến hết ngày"), required=False, help_text=lazy("Để trống khi chưa định ngày thôi."))
    order = forms.IntegerField(
        label=lazy("Thứ tự trong danh sách"), required=False, min_value=0, max_value=1000, initial=0
    )

    def __init__(self, *given: Any, bodies: Sequence[IssuingBody], held: HeldPosition | None = None, **more: Any):
        initial = {"valid_from": today()} if held is None else _initial_of(held, bodies)
        super().__init__(*given, **{**more, "initial": initial})
        self.bodies = bodies
        self.held = held
        roles: Any = self.fields["roles"]
        roles.choices = [(key.value, f"{said.name}: {said.meaning}") for key, said in ROLES.items()]
        for number, body in enumerate(bodies):
            self.fields[f"signs_{number}"] = forms.ChoiceField(
                label=_("Ký cho %(body)s") % {"body": body.name},
                required=False,
                choices=[
                    ("", _("Không ký")),
                    (HEAD, _("Ký với tư cách người đứng đầu")),
                    (FORM, _("Ký theo dòng thẩm quyền")),
                ],
            )
            self.fields[f"form_{number}"] = LineField(
                label=_("Dòng thẩm quyền"),
                required=False,
                max_length=200,
                lines=True,
                widget=forms.Textarea(attrs={"rows": 2, "placeholder": FOR_A_HEAD}),
            )

    @property
    def signing_pairs(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each body, how the position signs."""
        return [(self[f"signs_{number}"], self[f"form_{number}"]) for number in range(len(self.bodies))]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(len(self.bodies)):
            if said.get(f"signs_{number}") == FORM and not said.get(f"form_{number}"):
                self.add_error(f"form_{number}", _("Ghi dòng thẩm quyền, ví dụ: KT. CHỦ TỊCH."))
        return said

    def _signs(self) -> Signs:
        said = self.cleaned_data
        return tuple(
            (body.code, said[f"form_{number}"] if said[f"signs_{number}"] == FORM else "")
            for number, body in enumerate(self.bodies)
            if said[f"signs_{number}"]
        )

    def line(self, *, username: str, full_name: str, email: str = "") -> StaffLine:
        """The position as it is wanted, of the person who signs in with ``username``."""
        said = self.cleaned_data
        return StaffLine(
            username=username,
            full_name=full_name,
            title=said["title"],
            roles=tuple(said["roles"]),
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            signs=self._signs(),
            order=said["order"] or 0,
            email=email,
            place=1,
            position=self.held.id if self.held else None,
        )


def _initial_of(held: HeldPosition, bodies: Sequence[IssuingBody]) -> dict[str, Any]:
    signs = dict(held.signs)
    found: dict[str, Any] = {
        "title": held.title,
        "roles": [role for role in held.roles if role in {key.value for key in RoleKey}],
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
        "order": held.order,
    }
    for number, body in enumerate(bodies):
        form = signs.get(body.code)
        found[f"signs_{number}"] = "" if form is None else FORM if form else HEAD
        found[f"form_{number}"] = form or ""
    return found


class PersonForm(PositionForm):
    """A new person with the first position."""

    full_name = LineField(label=lazy("Họ và tên"), max_length=200)
    username = LineField(
        label=lazy("Tên đăng nhập"),
        required=False,
        max_length=60,
        help_text=lazy("Để trống thì đặt theo họ tên, ví dụ an.nv. Đặt rồi không đổi được."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    email = forms.EmailField(label=lazy("Thư điện tử"), required=False, max_length=200)
    is_other = forms.BooleanField(label=lazy("Đây là người khác, trùng họ tên"), required=False)


class LendingForm(forms.Form):
    """Who lends what to whom, in which form signing, from when to when, and why."""

    giver = forms.ChoiceField(label=lazy("Người ủy quyền"))
    taker = forms.ChoiceField(label=lazy("Người nhận ủy quyền"))
    permissions = forms.MultipleChoiceField(
        label=lazy("Việc được làm thay"), required=False, widget=forms.CheckboxSelectMultiple
    )
    body = forms.ChoiceField(label=lazy("Ký cho cơ quan"), required=False)
    authority = LineField(
        label=lazy("Dòng thẩm quyền khi ký"),
        required=False,
        max_length=200,
        lines=True,
        help_text=lazy("KT. (ký thay), TL. (thừa lệnh) hoặc TUQ. (thừa ủy quyền); dòng dưới là chức danh người ký."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": BY_AUTHORITY}),
    )
    valid_from = day_field(lazy("Từ ngày"))
    valid_to = day_field(lazy("Đến hết ngày"))
    reason = LineField(
        label=lazy("Lý do, văn bản ủy quyền"),
        max_length=500,
        lines=True,
        help_text=lazy("Ví dụ: đi công tác; Giấy ủy quyền số 05/GUQ-UBND."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *given: Any, people: Sequence[Position], signings: Sequence[SigningAuthority], **more: Any):
        super().__init__(*given, **{**more, "initial": {"valid_from": today()}})
        signs: dict[UUID, list[str]] = {}
        for one in signings:
            signs.setdefault(one.position_id, []).append(one.body.code)
        chosen = [("", _("Chọn người"))]
        named = [(str(one.id), f"{one.person.full_name} – {one.title}") for one in people]
        fields: dict[str, Any] = self.fields
        fields["taker"].choices = chosen + named
        fields["giver"].choices = chosen + [
            (key, f"{name} ({_('ký cho')} {', '.join(signs[UUID(key)])})" if UUID(key) in signs else name)
            for key, name in named
        ]
        fields["permissions"].choices = [(key.value, label) for key, label in LENDABLE.items()]
        bodies = {str(one.body_id): one.body.name for one in signings}
        fields["body"].choices = [("", _("Không ký thay")), *bodies.items()]

    def lending(self) -> Lending:
        """What was asked for. Only of a form that is valid."""
        said = self.cleaned_data
        return Lending(
            giver=UUID(said["giver"]),
            taker=UUID(said["taker"]),
            permissions=tuple(Permission(one) for one in said["permissions"]),
            reason=said["reason"],
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
            body=UUID(said["body"]) if said["body"] else None,
            authority=said["authority"],
        )
