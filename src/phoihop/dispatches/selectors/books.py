"""The incoming books of an office: one văn thư may keep one for each issuing body the office serves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid
from phoihop.dispatches.models import Dispatch, Register
from phoihop.dispatches.selectors.access import register_of
from phoihop.offices.acting import Acting
from phoihop.offices.snapshot import directory


def incoming_books(*, by: Acting) -> Sequence[Register]:
    """The incoming books of the acting office in the order of its bodies; a book of the whole office stands first."""
    bodies = directory().bodies
    rows = list(Register.objects.filter(office_id=by.office_id, direction="in"))
    known = [row for row in rows if row.body_id is None or row.body_id in bodies]
    return sorted(known, key=lambda row: bodies[row.body_id].order if row.body_id else -1)


def usual_book(document: Dispatch, books: Sequence[Register]) -> Register | None:
    """Where a document is entered unless the clerk says otherwise.

    A document names offices, not which of their bodies it is meant for; a Party document is meant for the Party body,
    a military one for the command. Else it is the first book.
    """
    bodies = directory().bodies
    alike = (book for book in books if book.body_id and bodies[book.body_id].regime == document.regime)
    return next(alike, books[0] if books else None)


def book_for(document: Dispatch, book_id: UUID | None, *, by: Acting) -> Register:
    """The chosen incoming book, or the usual one. Raises Invalid for a book of others, NotFound where there is none."""
    books = incoming_books(by=by)
    if book_id is None:
        return usual_book(document, books) or register_of(by=by, direction="in", body_id=None)
    found = next((book for book in books if book.id == book_id), None)
    if found is None:
        message = _("Văn phòng không có sổ văn bản đến này.")
        raise Invalid("book_unknown", message, fields={"book": [message]})
    return found
