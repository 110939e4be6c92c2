"""The OpenID Connect provider of the installation, checked more strictly than allauth does by itself.

What the discovery document says counts only when it speaks for the configured issuer (OpenID Connect Discovery 1.0,
section 4.3); the signature of the identity token is verified even though it came over TLS; of its claims only those are
kept that name the person to an administrator.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

_KEPT_CLAIMS = ("sub", "preferred_username", "name")
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """Discovery for the configured issuer alone, and tokens with a good signature."""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's discovery document. Raises OAuth2Error when it is not the one of the configured issuer."""
        if not hasattr(self, "_openid_config"):
            issuer = str(self.get_provider().app.settings["server_url"])
            found: dict[str, Any] = super().openid_config
            if str(found.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
                del self._openid_config
                raise OAuth2Error("discovery speaks for another issuer")
            scheme = urlsplit(issuer).scheme
            if any(urlsplit(str(found.get(name, ""))).scheme not in {scheme, "https"} for name in _ENDPOINTS):
                del self._openid_config
                raise OAuth2Error("discovery names an address without TLS")
        config: dict[str, Any] = self._openid_config
        return config

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwtkit.verify_and_decode(
            credential=id_token,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )
        return claims


class CheckedProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    """For signing in only: identities are bound by administrators."""

    oauth2_adapter_class = CheckedAdapter

    def get_default_scope(self) -> list[str]:
        return ["openid", "profile"]

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().get_redirect_from_request_kwargs(request), "process": AuthProcess.LOGIN}

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        claims = {**data.get("userinfo", {}), **data.get("id_token", {})}
        return {name: str(claims[name])[:200] for name in _KEPT_CLAIMS if name in claims}

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The signed subject. Raises OAuth2Error when the provider's pages speak of somebody else."""
        subject = data.get("id_token", {}).get("sub")
        if not subject or data.get("userinfo", {}).get("sub", subject) != subject:
            raise OAuth2Error("no signed subject, or two of them")
        return str(subject)

    def extract_email_addresses(self, data: dict[str, Any]) -> list[Any]:
        return []


provider_classes = [CheckedProvider]


@never_cache
def sign_in(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send the visitor to the provider."""
    return _through(OAuth2LoginView, request, provider_id)


@never_cache
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The visitor comes back from the provider."""
    return _through(OAuth2CallbackView, request, provider_id)


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        answer: HttpResponse = view.adapter_view(CheckedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (OAuth2Error, requests.RequestException, KeyError, ValueError):
        return render(request, "socialaccount/authentication_error.html", status=502)
    return answer
