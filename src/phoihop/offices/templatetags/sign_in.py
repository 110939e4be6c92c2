"""Filters of the sign-in pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def passkey_options(options: Mapping[str, Any]) -> str:
    """What a browser is asked for a passkey, as JSON for an attribute; bytes are base64url already."""
    return json.dumps(options["publicKey"], default=dict)
