"""“Bảo mật tài khoản”: everything about one's own sign-in, for everybody with an account, in a position or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting
from phoihop.offices.devices import devices_of, end_device, end_devices
from phoihop.offices.duties import Duty
from phoihop.offices.identity import PROVIDER
from phoihop.offices.models import Account
from phoihop.offices.password_rules import ALONE_LENGTH, BESIDE_LENGTH
from phoihop.offices.sign_in_journal import note_account

P = ParamSpec("P")
SIGNED_OUT_COOKIE = "phoihop_signed_out"
SIGNED_OUT_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner recognises it."""

    id: int
    name: str
    since: datetime
    used: datetime | None


@dataclass(frozen=True)
class Factors:
    """What an account has besides its password."""

    app: Authenticator | None
    codes_left: int
    has_codes: bool
    passkeys: Sequence[Passkey]


@require_safe
@never_cache
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Password, second step, passkeys, browsers, bound identities: what is, and the way to change it."""
    account = cast(Account, request.user)
    context = {
        "factors": factors_of(account),
        "devices": devices_of(account, this_key=request.session.session_key),
        "identities": list(SocialAccount.objects.filter(user=account).order_by("provider")),
        "passkeys_possible": bool(settings.PASSKEY_HOST),
        "must_set_up": getattr(request, "duty", None) is Duty.SET_UP_SECOND_STEP,
        "has_password": account.has_usable_password(),
        "provider_name": _provider_name(),
    }
    return TemplateResponse(request, "offices/security.html", context)


def factors_of(account: Account) -> Factors:
    """The second factors of an account. Gate scope."""
    rows = list(Authenticator.objects.filter(user=account).order_by("created_at"))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return Factors(
        app=next((row for row in rows if row.type == Authenticator.Type.TOTP), None),
        codes_left=len(codes.wrap().get_unused_codes()) if codes else 0,
        has_codes=codes is not None,
        passkeys=tuple(
            Passkey(row.pk, row.wrap().name, row.created_at, row.last_used_at)
            for row in rows
            if row.type == Authenticator.Type.WEBAUTHN
        ),
    )


def _provider_name() -> str:
    offered = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return str(offered[0]["name"]) if offered else ""


@require_POST
@login_required
def end_one(request: HttpRequest, device_id: int) -> HttpResponse:
    """Sign one of one's own browsers out."""
    account = cast(Account, request.user)
    if end_device(account, device_id):
        note_account(account, "session_end", ended=1)
        messages.success(request, _("Đã đăng xuất thiết bị đó."))
    return redirect("account_security")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    account = cast(Account, request.user)
    ended = end_devices(account, but=request.session.session_key)
    note_account(account, "session_end", ended=ended)
    said = ngettext("Đã đăng xuất %(n)d thiết bị khác.", "Đã đăng xuất %(n)d thiết bị khác.", ended) % {"n": ended}
    messages.success(request, said if ended else _("Không còn thiết bị nào khác đang đăng nhập."))
    return redirect("account_security")


class SignInView(LoginView):  # type: ignore[misc]  # allauth ships no types
    """Name and password, and the other ways this installation offers."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)
        if settings.OIDC_OFFERED:
            address = reverse("openid_connect_login", kwargs={"provider_id": PROVIDER})
            context.update(sso_name=_provider_name(), sso_url=self.passthrough_next_url(address))
        return context


class SignOutView(LogoutView):  # type: ignore[misc]  # allauth ships no types
    """Ends the session; the next page is told, and drops what was typed and not saved in this browser."""

    def post(self, *args: Any, **more: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **more)
        response.set_cookie(SIGNED_OUT_COOKIE, "1", max_age=SIGNED_OUT_SECONDS, samesite="Lax", secure=settings.SECURE)
        return response


class NewPasswordView(PasswordChangeView):  # type: ignore[misc]  # allauth ships no types
    """A new password, with what it has to be said beforehand."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)
        length = BESIDE_LENGTH if cast(Account, self.request.user).has_second_factor else ALONE_LENGTH
        context["password_help"] = _("Ít nhất %(length)d ký tự; một câu dễ nhớ, có dấu cách, là tốt nhất.") % {
            "length": length
        }
        return context


class NewPasskeyView(AddWebAuthnView):  # type: ignore[misc]  # allauth ships no types
    """Register a passkey that opens by itself, so that it serves in place of the password too."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**more)
        context["options"] = webauthn.begin_registration(self.request.user, True)
        return context

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "account_security")


sign_in = SignInView.as_view()
sign_out = SignOutView.as_view()
new_password = NewPasswordView.as_view()
new_passkey = login_required(NewPasskeyView.as_view())

ViewOfOffice = Callable[Concatenate[HttpRequest, Acting, P], HttpResponseBase]


def confirmed(view: ViewOfOffice[P]) -> Callable[..., HttpResponseBase]:
    """Ask who it is once more before a page that hands out or takes away rights. Beneath ``for_office``."""

    @wraps(view)
    def wrapper(request: HttpRequest, by: Acting, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with scope("gate"):
            asks = is_reauthentication_required(request, app="offices")
        if asks:
            back = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")
            return redirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")
        return view(request, by, *args, **kwargs)

    return wrapper
