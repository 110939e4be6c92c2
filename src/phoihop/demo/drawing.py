"""Drawing one run of a script. Pure: the caller brings the random source and the time."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from phoihop.core.clock import local
from phoihop.demo.directory import Directory, ProvinceEntry
from phoihop.demo.play import CommunePlace, Play, Script, Step
from phoihop.demo.wording import official_date

_PATTERN: Final = re.compile(r"\{([a-z_]+)(?::([^{}]+))?\}")
_CITED: Final = re.compile(r"\{ref:([a-z_]+)\}")
_PER_DOCUMENT: Final = ("trend", "traffic", "request")
_DIRECTING: Final = {"regional": "cv1", "party": "cv1", "assembly": "cv1", "government": "cv1", "commune": "baotin"}


@dataclass(frozen=True, slots=True)
class PlayReaction:
    """What one receiving office will do, in seconds after the document's issue; None means it does not happen."""

    office: str
    registered_after: int
    directed_after: int | None = None
    instruction: str = ""
    lead: str = ""
    accepted_after: int | None = None
    finished_after: int | None = None
    returned_after: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PlayChange:
    """That the issuer recalls, corrects or replaces its document ``after`` seconds; ``text`` is that of the habit."""

    action: str
    after: int
    reason: str
    text: str
    refusing: tuple[str, ...]
    refusal: str


@dataclass(frozen=True, slots=True)
class PlayDocument:
    """A document to issue ``after`` seconds after the run's start. ``answers`` is the index of the one it replies to.

    ``text`` may still hold ``{ref:step}``; ``cites`` says which document of the run each such step is.
    """

    step: str
    body: str
    type: str
    unit: str
    urgency: str
    drafter: str
    signer: str
    to: tuple[str, ...]
    copies: tuple[str, ...]
    abstract: str
    text: str
    after: int
    answers: int | None
    cites: dict[str, int]
    reactions: tuple[PlayReaction, ...]
    change: PlayChange | None = None


@dataclass(frozen=True, slots=True)
class PlayRun:
    """One drawn exchange; documents in the order of their issue, an answer always after what it answers."""

    script: str
    province: str
    documents: tuple[PlayDocument, ...]


@dataclass(frozen=True, slots=True)
class _Stage:
    """What stays the same through a run: its province, communes, and the words drawn once."""

    directory: Directory
    play: Play
    rng: random.Random
    now: datetime
    province: ProvinceEntry
    chosen: tuple[CommunePlace, ...]
    pace: float
    words: Mapping[str, str] = field(default_factory=dict)

    def at_commune(self, place: CommunePlace) -> _Stage:
        """The stage as one commune sees it."""
        return replace(self, words={**self.words, **_commune_words(self.directory, place, self.rng)})


def draw_run(directory: Directory, play: Play, *, rng: random.Random, now: datetime) -> PlayRun:
    """One run of a script chosen by weight.  ``now`` is when it starts (aware).

    Raises LookupError when the data names an office, body or place that does not exist.
    """
    script = rng.choices(play.scripts, weights=[one.weight for one in play.scripts])[0]
    return draw_script(directory, play, script, rng=rng, now=now)


def draw_script(
    directory: Directory,
    play: Play,
    script: Script,
    *,
    rng: random.Random,
    now: datetime,
    pace: float = 1.0,
    province: ProvinceEntry | None = None,
) -> PlayRun:
    """One run of a given script; see ``draw_run``.  A second of the script lasts ``pace`` seconds."""
    able = (one for one in directory.provinces if not script.communes[1] or _fitting(directory, play, script, one))
    province = province or rng.choice(list(able))
    fitting = _fitting(directory, play, script, province)
    count = min(rng.randint(*script.communes), len(fitting))
    stage = _stage(directory, play, rng, now, pace, province, tuple(rng.sample(fitting, count)))
    documents: list[PlayDocument] = []
    first: dict[str, int] = {}
    for step in script.steps:
        for seat in _seats(stage, step):
            if rng.random() < step.share:
                documents.append(_document(seat, step, documents, first))
                first.setdefault(step.key, len(documents) - 1)
    return PlayRun(script.key, province.prefix, _in_order(documents))


def _fitting(directory: Directory, play: Play, script: Script, province: ProvinceEntry) -> list[CommunePlace]:
    return [
        place
        for place in play.communes
        if directory.office(place.office).province == province.code and set(place.terrain) & set(script.terrain)
    ]


def _stage(
    directory: Directory,
    play: Play,
    rng: random.Random,
    now: datetime,
    pace: float,
    province: ProvinceEntry,
    chosen: tuple[CommunePlace, ...],
) -> _Stage:
    once = {name: rng.choice(values) for name, values in play.words.items() if name not in _PER_DOCUMENT}
    stage = _Stage(directory, play, rng, now, province, chosen, pace, once)
    placed = _at_province(stage, province)
    return placed.at_commune(chosen[0]) if chosen else placed


def _at_province(stage: _Stage, province: ProvinceEntry) -> _Stage:
    """The stage moved to a province, with places of its own."""
    places = {name: stage.rng.choice(values) for name, values in stage.play.places[province.prefix].items()}
    named = {
        "prefix": province.prefix,
        "province_name": province.name,
        "unit_word": "thành phố" if province.name.startswith("thành phố") else "tỉnh",
    }
    return replace(stage, province=province, words={**stage.words, **places, **named})


def _commune_words(directory: Directory, place: CommunePlace, rng: random.Random) -> dict[str, str]:
    name = directory.office(place.office).bodies[0].name.removeprefix("Ủy ban nhân dân ")
    own = {kind: rng.choice(values) for kind, values in place.places.items()}
    return {**own, "commune": place.office, "commune_name": name, "hamlet": rng.choice(place.hamlets)}


def _seats(stage: _Stage, step: Step) -> Iterator[_Stage]:
    if step.each == "commune":
        yield from (stage.at_commune(place) for place in stage.chosen)
    elif step.each == "province":
        yield from (_at_province(stage, province) for province in stage.directory.provinces)
    else:
        yield stage


def _document(stage: _Stage, step: Step, before: list[PlayDocument], first: Mapping[str, int]) -> PlayDocument:
    answers = first.get(step.reply_to) if step.reply_to else None
    after = stage.rng.randint(*step.after) + (before[answers].after if answers is not None else 0)
    issued = stage.now + timedelta(seconds=after * stage.pace)
    local_words = {**stage.words, **_document_words(stage, issued)}
    to, copies = _codes(stage, step.to, local_words), _codes(stage, step.copies, local_words)
    text = _text(stage, step, local_words)
    return PlayDocument(
        step=step.key,
        body=_put(step.sender, local_words, stage.rng),
        type=step.type,
        unit=step.unit,
        urgency=step.urgency,
        drafter=step.drafter,
        signer=step.signer,
        to=to,
        copies=copies,
        abstract=_put(stage.rng.choice(step.abstracts), local_words, stage.rng),
        text=text,
        after=after,
        answers=answers,
        cites={cited: first[cited] for cited in dict.fromkeys(_CITED.findall(text))},
        reactions=_reactions(stage, step, to, local_words),
        change=_change(stage, text, to),
    )


def _change(stage: _Stage, text: str, to: tuple[str, ...]) -> PlayChange | None:
    """Whether and how the document changes; drawn from its own words, so that other draws stay what they are."""
    rng = random.Random(f"{stage.now:%Y%m%d%H%M}{text}")  # noqa: S311  # made-up events, no secret
    chance = rng.random()
    for habit in stage.play.changes:
        chance -= habit.share
        if chance < 0:
            offices = sorted({stage.directory.office_of(code).code for code in stage.directory.expand(to)})
            refusing = tuple(one for one in offices if rng.random() < stage.play.refuse_share)
            after, reason = rng.randint(*habit.after), rng.choice(habit.reasons)
            return PlayChange(habit.action, after, reason, habit.text, refusing, rng.choice(stage.play.refusals))
    return None


def _document_words(stage: _Stage, issued: datetime) -> dict[str, str]:
    wall = local(issued)
    end_of_day = wall.replace(hour=23, minute=45)
    later = min(wall.replace(minute=0) + timedelta(hours=stage.rng.randint(3, 7)), end_of_day)
    drawn = {name: stage.rng.choice(stage.play.words[name]) for name in _PER_DOCUMENT}
    return {**drawn, "time": _clock(wall), "date": official_date(wall.date()), "later": _clock(later)}


def _clock(wall: datetime) -> str:
    return f"{wall:%H} giờ {wall:%M}"


def _codes(stage: _Stage, patterns: tuple[str, ...], words: Mapping[str, str]) -> tuple[str, ...]:
    codes: list[str] = []
    for pattern in patterns:
        if pattern == "{chosen}":
            codes += [f"{place.office}-UBND" for place in stage.chosen]
        else:
            codes.append(_put(pattern, words, stage.rng))
    return tuple(codes)


def _text(stage: _Stage, step: Step, words: Mapping[str, str]) -> str:
    wanted = min(stage.rng.randint(*step.pick), len(step.points))
    kept = sorted(stage.rng.sample(range(len(step.points)), wanted))
    numbered = [f"{place}. {_put(step.points[index], words, stage.rng)}" for place, index in enumerate(kept, 1)]
    opening = _put(stage.rng.choice(step.openings), words, stage.rng)
    closing = _put(stage.rng.choice(step.closings), words, stage.rng)
    return "\n\n".join([opening, *numbered, closing])


def _put(pattern: str, words: Mapping[str, str], rng: random.Random) -> str:
    """The pattern with words and drawn figures; ``{ref:…}`` is left for when codes are known."""

    def value(found: re.Match[str]) -> str:
        name, argument = found.group(1), found.group(2)
        if name == "ref":
            return found.group(0)
        if argument is None:
            return words[name]
        least, most = argument.split(":")
        return _figure(name, least, most, rng)

    return _PATTERN.sub(value, pattern)


def _figure(kind: str, least: str, most: str, rng: random.Random) -> str:
    """``n``: as documents write counts (06, 1.800); ``d``: a plain whole number; ``x``: one decimal, with a comma."""
    if kind == "x":
        return f"{rng.uniform(float(least), float(most)):.1f}".replace(".", ",")
    number = rng.randint(int(least), int(most))
    if kind == "d":
        return str(number)
    if kind == "n":
        return f"{number:,}".replace(",", ".") if number > 9 else f"0{number}"
    raise ValueError(f"unknown figure {{{kind}}}")


def _reactions(stage: _Stage, step: Step, to: tuple[str, ...], words: Mapping[str, str]) -> tuple[PlayReaction, ...]:
    offices = dict.fromkeys(stage.directory.office_of(code).code for code in stage.directory.expand(to))
    return tuple(_reaction(stage, step, office, words) for office in offices)


def _reaction(stage: _Stage, step: Step, office: str, words: Mapping[str, str]) -> PlayReaction:
    rng = stage.rng
    chance, registered = rng.random(), rng.randint(*step.register_after)
    if step.reasons and chance < step.return_share:
        return PlayReaction(office, registered, returned_after=registered, reason=rng.choice(step.reasons))
    if chance > step.return_share + step.accept_share:
        return PlayReaction(office, registered)
    accepted = registered + rng.randint(*step.accept_after)
    finished = accepted + rng.randint(*step.finish_after)
    return PlayReaction(
        office,
        registered,
        directed_after=(registered + accepted) // 2,
        instruction=_put(rng.choice(step.instructions), {**words, **_own_hamlet(stage, office)}, rng),
        lead=_DIRECTING[stage.directory.office(office).kind],
        accepted_after=accepted,
        finished_after=finished,
    )


def _own_hamlet(stage: _Stage, office: str) -> dict[str, str]:
    place = next((one for one in stage.play.communes if one.office == office), None)
    return {"hamlet": stage.rng.choice(place.hamlets)} if place else {}


def _in_order(documents: list[PlayDocument]) -> tuple[PlayDocument, ...]:
    """Sorted by time of issue, with the indices of what is answered and cited following their documents."""
    order = sorted(range(len(documents)), key=lambda index: documents[index].after)
    moved = {old: new for new, old in enumerate(order)}
    return tuple(
        replace(
            documents[old],
            answers=None if (answered := documents[old].answers) is None else moved[answered],
            cites={step: moved[index] for step, index in documents[old].cites.items()},
        )
        for old in order
    )
