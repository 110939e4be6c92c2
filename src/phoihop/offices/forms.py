"""The forms of sign-in, in the words of an office."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.account.forms import ReauthenticateForm as AllauthConfirmPasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.offices.password_rules import MOST_LENGTH
from phoihop.offices.second_factor import is_used_again


def _password(field: forms.Field, label: Any, *, autocomplete: str) -> None:
    """A password field without a placeholder, which would vanish while typing, and with room for a sentence."""
    field.label = label
    field.help_text = ""
    field.widget.attrs = {"autocomplete": autocomplete, "maxlength": str(MOST_LENGTH), "data-reveal-target": "field"}


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Name and password."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        login = self.fields["login"]
        login.label = gettext_lazy("Tên đăng nhập")
        login.widget.attrs = {"autocomplete": "username webauthn", "autocapitalize": "none", "spellcheck": "false"}
        _password(self.fields["password"], gettext_lazy("Mật khẩu"), autocomplete="current-password")


class ConfirmPasswordForm(AllauthConfirmPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _password(self.fields["password"], gettext_lazy("Mật khẩu"), autocomplete="current-password")


class PasswordForm(ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """A new password, written once and shown on demand: writing it twice only invites short ones."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _password(self.fields["oldpassword"], gettext_lazy("Mật khẩu hiện tại"), autocomplete="current-password")
        _password(self.fields["password1"], gettext_lazy("Mật khẩu mới"), autocomplete="new-password")
        del self.fields["password2"]

    def clean_password1(self) -> str:
        """Somebody else has seen a password that must be changed: the new one has to be another."""
        password = str(self.cleaned_data["password1"])
        if self.user.must_change_password and self.user.check_password(password):
            raise forms.ValidationError(_("Mật khẩu mới phải khác mật khẩu được cấp."), code="password_unchanged")
        return password


def _code(field: forms.Field, label: Any) -> None:
    field.label = label
    field.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class _OnceOnly:
    """A code of an app is good once, for as long as it would be accepted."""

    user: Any
    authenticator: Authenticator

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]  # of the form this is mixed into
        if self.authenticator.type == Authenticator.Type.TOTP and is_used_again(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_OnceOnly, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second step: a code of the app, or a recovery code."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _code(self.fields["code"], gettext_lazy("Mã 6 số trong ứng dụng, hoặc một mã dự phòng"))


class ConfirmCodeForm(_OnceOnly, ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """A code once more, before something that matters."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _code(self.fields["code"], gettext_lazy("Mã 6 số trong ứng dụng, hoặc một mã dự phòng"))


class NewAppForm(ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """The first code of a new app, which shows that it was set up rightly."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _code(self.fields["code"], gettext_lazy("Mã 6 số hiện trong ứng dụng"))

    def clean_code(self) -> str:
        code = str(super().clean_code())
        if is_used_again(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey and what its owner calls it. It always opens by itself: the device checks its owner."""

    passwordless = forms.BooleanField(initial=True, required=True, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        name = self.fields["name"]
        name.label = gettext_lazy("Tên để nhận ra, ví dụ “Điện thoại của tôi”")
        name.max_length = 60
        name.widget.attrs = {"maxlength": "60", "autocomplete": "off"}
