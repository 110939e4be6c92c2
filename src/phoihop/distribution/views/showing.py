"""Lists, one list with who is in it, and what changed between two versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from phoihop.audit.actions import note
from phoihop.core.clock import today
from phoihop.core.errors import NotFound
from phoihop.core.isolation import scope
from phoihop.core.text import slug
from phoihop.distribution.actions import may_publish
from phoihop.distribution.rules import Level
from phoihop.distribution.selectors.facts import level_of
from phoihop.distribution.selectors.lists import (
    ListEntry,
    VersionEntry,
    last_uses,
    list_for,
    lists_for,
    uses_of,
    versions_of,
)
from phoihop.distribution.selectors.membership import Membership, difference, members_now, members_on, memberships
from phoihop.distribution.sheet import MEDIA_TYPE, members_workbook
from phoihop.distribution.wording import Words, province_names
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission
from phoihop.offices.web import for_office
from phoihop.ui.day_fields import DayField

_FROM, _TO = date(1945, 9, 2), date(2200, 1, 1)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def lists(request: HttpRequest, by: Acting) -> HttpResponse:
    """The lists the office may use, with how many are in each now and what changed since it was last used."""
    words, retired = request.GET.get("q", "")[:200], "retired" in request.GET
    entries = lists_for(by, words=words, retired=retired)
    now_in, used = memberships(entries, by=by), last_uses([entry.id for entry in entries], by=by)
    rows = [
        {
            "entry": entry,
            "size": len(now_in[entry.id].offices),
            "used_at": used[entry.id].used_at if entry.id in used else None,
            "change": difference(entry.offices, now_in[entry.id].ids) if not entry.is_retired else None,
        }
        for entry in entries
    ]
    context = {
        "own": [row for row in rows if row["entry"].is_own],  # type: ignore[union-attr]  # what was put there above
        "others": [row for row in rows if not row["entry"].is_own],  # type: ignore[union-attr]
        "words": words,
        "retired": retired,
        "may_edit": by.may(Permission.DISTRIBUTION_EDIT),
    }
    return render(request, "distribution/lists.html", context)


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def show(request: HttpRequest, by: Acting, list_id: UUID) -> HttpResponse:
    """One list: who is in it now or on another day, by province; what that changed; its versions and uses."""
    entry = list_for(list_id, by=by)
    versions, uses = versions_of(entry, by=by), uses_of(list_id, by=by)
    on = _On(request.GET)
    day = on.day()
    now_in = members_now(list_id, by=by)
    shown = members_on(entry, day, by=by) if day is not None else now_in
    made, used = difference(entry.offices, now_in.ids), None
    if uses:
        used = difference([UUID(one) for one in uses[0].offices], now_in.ids)
    words = Words([entry.members], by=by)
    context: dict[str, Any] = {
        "entry": entry,
        "versions": versions,
        "uses": uses,
        "on": on["on"],
        "day": day,
        "shown": shown,
        "tree": tree(shown, {office.id for office in made.joined}, words) if shown is not None else [],
        "now_in": now_in,
        "since_made": made if not entry.is_retired else None,
        "since_used": used if not entry.is_retired else None,
        "members": _described(entry, now_in, words),
        "named": words.named(entry.members),
        "may_edit": entry.is_own and not entry.is_retired and by.may(Permission.DISTRIBUTION_EDIT),
        "may_copy": by.may(Permission.DISTRIBUTION_EDIT),
        "may_publish": entry.is_own and not entry.is_retired and may_publish(by),
    }
    return render(request, "distribution/list.html", context)


class _On(forms.Form):
    """The day a list is looked at on."""

    on = DayField(required=False)

    def day(self) -> date | None:
        """The day asked for; None for today, for what is no day, and for a year that nothing here can be from."""
        day = self.cleaned_data.get("on") if self.is_valid() else None
        return day if day and _FROM <= day < _TO and day != today() else None


def _described(entry: ListEntry, now_in: Membership, words: Words) -> list[dict[str, Any]]:
    """Each member in words but offices by name, with how many it brings now."""
    counts: dict[str, int] = {}
    for tokens in now_in.brought_by.values():
        for token in tokens:
            counts[token] = counts.get(token, 0) + 1
    return [
        {"words": words.of(token), "count": counts.get(token, 0), "brings": not token.startswith("without:")}
        for token in entry.members.tokens()
        if not token.startswith("office:")
    ]


def tree(found: Membership, new: set[UUID], words: Words) -> list[dict[str, Any]]:
    """Offices by province, upper ones before communes; each with what brought it and whether it is new."""
    names = {"": _("Quân khu"), **province_names()}
    branches: dict[str, dict[str, Any]] = {}
    for office in found.offices:
        name = names.get(office.province_code, office.province_code)
        branch = branches.setdefault(office.province_code, {"name": name, "upper": [], "communes": [], "new": 0})
        branch["communes" if level_of(office) is Level.COMMUNE else "upper"].append(_leaf(office, found, new, words))
        branch["new"] += office.id in new
    order = list(names)
    found_in = sorted(branches.items(), key=lambda item: order.index(item[0]) if item[0] in names else len(order))
    return [branch | {"count": len(branch["upper"]) + len(branch["communes"])} for _code, branch in found_in]


def _leaf(office: Office, found: Membership, new: set[UUID], words: Words) -> dict[str, Any]:
    through = [token for token in found.brought_by[office.id] if token != f"office:{office.id}"]
    return {"office": office, "through": through and words.of(through[0]), "is_new": office.id in new}


@require_safe
@for_office(Permission.DISPATCH_VIEW)
def compare(request: HttpRequest, by: Acting, list_id: UUID) -> HttpResponse:
    """What changed between two versions: in what the list holds, and in who that was."""
    entry = list_for(list_id, by=by)
    versions = versions_of(entry, by=by)
    newer = _version(versions, request.GET.get("to", ""), versions[0])
    older = _version(versions, request.GET.get("from", ""), versions[min(1, len(versions) - 1)])
    if older.number > newer.number:
        older, newer = newer, older
    words = Words([older.members, newer.members], by=by)
    was, now_in = older.members.tokens(), newer.members.tokens()
    context = {
        "entry": entry,
        "versions": versions,
        "older": older,
        "newer": newer,
        "added": [words.of(token) for token in now_in if token not in was],
        "dropped": [words.of(token) for token in was if token not in now_in],
        "change": difference(older.offices, newer.offices),
    }
    return render(request, "distribution/compare.html", context)


def _version(versions: Sequence[VersionEntry], said: str, otherwise: VersionEntry) -> VersionEntry:
    if not said:
        return otherwise
    found = next((version for version in versions if str(version.number) == said), None)
    if found is None:
        raise NotFound("version_unknown", _("Danh sách không có phiên bản này."))
    return found


@require_safe
@for_office(Permission.DISPATCH_VIEW, scoped=False)
def export(request: HttpRequest, by: Acting, list_id: UUID) -> HttpResponse:
    """Who is in the list now, as a workbook that can be read back. Told to the journal."""
    with scope("web", by.office_id):
        entry = list_for(list_id, by=by)
        content = members_workbook(entry.name, members_now(list_id, by=by), province_names())
        note(by=by, event="distribution:list:export", subject_id=list_id, number=entry.number)
    name = f"{slug(entry.name) or 'danh-sach'}-{entry.number}.xlsx"
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(content, content_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})
