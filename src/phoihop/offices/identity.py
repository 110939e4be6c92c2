"""Signing in with an identity of another provider: only one that an administrator has bound to an account."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.shortcuts import render

PROVIDER = "sso"
"""Under this name the provider stands in addresses and in bound identities; settings use it, too."""
SUBJECT_CHARACTERS = 191
"""What OpenID Connect lets a subject have (255) is more than providers use; allauth keeps this many."""


class IdentityAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody comes in, and nothing is bound, by the provider's word alone."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Turn away an identity that no administrator has bound, and say what to give him."""
        if not sociallogin.is_existing:
            about = {"subject": sociallogin.account.uid, "provider": sociallogin.provider.name}
            raise ImmediateHttpResponse(render(request, "socialaccount/not_bound.html", about, status=403))

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_more: Any) -> None:
        """One page for every way in which a provider can fail."""
        about = {"provider": provider.name if provider else ""}
        raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", about, status=502))
