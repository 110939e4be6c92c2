"""What the environment says about passkeys and about a provider of identities."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import TypedDict
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

PROVIDER = "sso"
"""The name of the provider in addresses and bound identities (offices.identity)."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Provider(TypedDict):
    """allauth's settings of its OpenID Connect provider."""

    provider_class: str
    OAUTH_PKCE_ENABLED: bool
    APPS: list[dict[str, object]]


def passkey_host(origin: str) -> str:
    """The host name passkeys are bound to, or nothing where browsers refuse them: plain http, or a bare address."""
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if host == "localhost":
        return host
    return host if parts.scheme == "https" and not _is_address(host) else ""


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def provider_from(environment: Mapping[str, str]) -> Provider:
    """The provider that PHOIHOP_OIDC_… describes; without an issuer, none.

    Raises ImproperlyConfigured when a part is missing, or when the issuer is neither https nor on this machine.
    """
    offered: Provider = {
        "provider_class": "phoihop.offices.identity_provider.CheckedProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [],
    }
    issuer = environment.get("PHOIHOP_OIDC_ISSUER", "").strip()
    if not issuer:
        return offered
    parts = urlsplit(issuer)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ImproperlyConfigured("PHOIHOP_OIDC_ISSUER must begin with https://")
    client = environment.get("PHOIHOP_OIDC_CLIENT_ID", "")
    if not client:
        raise ImproperlyConfigured("PHOIHOP_OIDC_ISSUER also needs PHOIHOP_OIDC_CLIENT_ID")
    offered["APPS"] = [
        {
            "provider_id": PROVIDER,
            "name": environment.get("PHOIHOP_OIDC_NAME", "") or (parts.hostname or issuer),
            "client_id": client,
            "secret": _secret(environment),
            "settings": {"server_url": issuer},
        }
    ]
    return offered


def _secret(environment: Mapping[str, str]) -> str:
    file = environment.get("PHOIHOP_OIDC_CLIENT_SECRET_FILE", "")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return environment.get("PHOIHOP_OIDC_CLIENT_SECRET", "")
