"""Letting the two months of the demonstration happen, deed by deed, at the times they are said to have happened."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from phoihop.core.clock import REGION_ZONE, local, now
from phoihop.core.errors import Conflict
from phoihop.core.isolation import scope
from phoihop.demo.casefiles import keep_casefiles, read_casefiles
from phoihop.demo.content import ERAS, Content, load_era
from phoihop.demo.deeds import Deeds, Outgoing
from phoihop.demo.letters import Letter, PaperLetter, Treatment
from phoihop.demo.moments import Moment
from phoihop.demo.playing import Exchange
from phoihop.demo.region import load_region
from phoihop.demo.season import EarlierNumbers, Season, Start, draw, read_season, starts
from phoihop.demo.timeline import Deed, Event, events_until
from phoihop.demo.wording import MARK, Reference, compose_letter, fill, marked_abstract
from phoihop.dispatches.actions.entering import PaperInput, enter_paper
from phoihop.dispatches.types import rules_for
from phoihop.exchange.models import Record
from phoihop.offices.actions import OWNER_ALIAS
from phoihop.offices.models import Office
from phoihop.offices.permissions import Permission


def is_loaded() -> bool:
    """Whether this installation already holds records: the past is let happen once."""
    with scope("worker", read_only=True):
        return Record.objects.exists()


def load_demo(content: Content, *, say: Callable[[str], None]) -> int:
    """Load the region and its two months into an installation without records. Returns how many deeds were done."""
    check_era(content)
    if is_loaded():
        return 0
    anchor = content.directory.day or local(now()).date()
    load_region(content.directory, anchor=anchor)
    with transaction.atomic():  # all of the past or none: a load that was killed starts afresh
        return Past(content, anchor).happen(read_season(content.folder), say=say)


def check_era(content: Content) -> None:
    """Raise Conflict when this installation holds the demonstration of another time: two never share a home."""
    held = set(Office.objects.using(OWNER_ALIAS).values_list("code", flat=True))
    if held and held.isdisjoint(_marks(content)):
        raise Conflict(
            "other_era",
            _("Thư mục dữ liệu này đã có địa bàn của một thời kỳ khác."),
            remedy=_("Đặt PHOIHOP_HOME đến một thư mục khác rồi chạy lại, hoặc bỏ --era."),
        )


def _marks(content: Content) -> set[str]:
    """Offices that only this time has."""
    others = (load_era(era).directory for era in ERAS if load_era(era).directory.day != content.directory.day)
    return {one.code for one in content.directory.offices} - {one.code for other in others for one in other.offices}


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), REGION_ZONE)


class Past:
    """What happened up to now, on the calendar whose day 0 is ``anchor``."""

    def __init__(self, content: Content, anchor: date) -> None:
        self._content = content
        self._anchor = anchor
        self._deeds = Deeds(content.directory)
        self._ids: dict[str, UUID] = {}
        self._references: dict[str, Reference] = {}

    def happen(self, season: Season, *, say: Callable[[str], None]) -> int:
        """Let the season and the written documents happen together, each deed in its time. Returns how many."""
        until, numbers = min(now(), _end_of(self._anchor)), EarlierNumbers(self._content)
        rng = random.Random(season.seed)  # noqa: S311  # made-up events, no secret
        exchange = Exchange(self._content, rng=rng, speed=1 / season.pace, say=say, numbers=numbers)
        for start in starts(season, self._content, anchor=self._anchor):
            exchange.expect(start.at, partial(self._begin, exchange, season, start))
        for event in events_until(self._content.correspondence, anchor=self._anchor, now=until):
            exchange.expect(event.at, partial(self._do, event))
        count = exchange.happen(until=until)
        entries = read_casefiles(self._content.folder)
        return count + keep_casefiles(entries, self._deeds.staff, anchor=self._anchor)

    def _begin(self, exchange: Exchange, season: Season, start: Start) -> None:
        exchange.start(draw(season, self._content, start))

    def _do(self, event: Event) -> None:
        if event.treatment is not None:
            self._treat(event, event.treatment)
        elif event.letter is not None:
            self._prepare(event.deed, event.letter)

    def _prepare(self, deed: Deed, letter: Letter) -> None:
        office = self._content.directory.office_of(letter.body).code
        if deed is Deed.DRAFT:
            self._ids[letter.key] = self._deeds.draft(self._outgoing(letter), drafter=letter.drafter)
            return
        draft = self._ids[letter.key]
        if deed is Deed.SUBMIT:
            self._deeds.submit(draft, office, drafter=letter.drafter)
        elif deed is Deed.SIGN:
            self._deeds.sign(draft, office, signer=letter.signer)
        elif deed is Deed.RETURN_DRAFT:
            self._deeds.return_draft(draft, office, reason=letter.returned_reason, signer=letter.signer)
        elif deed is Deed.NUMBER:
            typed = "" if letter.number is None else str(letter.number)
            numbered = self._deeds.number(draft, office, typed=typed)
            self._refer(letter, numbered.code, numbered.dated or self._anchor)
        elif deed is Deed.ISSUE:
            self._deeds.issue(draft, office)

    def _refer(self, letter: Letter, code: str, dated: date) -> None:
        kind = rules_for(self._content.directory.body(letter.body).regime, dated).type(letter.type)
        self._references[letter.key] = Reference(kind.name, code, dated)

    def _outgoing(self, letter: Letter) -> Outgoing:
        text = self._filled(letter.text, duty=letter.duty)
        return Outgoing(
            body=letter.body,
            type=letter.type,
            unit=letter.unit,
            urgency=letter.urgency,
            circulation=letter.circulation,
            abstract=marked_abstract(self._filled(letter.abstract, duty=letter.duty)),
            content=compose_letter(self._content.directory, letter, text),
            to=letter.to,
            copies=letter.copies,
            also=letter.also,
            due=self._deadline(letter.due, duty=letter.duty),
            reply_to=self._ids.get(letter.reply_to),
        )

    def _filled(self, text: str, *, duty: bool) -> str:
        return fill(text, anchor=self._anchor, duty=duty, references=self._references)

    def _deadline(self, due: Moment | None, *, duty: bool) -> datetime | None:
        return due.deadline(self._anchor, duty=duty) if due else None

    def _treat(self, event: Event, treatment: Treatment) -> None:
        office, matter = treatment.office, event.letter or event.paper
        if matter is None:
            return
        if event.paper is not None and event.deed is Deed.REGISTER:
            self._enter(event.paper, office)
            return
        dispatch = self._ids[matter.key]
        steps: dict[Deed, Callable[[], None]] = {
            Deed.REGISTER: lambda: self._deeds.register(dispatch, office),
            Deed.DISTRIBUTE: lambda: self._deeds.distribute(dispatch, office),
            Deed.VIEW: lambda: self._deeds.view(dispatch, office),
            Deed.DIRECT: lambda: self._direct(dispatch, treatment, duty=matter.duty),
            Deed.ACCEPT: lambda: self._deeds.accept(dispatch, office, lead=treatment.lead),
            Deed.FINISH: lambda: self._deeds.finish(dispatch, office, lead=treatment.lead),
            Deed.RETURN: lambda: self._deeds.send_back(
                dispatch, office, reason=self._filled(treatment.reason, duty=matter.duty)
            ),
        }
        steps[event.deed]()

    def _direct(self, dispatch: UUID, treatment: Treatment, *, duty: bool) -> None:
        self._deeds.direct(
            dispatch,
            treatment.office,
            direction=self._filled(treatment.instruction, duty=duty),
            lead=treatment.lead,
            coordinating=treatment.coordinating,
            informed=treatment.informed,
            due=self._deadline(treatment.due, duty=duty),
        )

    def _enter(self, paper: PaperLetter, office: str) -> None:
        by = self._deeds.staff.able(Permission.DISPATCH_REGISTER, office)
        dated = self._anchor + timedelta(days=paper.dated)
        stated = PaperInput(
            issuer_name=self._content.directory.sender(paper.sender).name,
            abstract=marked_abstract(self._filled(paper.abstract, duty=paper.duty)),
            code=self._filled(paper.code, duty=paper.duty),
            type_name=paper.type_name,
            dated=min(dated, local(now()).date()),
            urgency=paper.urgency,
            content=f"{MARK}. {self._filled(paper.text, duty=paper.duty)}",
        )
        with scope("web", by.office_id):
            self._ids[paper.key] = enter_paper(stated, by=by)
        self._references[paper.key] = Reference(paper.type_name, stated.code, dated)
