"""Filters for the pages of documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from phoihop.dispatches.edxml.reasons import SIGNATURES
from phoihop.dispatches.marking import PersonalData
from phoihop.dispatches.presentation import (
    CHANGE_WORDS,
    EXTERNAL_STATES,
    Look,
    answer_look,
    draft_look,
    handling_look,
    standing_look,
    verdict_look,
)
from phoihop.dispatches.rules import AnswerState, Circulation, DispatchState, DraftState, HandlingState, Urgency
from phoihop.exchange.models import Delivery

register = template.Library()


@register.filter
def handling_state(state: str) -> Look:
    """The look of a state of an incoming document."""
    return handling_look(HandlingState(state))


@register.filter
def draft_state(state: str) -> Look:
    """The look of a state of a draft."""
    return draft_look(DraftState(state))


@register.filter
def answer_state(state: str) -> Look:
    """The look of an office's answer to a recall, update or replacement."""
    return answer_look(AnswerState(state))


@register.filter
def standing(state: str) -> Look:
    """The look of a document's standing: in force, recalled, replaced."""
    return standing_look(DispatchState(state))


@register.filter
def change_word(action: str) -> str:
    """The words for a recall, update or replacement."""
    return str(CHANGE_WORDS[action])


@register.filter
def verdict(value: str) -> Look:
    """The look of the judgement of a signature."""
    return verdict_look(value)


@register.filter
def signature_reason(code: str) -> str:
    """Why a signature was judged as it was."""
    return _(SIGNATURES[code]) if code in SIGNATURES else ""


@register.filter
def urgency_word(value: str) -> str:
    """The word for a degree of urgency, the ordinary one included."""
    return _(Urgency(value).label)


@register.filter
def type_word(name: str) -> str:
    """The name of a document type in the reader's language; a type we do not know keeps the name it came with."""
    return _(name) if name else ""


@register.filter
def circulation_word(value: str) -> str:
    """The word for a circulation mark."""
    return _(Circulation(value).label)


@register.filter
def external_state(code: str) -> str:
    """The word for a status code of an edXML message; the code itself when the standard has no such code."""
    return str(EXTERNAL_STATES.get(code, code))


@register.filter
def reached_at(delivery: Delivery | None, state: str) -> datetime | None:
    """When a delivery reached a state."""
    found: datetime | None = getattr(delivery, f"{state}_at") if delivery else None
    return found


@register.filter
def personal_data_word(kind: str) -> str:
    """Which personal data a document bears."""
    return _(PersonalData(kind).label)


@register.filter
def shown_in_page(media_type: str) -> str:
    """How an attachment can be previewed: ``pdf``, ``image`` or nothing."""
    if media_type == "application/pdf":
        return "pdf"
    return "image" if media_type in {"image/png", "image/jpeg", "image/webp", "image/gif"} else ""


@register.filter
def file_size(size: int) -> str:
    """A size for people: 12 KB, 3,4 MB."""
    if size < 1024 * 1024:
        return f"{max(1, round(size / 1024))} KB"
    return f"{size / (1024 * 1024):.1f} MB".replace(".", ",")


@register.filter
def lines(text: str) -> list[str]:
    """The lines of a text, for titles of signatories that stand below one another."""
    return [line for line in text.splitlines() if line.strip()]


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """The address's query with some values changed; an empty value takes one away. Begins with ``?``."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"
