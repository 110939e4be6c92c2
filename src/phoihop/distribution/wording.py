"""Members of lists in words: rules as sentences, offices and lists by name, and what a person may choose from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.distribution.rules import LIST, OFFICE, RULE, Level, Members, Rule
from phoihop.distribution.selectors.facts import offices_ever, standing_now
from phoihop.distribution.selectors.lists import ListEntry, all_lists
from phoihop.distribution.selectors.membership import memberships
from phoihop.offices.acting import Acting
from phoihop.offices.models import Office, Regime
from phoihop.offices.snapshot import Snapshot, directory
from phoihop.territory.selectors import ever_provinces


@dataclass(frozen=True)
class Choice:
    """Something to choose as a member: its token, its words, a short form, and further words it is found by."""

    token: str
    label: str
    short: str
    find: str


@dataclass(frozen=True)
class ChoiceGroup:
    """Choices under one heading; of rules and lists nobody takes all at once."""

    label: str
    choices: Sequence[Choice]
    is_taken_whole: bool = True


_last: tuple[Snapshot, Mapping[str, str]] | None = None


def province_names() -> Mapping[str, str]:
    """The full names of the region's provinces, those of the past too, by code; read once for each directory."""
    global _last
    snapshot, kept = directory(), _last
    if kept is None or kept[0] is not snapshot:
        kept = _last = (snapshot, {province.code: province.full_name for province in ever_provinces()})
    return kept[1]


def rule_words(rule: Rule, names: Mapping[str, str]) -> str:
    """A rule as people say it."""
    where = names.get(rule.province, rule.province)
    words = {"province": where[:1].lower() + where[1:], "kind": _kind(rule)}
    if rule.level is Level.REGION:
        return _("Mọi văn phòng cấp Quân khu")
    if rule.province:
        return _in_province(rule) % words
    return _everywhere(rule) % words


def _in_province(rule: Rule) -> str:
    if rule.level is Level.ANY:
        return _("Mọi văn phòng của %(province)s, cả cấp xã") if not rule.regime else _("Mọi %(kind)s của %(province)s")
    if rule.level is Level.COMMUNE:
        return _("Mọi xã, phường của %(province)s") if not rule.regime else _("Mọi %(kind)s cấp xã của %(province)s")
    if rule.regime:
        return _("%(kind)s cấp tỉnh, %(province)s")
    return _("Các cơ quan thường trực cấp tỉnh của %(province)s")


def _everywhere(rule: Rule) -> str:
    if rule.level is Level.ANY:
        return _("Mọi văn phòng của vùng, cả cấp xã") if not rule.regime else _("Mọi %(kind)s của vùng")
    if rule.level is Level.COMMUNE:
        return _("Mọi xã, phường của vùng") if not rule.regime else _("Mọi %(kind)s cấp xã của vùng")
    return _("Mọi văn phòng cấp tỉnh của vùng") if not rule.regime else _("Mọi %(kind)s cấp tỉnh của vùng")


def _kind(rule: Rule) -> str:
    return {
        Regime.GOV.value: _("Ủy ban nhân dân"),
        Regime.PARTY.value: _("cấp ủy Đảng"),
        Regime.NA.value: _("Hội đồng nhân dân"),
        Regime.MIL.value: _("cơ quan quân sự"),
    }.get(rule.regime, rule.regime)


class Words:
    """Turns tokens into words, asking for names once. ``by`` limits lists to those the office may see."""

    def __init__(self, several: Iterable[Members], *, by: Acting) -> None:
        self._provinces = province_names()
        self._lists = all_lists(by)
        ids = {one for members in several for one in members.offices | members.without}
        self._offices = offices_ever(ids)

    def of(self, token: str) -> str:
        """One member in words."""
        sort, _colon, rest = token.partition(":")
        if sort == RULE:
            (rule,) = Members.of([token]).rules
            return rule_words(rule, self._provinces)
        if sort == LIST:
            entry = self._lists.get(UUID(rest))
            return _("Danh sách “%(name)s”") % {"name": entry.name} if entry else _("Danh sách không còn xem được")
        office = self._offices.get(UUID(rest))
        name = office.name if office else _("Văn phòng không còn trong danh bạ")
        return name if sort == OFFICE else _("Trừ %(office)s") % {"office": name}

    def named(self, members: Members) -> list[str]:
        """The offices a list holds by name, in Vietnamese order."""
        known = [self._offices[one] for one in members.offices if one in self._offices]
        return [office.name for office in sorted(known, key=lambda office: office.sort_key)]

    def all_of(self, members: Members) -> list[str]:
        """Every member, rules first."""
        return [self.of(token) for token in members.tokens()]


def choices(by: Acting, *, kept: Members, without: UUID | None = None) -> Sequence[ChoiceGroup]:
    """What a list may hold: rules that bring somebody today, other lists, offices by group.

    ``kept`` are members it has already, which stay on offer; ``without`` is the list itself.
    """
    names = province_names()
    offices = list(standing_now().rows.values())
    former = [_former_choice(office) for office in _former(kept, offices)]
    groups = [
        ChoiceGroup(
            _("Nhóm theo quy tắc (luôn theo danh bạ hiện nay)"), _rule_choices(kept, names), is_taken_whole=False
        ),
        ChoiceGroup(_("Danh sách khác"), _list_choices(by, kept, without), is_taken_whole=False),
        ChoiceGroup(_("Không còn hoạt động"), former, is_taken_whole=False),
        *office_groups(offices, names, prefix=f"{OFFICE}:"),
    ]
    return [group for group in groups if group.choices]


def _former(kept: Members, offices: Iterable[Office]) -> list[Office]:
    known = {office.id for office in offices}
    return [office for one, office in offices_ever(kept.offices).items() if one not in known]


def _former_choice(office: Office) -> Choice:
    said = _("%(name)s (không còn hoạt động)")
    label, short = said % {"name": office.name}, said % {"name": office.short_name}
    return Choice(f"{OFFICE}:{office.id}", label, short, office.code)


def _rule_choices(kept: Members, names: Mapping[str, str]) -> list[Choice]:
    facts = standing_now().facts.values()
    wanted = set(kept.rules)
    for one in facts:
        for province in {"", one.province}:
            for regime in {"", *one.regimes}:
                wanted.add(Rule(one.level, province, regime))
        wanted.add(Rule(Level.ANY, one.province))
    ordered = sorted(
        (rule for rule in wanted if rule in kept.rules or _is_worth(rule)),
        key=lambda rule: (rule.province == "", names.get(rule.province, rule.province), rule.level, rule.regime),
    )
    labels = [(rule, rule_words(rule, names)) for rule in ordered]
    counts = {rule: sum(rule.holds(one) for one in facts) for rule in ordered}
    return [Choice(str(rule), f"{label} ({counts[rule]})", label, "") for rule, label in labels]


def _is_worth(rule: Rule) -> bool:
    """A region has one office: a rule for each of its regimes helps nobody."""
    return rule.level is not Level.REGION or not (rule.regime or rule.province)


def _list_choices(by: Acting, kept: Members, without: UUID | None) -> list[Choice]:
    entries = [
        entry
        for entry in all_lists(by).values()
        if entry.id != without and (not entry.is_retired or entry.id in kept.lists)
    ]
    sizes = memberships(entries, by=by)
    return [
        Choice(f"{LIST}:{entry.id}", _list_label(entry, len(sizes[entry.id].offices)), entry.name, entry.purpose)
        for entry in sorted(entries, key=lambda entry: (not entry.is_own, entry.sort_key))
    ]


def _list_label(entry: ListEntry, size: int) -> str:
    said = {"name": entry.name, "owner": entry.owner_name, "count": size}
    return _("%(name)s (%(count)d)") % said if entry.is_own else _("%(name)s, %(owner)s lập (%(count)d)") % said


def office_groups(offices: Sequence[Office], names: Mapping[str, str], *, prefix: str = "") -> list[ChoiceGroup]:
    """Offices in the groups people look for them in: of the region, then of each province, upper ones first."""
    found: dict[tuple[str, bool], list[Office]] = {}
    for office in sorted(offices, key=lambda office: office.sort_key):
        found.setdefault((office.province_code, bool(office.commune_code)), []).append(office)
    order = {code: place for place, code in enumerate(["", *names])}
    keys = sorted(found, key=lambda key: (order.get(key[0], len(order)), key[1]))
    return [ChoiceGroup(_group_label(key, names), [_office(one, prefix) for one in found[key]]) for key in keys]


def _group_label(key: tuple[str, bool], names: Mapping[str, str]) -> str:
    code, is_commune = key
    if not code:
        return _("Quân khu")
    name = names.get(code, code)
    return _("Xã, phường: %(province)s") % {"province": name} if is_commune else name


def _office(office: Office, prefix: str) -> Choice:
    return Choice(f"{prefix}{office.id}", office.name, office.short_name, f"{office.code} {office.short_name}")
