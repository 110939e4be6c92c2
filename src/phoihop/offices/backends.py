"""Password sign-in through the gate."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from phoihop.core.isolation import scope
from phoihop.offices.models import Account
from phoihop.offices.second_factor import second_factor_exists


class GateBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend; accounts are readable by the gate alone."""

    def authenticate(self, request: Any, **credentials: Any) -> Account | None:
        with scope("gate"):
            account: Account | None = super().authenticate(request, **credentials)
            return account if account and may_enter(account) else None

    def get_user(self, user_id: Any) -> Account | None:
        with scope("gate"):
            known = Account.objects.filter(pk=user_id, is_active=True).annotate(has_factor=second_factor_exists())
            account = known.first()
            return account if account and may_enter(account) else None


def may_enter(account: Account) -> bool:
    """Demonstration accounts, whose password everybody knows, exist only while the demonstration is served."""
    return settings.DEMO or not account.is_demo
