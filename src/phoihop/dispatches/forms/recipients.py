"""The field that offices are chosen in: a list of all, in groups that can be taken with one click."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _

from phoihop.dispatches.selectors.recipients import Addressable, ListChoice
from phoihop.offices.models import Office


class OfficesWidget(forms.SelectMultiple):
    """A list whose options carry the short name for the chip and further words to be found by."""

    def __init__(self, found: dict[str, Office], attrs: dict[str, Any]) -> None:
        super().__init__(attrs={"size": 8, **attrs})
        self.found = found

    def create_option(
        self,
        name: str,
        value: Any,
        label: int | str,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The option of one office."""
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        office = self.found.get(str(value))
        if office is not None:
            option["attrs"] |= {"data-short": office.short_name, "data-find": f"{office.code} {office.short_name}"}
        return option


class OfficesField(forms.MultipleChoiceField):
    """Offices by id. ``combined`` also offers the groups that cut across the lists; ``closed`` are chosen offices that
    are no more, which stay chosen, marked as such, until somebody takes them out.
    """

    def __init__(
        self,
        *,
        possible: Addressable | None = None,
        without: Collection[UUID] = (),
        combined: bool = True,
        closed: Sequence[Office] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if possible is None:
            return
        barred = set(without)
        listed = [(group, [one for one in group.offices if one.id not in barred]) for group in possible.listed]
        found = {str(one.id): one for _group, offices in listed for one in offices}
        attrs: dict[str, Any] = {}
        if combined:
            groups = [
                {"label": group.label, "values": [str(one.id) for one in group.offices if str(one.id) in found]}
                for group in possible.combined
            ]
            attrs["data-groups"] = json.dumps(groups, ensure_ascii=False)
        if closed:
            attrs["data-not-whole"] = 1
        self.widget = OfficesWidget(found, attrs)
        ended = [(str(one.id), _("%(name)s (không còn hoạt động)") % {"name": one.name}) for one in closed]
        self.choices = [
            *([(_("Không còn hoạt động"), ended)] if ended else []),
            *((group.label, [(str(one.id), one.name) for one in offices]) for group, offices in listed if offices),
        ]


class ListsWidget(forms.SelectMultiple):
    """Distribution lists to be taken in, found by name, purpose or owner."""

    def __init__(self, found: dict[str, ListChoice]) -> None:
        super().__init__(attrs={"size": 4, "data-placeholder": _("Gõ tên danh sách, ví dụ: xa ven bien")})
        self.found = found

    def create_option(
        self,
        name: str,
        value: Any,
        label: int | str,
        selected: bool,
        index: int,
        subindex: int | None = None,
        attrs: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The option of one list."""
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        if found := self.found.get(str(value)):
            option["attrs"] |= {"data-short": found.short, "data-find": found.find}
        return option


class ListsField(forms.MultipleChoiceField):
    """Distribution lists by id. What is chosen is taken in once; nothing is kept chosen."""

    def __init__(self, *, lists: Sequence[ListChoice] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget = ListsWidget({str(one.id): one for one in lists})
        self.choices = [(str(one.id), one.label) for one in lists]
