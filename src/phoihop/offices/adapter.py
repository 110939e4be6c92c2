"""What sign-in may do here: accounts are made by administrators, never by visitors; guessing passwords is slowed."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit  # the public one cannot take an attempt back
from django.http import HttpRequest

_APP, _EVERYWHERE = "allauth.account", "login_failed_everywhere"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed for signing up; wrong passwords are counted by account and address, and by account alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count an attempt; ``authenticate`` takes it back when the password was right. Raises a validation error.

        The strict limit holds for one address, so that nobody can lock a colleague out by typing nonsense under his
        name; the limit for the account from all addresses together is wider.
        """
        super().pre_authenticate(request, **credentials)
        usage = ratelimit.consume(request, app=_APP, action=_EVERYWHERE, key=_account_key(**credentials))
        if not usage:
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage.extend(usage.usage)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Not by the Host header, as allauth does: its port is the visitor's to choose, and each would count anew."""
        return f"{self.get_client_ip(request)} {_account_key(**credentials)}"


def _account_key(**credentials: Any) -> str:
    """The name as the database compares it, which ignores case: one account has one key."""
    return str(credentials.get("username", "")).lower()
