"""Papers on their way, made by the cast through the ordinary actions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting, handling
from phoihop.dispatches.actions.numbering import RegisterSpec, open_registers
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.models import Draft, Register
from phoihop.offices.acting import Acting
from phoihop.offices.actions import body_id, office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import HERE, NGHE_AN, acting, position

UBND = body_id(NGHE_AN.code, "NA-UBND")
LETTER = "letter"


@contextmanager
def office_of(key: str, office: OfficeSpec) -> Iterator[Acting]:
    """The block runs as a web request of this member of the cast does."""
    by = acting(key, office)
    with scope("web", by.office_id):
        yield by


def open_books(numbered_by: str = Register.NumberedBy.PHOIHOP) -> None:
    """Books of every office of the cast on this node; arrivals are always numbered here."""
    for office in HERE:
        arrivals = RegisterSpec(None, "in", "Sổ văn bản đến", Register.NumberedBy.PHOIHOP)
        outgoing = [
            RegisterSpec(body_id(office.code, body.code), "out", f"Sổ văn bản đi {body.name}", numbered_by)
            for body in office.bodies
        ]
        with scope("worker"):
            open_registers([arrivals, *outgoing], office_id=office_id(office.code))


def open_book_of_each_body(office: OfficeSpec) -> dict[str, UUID]:
    """An incoming book for each body of an office, as where one văn thư serves several. Returns their ids by body."""
    ids = {one.code: body_id(office.code, one.code) for one in office.bodies}
    books = [RegisterSpec(ids[one.code], "in", f"Sổ đến {one.name}", "phoihop") for one in office.bodies]
    with scope("worker"):
        open_registers(books, office_id=office_id(office.code))
        rows = Register.objects.filter(office_id=office_id(office.code), direction="in", body_id__isnull=False)
        kept = {row.body_id: row.id for row in rows}
    return {code: kept[body] for code, body in ids.items()}


def stated(*to: OfficeSpec, copies: tuple[OfficeSpec, ...] = (), **changes: Any) -> DraftInput:
    """A complete letter of UBND tỉnh Nghệ An to these offices."""
    rows = [{"office": str(office_id(one.code)), "role": "main"} for one in to]
    rows += [{"office": str(office_id(one.code)), "role": "copy"} for one in copies]
    letter = DraftInput(
        body_id=UBND,
        type_code=LETTER,
        abstract="Đề nghị phối hợp ứng phó mưa lũ",
        content="Kính đề nghị quý cơ quan phối hợp.",
        recipients=tuple(rows),
    )
    return replace(letter, **changes)


def reply_of(office: OfficeSpec, letter: UUID) -> DraftInput:
    """A complete reply of an office to a letter of UBND tỉnh Nghệ An."""
    return stated(NGHE_AN, body_id=body_id(office.code, office.bodies[0].code), reply_to=letter)


def drafted(letter: DraftInput, *, office: OfficeSpec = NGHE_AN) -> Draft:
    """A draft of the specialist."""
    with office_of("chuyenvien", office) as by:
        return drafting.save_draft(letter, by=by)


def numbered(letter: DraftInput, *, office: OfficeSpec = NGHE_AN, typed: str = "") -> Draft:
    """The same, submitted, signed by the leader and numbered by the clerk."""
    draft = drafted(letter, office=office)
    with office_of("chuyenvien", office) as by:
        drafting.submit_draft(draft.id, by=by)
    with office_of("lanhdao", office) as by:
        drafting.sign_draft(draft.id, by=by)
    with office_of("vanthu", office) as by:
        return drafting.number_draft(draft.id, by=by, typed=typed)


def issued(letter: DraftInput, *, office: OfficeSpec = NGHE_AN) -> UUID:
    """The same, issued."""
    draft = numbered(letter, office=office)
    with office_of("vanthu", office) as by:
        return drafting.issue_draft(draft.id, by=by)


def registered(dispatch_id: UUID, office: OfficeSpec) -> int:
    """The arrival number given by the clerk of a receiving office."""
    with office_of("vanthu", office) as by:
        return handling.register_dispatch(dispatch_id, by=by)


def directed(dispatch_id: UUID, office: OfficeSpec, *, lead: str = "chuyenvien") -> None:
    """Registered, and directed by the chief to one of the office."""
    registered(dispatch_id, office)
    with office_of("chanhvp", office) as by:
        handling.direct_dispatch(dispatch_id, direction="Tham mưu trả lời.", lead=position(lead, office), by=by)
