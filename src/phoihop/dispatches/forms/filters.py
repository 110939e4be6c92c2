"""The filter bars of the lists. Their values come from the URL; a value that means nothing filters nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from phoihop.core.clock import REGION_ZONE
from phoihop.core.errors import Invalid
from phoihop.core.text import clean_line
from phoihop.dispatches.documents import is_plausible
from phoihop.dispatches.rules import Urgency
from phoihop.dispatches.selectors.lists import ListFilter
from phoihop.lists.pages import EVERYTHING
from phoihop.offices.models import Office, Position
from phoihop.ui.day_fields import DayField


def _plausible(day: date) -> None:
    if not is_plausible(day):
        raise forms.ValidationError(_("Năm không hợp lý."), code="implausible")


NARROWING = frozenset({"q", "state", "urgency", "office", "since", "until"})
"""The names in an address that narrow a list."""
NARROWING_ARRIVALS = NARROWING | {"lead"}
"""Those of the incoming list."""


class ListQuery(forms.Form):
    """What an incoming or outgoing list is narrowed to. ``people`` are those arrivals are given to."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=200)
    state = forms.CharField(required=False, max_length=20)
    urgency = forms.ChoiceField(label=_("Độ khẩn"), required=False)
    office = forms.UUIDField(label=_("Văn phòng"), required=False)
    lead = forms.UUIDField(label=_("Chủ trì"), required=False)
    since = DayField(label=_("Từ ngày"), required=False, validators=[_plausible])
    until = DayField(label=_("Đến ngày"), required=False, validators=[_plausible])

    def __init__(self, data: object, *, offices: Sequence[Office] = (), people: Sequence[Position] = ()) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or a plain mapping
        chosen = {one.id for one in offices}
        self.people = people
        self.offices = [one for one in offices if one.id in chosen]
        urgencies = [(one.value, _(one.label)) for one in reversed(Urgency)]
        self.fields["urgency"] = forms.ChoiceField(
            label=_("Độ khẩn"), required=False, choices=[("", _("Tất cả")), *urgencies]
        )
        self.is_valid()

    def clean_q(self) -> str:
        try:
            return clean_line(self.cleaned_data["q"])
        except Invalid as error:
            raise forms.ValidationError(str(error), code=error.code) from error

    def wanted(self, *, ids: Sequence[UUID] | None) -> ListFilter:
        """The filter for the selector; ``ids`` is what the words were found in."""
        said = self.cleaned_data
        until = said.get("until")
        return ListFilter(
            state=said.get("state", ""),
            urgency=said.get("urgency", ""),
            office_id=said.get("office"),
            lead_id=said.get("lead"),
            since=_midnight(said.get("since")),
            until=_midnight(until + timedelta(days=1)) if until else None,
            ids=ids,
        )

    @property
    def words(self) -> str:
        """What was searched for."""
        return str(self.cleaned_data.get("q", ""))

    @property
    def is_narrowed(self) -> bool:
        """Whether anything narrows the list."""
        names = ("q", "urgency", "office", "lead", "since", "until")
        return self.cleaned_data.get("state", "") not in {"", EVERYTHING} or any(map(self.cleaned_data.get, names))


def _midnight(day: object) -> datetime | None:
    return datetime.combine(day, time.min, REGION_ZONE) if day else None  # type: ignore[arg-type]  # a date from DateField
