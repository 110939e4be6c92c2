"""The offices a document can be addressed to, in the groups people address them by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from phoihop.dispatches.models import Draft
from phoihop.distribution.selectors.facts import offices_ever
from phoihop.distribution.selectors.lists import ListEntry, lists_for
from phoihop.distribution.selectors.membership import memberships
from phoihop.offices.acting import Acting
from phoihop.offices.models import IssuingBody, Office, Regime
from phoihop.offices.selectors import offices
from phoihop.offices.snapshot import directory
from phoihop.territory.selectors import region_provinces


@dataclass(frozen=True)
class OfficeGroup:
    """Offices that are addressed together. ``key`` is stable; every office stands in exactly one ``listed`` group."""

    key: str
    label: str
    offices: Sequence[Office]


@dataclass(frozen=True)
class Addressable:
    """All offices but one's own: ``listed`` shows each once; ``combined`` are further groups across the lists."""

    listed: Sequence[OfficeGroup]
    combined: Sequence[OfficeGroup]

    def find(self, ids: Iterable[UUID]) -> list[Office]:
        """The offices of these ids, in the order of the lists."""
        wanted = set(ids)
        return [office for group in self.listed for office in group.offices if office.id in wanted]


def addressable(by: Acting) -> Addressable:
    """Every office of today besides the acting one, grouped. Two queries."""
    first_body = IssuingBody.objects.filter(office=OuterRef("pk")).order_by("order", "name").values("regime")[:1]
    others = list(offices().exclude(id=by.office_id).annotate(regime=Subquery(first_body)))
    provinces = {province.code: province.full_name for province in region_provinces()}
    listed: dict[str, list[Office]] = {}
    for office in others:
        listed.setdefault(_group_of(office), []).append(office)
    labels = _labels(provinces)
    groups = [OfficeGroup(key, labels.get(key, _("Khác")), found) for key, found in listed.items()]
    order = list(labels)
    groups.sort(key=lambda group: order.index(group.key) if group.key in order else len(order))
    return Addressable(groups, _combined(others, provinces))


def closed_recipients(draft: Draft) -> Sequence[Office]:
    """Recipients of a draft that are no more. No query while there are none."""
    gone = {UUID(row["office"]) for row in draft.recipients} - directory().offices.keys()
    return sorted(offices_ever(gone).values(), key=lambda office: office.sort_key) if gone else []


def _group_of(office: Office) -> str:
    if office.commune_code:
        return f"communes-{office.province_code}"
    if not office.province_code:
        return "region"
    return str(office.regime)  # type: ignore[attr-defined]  # annotated above


def _labels(provinces: dict[str, str]) -> dict[str, str]:
    labels = {
        "region": _("Quân khu"),
        Regime.PARTY.value: _("Các VP Tỉnh ủy, Thành ủy"),
        Regime.NA.value: _("Các VP Đoàn ĐBQH và HĐND"),
        Regime.GOV.value: _("Các VP UBND"),
        Regime.MIL.value: _("Cơ quan quân sự địa phương"),
    }
    return labels | {
        f"communes-{code}": _("Xã, phường: %(province)s") % {"province": name} for code, name in provinces.items()
    }


def _combined(others: Sequence[Office], provinces: dict[str, str]) -> list[OfficeGroup]:
    upper = [office for office in others if not office.commune_code]
    found = [OfficeGroup("all", _("Cả Quân khu (trừ cấp xã)"), upper)]
    for code, name in provinces.items():
        members = [office for office in upper if office.province_code == code]
        if members:
            found.append(OfficeGroup(f"province-{code}", name, members))
    return found


@dataclass(frozen=True)
class ListChoice:
    """A distribution list as the editor of a draft offers it: how it reads, and further words it is found by."""

    id: UUID
    label: str
    short: str
    find: str


def list_choices(by: Acting) -> Sequence[ListChoice]:
    """The lists a draft may be addressed by, with how many are in each now."""
    entries = lists_for(by)
    sizes = memberships(entries, by=by) if entries else {}
    return [
        ListChoice(entry.id, _list_label(entry, len(sizes[entry.id].offices)), entry.name, entry.purpose)
        for entry in entries
    ]


def _list_label(entry: ListEntry, size: int) -> str:
    said = {"name": entry.name, "count": size, "owner": entry.owner_name}
    if entry.is_own:
        return _("%(name)s: hiện có %(count)d nơi") % said
    return _("%(name)s: hiện có %(count)d nơi, %(owner)s lập") % said
