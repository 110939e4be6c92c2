"""What a distribution list holds, and who that is today. Plain Python: no database, no Django.

A list is a set of members: offices by name, rules that offices fulfil or not, other lists, and offices left out. Who
is in it is never stored as the truth: it is worked out from the members and the directory of a day.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

OFFICE, RULE, LIST, WITHOUT = "office", "rule", "list", "without"


class Level(StrEnum):
    """Where an office stands; ANY only in rules."""

    REGION = "region"
    PROVINCE = "province"
    COMMUNE = "commune"
    ANY = "any"


@dataclass(frozen=True)
class OfficeFacts:
    """What rules ask of an office. ``regimes`` are those of the bodies it issues for."""

    level: Level
    province: str
    regimes: frozenset[str]


@dataclass(frozen=True, order=True)
class Rule:
    """Every office of a level, in one province or in all, of one regime or of any; empty is all."""

    level: Level
    province: str = ""
    regime: str = ""

    def holds(self, office: OfficeFacts) -> bool:
        """Whether an office is meant."""
        return (
            self.level in (Level.ANY, office.level)
            and self.province in ("", office.province)
            and (not self.regime or self.regime in office.regimes)
        )

    def __str__(self) -> str:
        return f"{RULE}:{self.level}:{self.province}:{self.regime}"


@dataclass(frozen=True)
class Members:
    """What a list holds, as people put it together."""

    offices: frozenset[UUID] = frozenset()
    rules: frozenset[Rule] = frozenset()
    lists: frozenset[UUID] = frozenset()
    without: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, tokens: Iterable[str]) -> Members:
        """From the form they are stored, sent and chosen in. Raises ValueError."""
        found: dict[str, set[UUID]] = defaultdict(set)
        rules: set[Rule] = set()
        for token in tokens:
            sort, _colon, rest = token.partition(":")
            if sort not in (OFFICE, RULE, LIST, WITHOUT):
                raise ValueError(token)
            if sort == RULE:
                level, province, regime = rest.split(":")
                rules.add(Rule(Level(level), province, regime))
            else:
                found[sort].add(UUID(rest))
        ids = {name: frozenset(found[name]) for name in (OFFICE, LIST, WITHOUT)}
        return cls(ids[OFFICE], frozenset(rules), ids[LIST], ids[WITHOUT])

    def tokens(self) -> list[str]:
        """The stored form: the same members are always the same tokens."""
        return [
            *(str(rule) for rule in sorted(self.rules)),
            *(f"{LIST}:{one}" for one in sorted(self.lists)),
            *(f"{OFFICE}:{one}" for one in sorted(self.offices)),
            *(f"{WITHOUT}:{one}" for one in sorted(self.without)),
        ]

    def names_nobody(self) -> bool:
        """Whether nothing brings anybody in."""
        return not (self.offices or self.rules or self.lists)


@dataclass(frozen=True)
class Resolved:
    """Who is in a list: each office with the tokens that bring it. ``ended`` are offices named that are no more, with
    who goes on with their work; ``silent`` are tokens that bring nobody.
    """

    offices: Mapping[UUID, tuple[str, ...]]
    ended: Mapping[UUID, UUID | None]
    silent: frozenset[str]


@dataclass(frozen=True)
class Known:
    """What resolving asks: the offices of a day, who went on with the work of those that ended, and other lists."""

    offices: Mapping[UUID, OfficeFacts]
    successors: Mapping[UUID, UUID]
    list_of: Callable[[UUID], Members | None]

    def heir_of(self, office: UUID) -> UUID | None:
        """The office of the day that an office became: itself, its successor, or none."""
        seen: set[UUID] = set()
        while office not in self.offices:
            if office in seen or office not in self.successors:
                return None
            seen.add(office)
            office = self.successors[office]
        return office


@dataclass
class _Found:
    offices: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[UUID, UUID | None] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)


def resolve(members: Members, known: Known, *, inside: frozenset[UUID] = frozenset()) -> Resolved:
    """Who is in a list. ``inside`` are the lists being worked out: one that holds itself brings nobody again."""
    found = _Found()
    for token, offices in _brought(members, known, found, inside):
        kept = [office for office in offices if office not in members.without]
        for office in kept:
            found.offices[office].append(token)
        if not kept:
            found.silent.add(token)
    sources = {office: tuple(tokens) for office, tokens in found.offices.items()}
    return Resolved(sources, found.ended, frozenset(found.silent))


def _brought(
    members: Members, known: Known, found: _Found, inside: frozenset[UUID]
) -> Iterator[tuple[str, Iterable[UUID]]]:
    for rule in sorted(members.rules):
        yield str(rule), [office for office, facts in known.offices.items() if rule.holds(facts)]
    for one in sorted(members.lists):
        held = None if one in inside else known.list_of(one)
        nested = resolve(held, known, inside=inside | {one}) if held is not None else None
        if nested is not None:
            found.ended.update(nested.ended)
        yield f"{LIST}:{one}", nested.offices if nested is not None else ()
    for office in sorted(members.offices):
        heir = known.heir_of(office)
        if heir != office:
            found.ended[office] = heir
        yield f"{OFFICE}:{office}", [heir] if heir is not None else []


def lists_within(members: Members, list_of: Callable[[UUID], Members | None]) -> frozenset[UUID]:
    """Every list held, directly or through others."""
    found: set[UUID] = set()
    waiting = list(members.lists)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            held = list_of(one)
            waiting += held.lists if held is not None else ()
    return frozenset(found)


def without_lists(members: Members, known: Known, *, inside: frozenset[UUID] = frozenset()) -> Members:
    """The same without other lists, for those who cannot see them: what they hold stands in their place.

    A list that leaves offices out is replaced by the offices it has today, since its rules alone would bring them in.
    """
    offices, rules = set(members.offices), set(members.rules)
    for one in sorted(members.lists):
        held = None if one in inside else known.list_of(one)
        if held is None:
            continue
        plain = without_lists(held, known, inside=inside | {one})
        if plain.without:
            offices |= set(resolve(held, known, inside=inside | {one}).offices)
        else:
            offices |= plain.offices
            rules |= plain.rules
    return Members(frozenset(offices), frozenset(rules), frozenset(), members.without)


def digest_of(number: int, offices: Iterable[UUID]) -> str:
    """A short word for "these offices of this version", so that an act can say whom it saw."""
    said = f"{number}\n" + "\n".join(sorted(str(one) for one in offices))
    return hashlib.sha256(said.encode()).hexdigest()[:32]
