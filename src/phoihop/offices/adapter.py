"""What sign-in may do here: accounts are made by administrators, never by visitors."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Closed for signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
