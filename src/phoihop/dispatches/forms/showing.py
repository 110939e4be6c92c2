"""Putting what an action refused back at the fields it is about, everything typed kept."""

from __future__ import annotations

from django.forms import Form
from django.utils.translation import gettext as _

from phoihop.core.errors import PhoiHopError


def show_errors(form: Form, error: PhoiHopError) -> None:
    """Add the error's messages to the form: at its fields, and what belongs to none of them at the top."""
    renamed: dict[str, str] = getattr(form, "names_of_errors", {})
    placed = False
    for name, messages in error.fields.items():
        field = renamed.get(name, name)
        for message in messages:
            form.add_error(field if field in form.fields else None, _(message))
            placed = True
    if not placed:
        form.add_error(None, f"{_(error.message)} {_(error.remedy) if error.remedy else ''}".strip())
