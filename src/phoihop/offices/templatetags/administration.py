"""The tabs of the administration of an office, for the pages of any room."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from phoihop.offices.administration_tabs import tabs_for

register = template.Library()


@register.inclusion_tag("offices/parts/administration_tabs.html", takes_context=True)
def administration_tabs(context: dict[str, Any], current: str) -> dict[str, Any]:
    """The tabs, the one named ``current`` marked; nothing where there is no other to go to."""
    by = getattr(context["request"], "acting", None)
    tabs = tabs_for(by) if by is not None else ()
    items = [{"url": reverse(tab.url_name), "label": _(str(tab.label)), "current": tab.key == current} for tab in tabs]
    return {"items": items if len(items) > 1 else []}
