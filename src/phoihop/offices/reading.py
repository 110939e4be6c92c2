"""Keeping in the journal that somebody read something, without the page having to say so."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase

from phoihop.audit.actions import note_once_a_day
from phoihop.core.clock import today
from phoihop.core.errors import Forbidden, NotFound
from phoihop.core.ids import derived_id
from phoihop.core.isolation import scope
from phoihop.offices.acting import Acting

View = Callable[..., HttpResponseBase]


def noted_reading(event: str, subject: Callable[[Acting, Mapping[str, Any]], UUID]) -> Callable[[View], View]:
    """Have each page that a view answers stand in the journal, once a day for a person and a subject.

    ``subject`` tells from what stands in the address what was read. The page itself is read in a transaction that
    refuses to write, so the entry has one of its own, before anything is sent.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            by = cast("Acting | None", getattr(request, "acting", None))
            if by is not None and response.status_code == HTTPStatus.OK and request.method == "GET":
                _note(by, event, subject, kwargs)
            return response

        return wrapper

    return decorate


def mark_reading(request: HttpRequest, event: str, subject_id: UUID) -> None:
    """Say, inside a transaction that refuses to write, what is being read; ``note_marked`` keeps it afterwards."""
    request.phoihop_reading = (event, subject_id)  # type: ignore[attr-defined]  # read by note_marked alone


def note_marked(request: HttpRequest, by: Acting) -> None:
    """Keep what an operation of the API said it read. Outside of its scope."""
    reading = getattr(request, "phoihop_reading", None)
    if reading is not None:
        event, subject_id = reading
        _note(by, event, lambda _by, given: cast(UUID, given["subject"]), {"subject": subject_id})


def note_refusal(request: HttpRequest, by: Acting, given: Mapping[str, Any], code: str) -> None:
    """Keep that something was asked for which is not there for this position, once a day for each thing.

    What was asked for stands in the detail: it may be another office's, so it is nothing this journal can be about.
    """
    day = (by.office_id, by.person_id, today())
    _refused[day] = _refused.get(day, 0) + 1
    if _refused[day] > _MOST_REFUSALS:
        return
    thing = next((str(found) for value in given.values() if (found := _as_id(value))), "")
    match = request.resolver_match
    page = match.view_name if match else ""
    with scope("web", by.office_id):
        subject = derived_id("refused", page, thing)
        note_once_a_day(by=by, event="offices:access:refused", subject_id=subject, page=page, thing=thing, code=code)
    if len(_refused) > _MOST_REMEMBERED:
        _refused.clear()


@contextmanager
def noted_refusals(request: HttpRequest, by: Acting, given: Mapping[str, Any]) -> Iterator[None]:
    """Keep, outside of any scope, what is refused inside the block; the refusal goes on."""
    try:
        yield
    except (NotFound, Forbidden) as refused:
        note_refusal(request, by, given, refused.code)
        raise


def _as_id(value: object) -> UUID | None:
    """An id in an address, which the API hands on as it was written."""
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError:
        return None


_MOST_REFUSALS = 200
"""Of one person in a day and process: enough to be marked, and nobody fills the journal by asking on."""
_refused: dict[tuple[object, ...], int] = {}
_MOST_REMEMBERED = 20_000
_noted: OrderedDict[tuple[object, ...], None] = OrderedDict()
"""What this process has put into the journal already, so that a page opened again asks the database for nothing."""


def _note(
    by: Acting, event: str, subject: Callable[[Acting, Mapping[str, Any]], UUID], given: Mapping[str, Any]
) -> None:
    reading = (by.office_id, by.person_id, by.position_id, event, today(), *given.values())
    if reading in _noted:
        return
    with scope("web", by.office_id):
        note_once_a_day(by=by, event=event, subject_id=subject(by, given))
    _noted[reading] = None  # only now it is committed
    if len(_noted) > _MOST_REMEMBERED:
        _noted.popitem(last=False)
