"""The exchange that goes on: runs of scripts, started now and then, their documents and reactions done when due."""

from __future__ import annotations

import heapq
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max

from phoihop.core.clock import local, now, pretend, today
from phoihop.core.errors import PhoiHopError
from phoihop.core.isolation import scope
from phoihop.demo.content import Content
from phoihop.demo.deeds import Deeds, Outgoing
from phoihop.demo.drawing import PlayChange, PlayDocument, PlayReaction, PlayRun, draw_run
from phoihop.demo.wording import Draft as Wording
from phoihop.demo.wording import Reference, compose, marked_abstract
from phoihop.dispatches.actions.drafting import series
from phoihop.dispatches.correction_text import TYPE as CORRECTION
from phoihop.dispatches.models import Register, RegisterNumber
from phoihop.dispatches.types import rules_for
from phoihop.offices.actions import body_id, office_id

ANSWERS = 20
"""Of very many holders about so many answer a change at once; the others are those who are still waited for."""

BETWEEN_RUNS = (180, 600)
"""Seconds from the start of one run to that of the next, least and most, in the exchange's own time."""


@dataclass(order=True)
class _Due:
    at: datetime
    order: int
    do: Callable[[], None] = field(compare=False)
    firm: bool = field(compare=False, default=False)


@dataclass
class _Told:
    """What a run has issued so far, by index of its documents."""

    run: PlayRun
    ids: dict[int, UUID] = field(default_factory=dict)
    references: dict[int, Reference] = field(default_factory=dict)


def play(content: Content, *, rng: random.Random, speed: float, minutes: float, say: Callable[[str], None]) -> None:
    """Go on until ``minutes`` have passed (0: for ever). ``speed`` shortens every wait by that factor."""
    Exchange(content, rng=rng, speed=speed, say=say).go_on(
        until=now() + timedelta(minutes=minutes) if minutes else None
    )


class Exchange:
    """The offices of the region, going on by themselves."""

    def __init__(
        self,
        content: Content,
        *,
        rng: random.Random,
        speed: float,
        say: Callable[[str], None],
        numbers: Callable[[PlayDocument], str] | None = None,
    ) -> None:
        """``numbers`` gives the numbers of other systems while the past is made up; else the next one is taken."""
        self._content = content
        self._numbers = numbers or self._next_typed
        self._at_once = numbers is not None
        self._rng = rng
        self._speed = speed
        self._say = say
        self._deeds = Deeds(content.directory)
        self._due: list[_Due] = []
        self._order = 0

    def go_on(self, *, until: datetime | None) -> None:
        """Do what is due, when it is due."""
        self._start_run()
        while until is None or now() < until:
            upcoming = self._due[0]
            wait = (upcoming.at - now()).total_seconds()
            if wait > 0:
                time.sleep(min(wait, 1.0))
                continue
            heapq.heappop(self._due)
            try:
                upcoming.do()
            except PhoiHopError as error:  # someone at the keyboard did it first: the exchange goes on without
                self._say(f"… {error}")

    def expect(self, at: datetime, do: Callable[[], None]) -> None:
        """Have something done at a moment of the made-up past; that it cannot be done is an error there."""
        self._order += 1
        heapq.heappush(self._due, _Due(at, self._order, do, firm=True))

    def happen(self, *, until: datetime) -> int:
        """Do everything due by ``until``, each thing at its pretended time. Returns how much was done."""
        done = 0
        while self._due and self._due[0].at <= until:
            upcoming = heapq.heappop(self._due)
            with pretend(upcoming.at):
                try:
                    upcoming.do()
                except PhoiHopError:  # a drawn step may come after a recall; what the data files say may not fail
                    if upcoming.firm:
                        raise
            done += 1
            if done % 500 == 0:
                self._say(f"{local(upcoming.at):%d/%m/%Y}: {done}")
        return done

    def start(self, run: PlayRun) -> None:
        """Let a drawn run begin now."""
        told = _Told(run)
        for index, document in enumerate(run.documents):
            self._later(document.after, self._issuing(told, index, document))

    def _later(self, seconds: float, do: Callable[[], None]) -> None:
        self._order += 1
        heapq.heappush(self._due, _Due(now() + timedelta(seconds=seconds / self._speed), self._order, do))

    def _start_run(self) -> None:
        self.start(draw_run(self._content.directory, self._content.play, rng=self._rng, now=now()))
        self._later(self._rng.randint(*BETWEEN_RUNS), self._start_run)

    def _issuing(self, told: _Told, index: int, document: PlayDocument) -> Callable[[], None]:
        def issue() -> None:
            needed = {*document.cites.values(), *([] if document.answers is None else [document.answers])}
            if not needed <= told.ids.keys():
                return
            self._issue(told, index, document)
            for reaction in document.reactions:
                self._react(told.ids[index], reaction)
            if document.change is not None:
                self._later(document.change.after, self._changing(told.ids[index], document, document.change))

        return issue

    def _issue(self, told: _Told, index: int, document: PlayDocument) -> None:
        office = self._content.directory.office_of(document.body).code
        text = document.text
        for step, cited in document.cites.items():
            text = text.replace(f"{{ref:{step}}}", told.references[cited].text)
        outgoing, typed = self._outgoing(told, document, text), self._numbers(document)
        kind = rules_for(self._content.directory.body(document.body).regime, today()).type(document.type)
        if self._at_once:
            told.ids[index], code = self._deeds.issue_at_once(outgoing, signer=document.signer, typed=typed)
        else:
            told.ids[index] = self._deeds.draft(outgoing, drafter=document.drafter)
            code = self._send(told.ids[index], office, document, typed)
            self._say(f"{kind.name} {code}: {document.abstract}")
        told.references[index] = Reference(kind.name, code, today())

    def _send(self, draft: UUID, office: str, document: PlayDocument, typed: str) -> str:
        """From draft to issue. Returns the code."""
        self._deeds.submit(draft, office, drafter=document.drafter)
        self._deeds.sign(draft, office, signer=document.signer)
        code = self._deeds.number(draft, office, typed=typed).code
        self._deeds.issue(draft, office)
        return code

    def _changing(self, dispatch: UUID, document: PlayDocument, change: PlayChange) -> Callable[[], None]:
        office = self._content.directory.office_of(document.body).code
        receivers = tuple(one.office for one in document.reactions)

        def alter() -> None:
            if change.action == "recall":
                change_id = self._deeds.recall(dispatch, office, reason=change.reason)
            else:
                change_id = self._rewrite(dispatch, office, document, change)
            for place, receiver in enumerate(receivers[:: max(1, len(receivers) // ANSWERS)]):
                refused = receiver in change.refusing
                self._later(60 + 20 * place, self._answering(change_id, receiver, change.refusal if refused else ""))

        return alter

    def _answering(self, change: UUID, office: str, refusal: str) -> Callable[[], None]:
        return lambda: self._deeds.answer(change, office, agreed=not refusal, reason=refusal)

    def _rewrite(self, dispatch: UUID, office: str, document: PlayDocument, change: PlayChange) -> UUID:
        code = self._deeds.code_of(dispatch, office)
        draft = self._deeds.begin_change(
            dispatch,
            office,
            action="update" if change.action == "update" else "replace",
            reason=change.reason,
            text=change.text.format(code=code),
            drafter=document.drafter,
        )
        sent = document if change.action == "replace" else replace(document, type=CORRECTION)
        self._send(draft, office, sent, self._numbers(sent))
        return self._deeds.change_by(draft, office)

    def _outgoing(self, told: _Told, document: PlayDocument, text: str) -> Outgoing:
        wording = Wording(document.body, document.type, document.to, text, document.copies)
        return Outgoing(
            body=document.body,
            type=document.type,
            unit=document.unit,
            urgency=document.urgency,
            circulation="NORMAL",
            abstract=marked_abstract(document.abstract),
            content=compose(self._content.directory, wording),
            to=document.to,
            copies=document.copies,
            also=(),
            due=None,
            reply_to=told.ids[document.answers] if document.answers is not None else None,
        )

    def _next_typed(self, document: PlayDocument) -> str:
        """The number the office's other system would give next; empty where Phối Hợp numbers."""
        office = self._content.directory.office_of(document.body).code
        with scope("web", office_id(office)):
            register = Register.objects.get(
                office_id=office_id(office), body_id=body_id(office, document.body), direction="out"
            )
            if register.numbered_by == Register.NumberedBy.PHOIHOP:
                return ""
            period = series(register, document.type, today())
            given = RegisterNumber.objects.filter(register_id=register.id, period=period)
            last = given.aggregate(last=Max("number"))["last"]
            return str(max(last or 0, register.first_number) + 1)

    def _react(self, dispatch: UUID, reaction: PlayReaction) -> None:
        office, deeds = reaction.office, self._deeds
        self._later(reaction.registered_after, lambda: deeds.register(dispatch, office))
        if reaction.returned_after is not None:
            self._later(reaction.returned_after + 1, lambda: deeds.send_back(dispatch, office, reason=reaction.reason))
        if reaction.directed_after is not None:
            self._later(
                reaction.directed_after,
                lambda: deeds.direct(dispatch, office, direction=reaction.instruction, lead=reaction.lead),
            )
        if reaction.accepted_after is not None:
            self._later(reaction.accepted_after, lambda: deeds.accept(dispatch, office, lead=reaction.lead))
        if reaction.finished_after is not None:
            self._later(reaction.finished_after, lambda: deeds.finish(dispatch, office, lead=reaction.lead))
