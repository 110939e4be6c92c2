"""What sign-in may do here: accounts are made by administrators, never by visitors; guessing passwords is slowed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal import ratelimit  # the public one cannot take an attempt back
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from phoihop.core.clock import now
from phoihop.offices.backends import may_enter
from phoihop.offices.sign_in_journal import note_closed, note_failure

_APP, _EVERYWHERE = "allauth.account", "login_failed_everywhere"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed for signing up; wrong passwords are counted by account and address, and by account alone."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy(
            "Tên đăng nhập hoặc mật khẩu chưa đúng. Kiểm tra bộ gõ tiếng Việt và phím Caps Lock rồi nhập lại."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Đã nhập sai quá nhiều lần. Đợi 5 phút rồi thử lại; nếu quên mật khẩu, đề nghị quản trị văn phòng cấp lại."
        ),
        "enter_current_password": gettext_lazy("Mật khẩu hiện tại chưa đúng. Nhập lại."),
        "incorrect_password": gettext_lazy("Mật khẩu chưa đúng. Nhập lại."),
        "incorrect_code": gettext_lazy("Mã chưa đúng. Nhập lại."),
        "rate_limited": gettext_lazy("Thao tác quá nhanh. Đợi một phút rồi thử lại."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt; ``authenticate`` takes it back when the password was right. Raises a validation error.

        The strict limit holds for one address, so that nobody can lock a colleague out by typing nonsense under his
        name; the limit for the account from all addresses together is wider.
        """
        usage = self._counted(request, **credentials)
        if usage is None:
            note_closed(_account_key(**credentials), address=self.get_client_ip(request))
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage = usage

    def _counted(self, request: HttpRequest, **credentials: Any) -> ratelimit.RateLimitUsage | None:
        near = self._get_login_attempts_cache_key(request, **credentials)
        usage = ratelimit.consume(request, app=_APP, action="login_failed", key=near)
        if not usage:
            return None
        everywhere = ratelimit.consume(request, app=_APP, action=_EVERYWHERE, key=_account_key(**credentials))
        if not everywhere:
            usage.rollback()
            return None
        usage.usage.extend(everywhere.usage)
        return usage

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note_failure(str(credentials.get("username", "")), address=self.get_client_ip(request))

    def pre_login(self, request: HttpRequest, user: Any, **more: Any) -> HttpResponse | None:
        """Whoever comes by passkey or from a provider meets the same door as a password."""
        if not may_enter(user):
            return self.respond_user_inactive(request, user)
        response: HttpResponse | None = super().pre_login(request, user, **more)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        messages.error(request, _("Tài khoản này đã khóa. Liên hệ quản trị văn phòng."))
        return HttpResponseRedirect(reverse("account_login"))

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """Not within some minutes of having signed in, when the answer would be the same."""
        records = get_authentication_records(self.request, self.request.user)
        return not records or now().timestamp() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """With a second factor the password alone confirms nothing; a passkey comes first, being the quickest."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        words = {
            "reauthenticate": _("Nhập mật khẩu"),
            "mfa_reauthenticate": _("Nhập mã của ứng dụng hoặc mã dự phòng"),
            "mfa_reauthenticate:webauthn": _("Dùng khóa truy cập"),
        }
        named = [{**method, "description": words[method["id"]]} for method in methods]
        stronger = [method for method in named if method["id"] != "reauthenticate"]
        return sorted(stronger, key=lambda method: "webauthn" not in method["id"]) or named

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return "/"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Not by the Host header, as allauth does: its port is the visitor's to choose, and each would count anew."""
        return f"{self.get_client_ip(request)} {_account_key(**credentials)}"


def _account_key(**credentials: Any) -> str:
    """The name as the database compares it, which ignores case: one account has one key."""
    return str(credentials.get("username", "")).lower()
