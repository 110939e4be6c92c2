"""What the people of the demonstration do, each through the action a page would call, in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.demo.directory import Directory
from phoihop.demo.staff import Staff
from phoihop.dispatches.actions import changing, confirming, drafting, handling, replacing
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.models import Change, Dispatch, Draft
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.confirming import asks_confirmation
from phoihop.offices.actions import body_id, office_id
from phoihop.offices.permissions import Permission


@dataclass(frozen=True)
class Outgoing:
    """A document one office is about to send; codes are those of the data files."""

    body: str
    type: str
    unit: str
    urgency: str
    circulation: str
    abstract: str
    content: str
    to: Sequence[str]
    copies: Sequence[str]
    also: Sequence[str]
    due: datetime | None
    reply_to: UUID | None


class Deeds:
    """Carries out deeds for one region."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.staff = Staff(directory)

    def draft(self, document: Outgoing, *, drafter: str) -> UUID:
        """Draft a document. Returns its id."""
        office = self._directory.office_of(document.body).code
        by = self.staff.named(drafter, office)
        with scope("web", by.office_id):
            return drafting.save_draft(self._stated(document, office), by=by).id

    def issue_at_once(self, document: Outgoing, *, signer: str, typed: str) -> tuple[UUID, str]:
        """Issue what was signed before it came here, in one act. Returns its id and code."""
        office = self._directory.office_of(document.body).code
        by, dispatch = self.staff.able(Permission.DISPATCH_ISSUE, office), new_id()
        with scope("web", by.office_id):
            code = drafting.issue_signed(
                self._stated(document, office),
                by=by,
                dispatch_id=dispatch,
                signer_position_id=self.staff.position(signer, office),
                signed_at=now(),
                typed=typed,
            )
        return dispatch, code

    def _stated(self, document: Outgoing, office: str) -> DraftInput:
        return DraftInput(
            body_id=body_id(office, document.body),
            type_code=document.type,
            unit=document.unit,
            abstract=document.abstract,
            content=document.content,
            urgency=document.urgency,
            circulation=document.circulation,
            recipients=self._recipients(document, office),
            other_recipients="; ".join(document.also),
            due_at=document.due,
            reply_to=document.reply_to,
        )

    def _recipients(self, document: Outgoing, sender: str) -> list[dict[str, str]]:
        roles: dict[str, str] = {}
        for role, codes in (("copy", document.copies), ("main", document.to)):
            for code in self._directory.expand(tuple(codes)):
                roles[self._directory.office_of(code).code] = role
        roles.pop(sender, None)
        return [{"office": str(office_id(code)), "role": role} for code, role in roles.items()]

    def submit(self, draft: UUID, office: str, *, drafter: str) -> None:
        by = self.staff.named(drafter, office)
        with scope("web", by.office_id):
            drafting.submit_draft(draft, by=by)

    def sign(self, draft: UUID, office: str, *, signer: str) -> None:
        by = self.staff.named(signer, office)
        with scope("web", by.office_id):
            drafting.sign_draft(draft, by=by)

    def return_draft(self, draft: UUID, office: str, *, reason: str, signer: str) -> None:
        by = self.staff.named(signer, office)
        with scope("web", by.office_id):
            drafting.return_draft(draft, reason=reason, by=by)

    def number(self, draft: UUID, office: str, *, typed: str) -> Draft:
        by = self.staff.able(Permission.DISPATCH_NUMBER, office)
        with scope("web", by.office_id):
            return drafting.number_draft(draft, by=by, typed=typed)

    def issue(self, draft: UUID, office: str) -> None:
        by = self.staff.able(Permission.DISPATCH_ISSUE, office)
        with scope("web", by.office_id):
            drafting.issue_draft(draft, by=by)

    def register(self, dispatch: UUID, office: str) -> None:
        by = self.staff.able(Permission.DISPATCH_REGISTER, office)
        with scope("web", by.office_id):
            handling.register_dispatch(dispatch, by=by)

    def distribute(self, dispatch: UUID, office: str) -> None:
        by = self.staff.able(Permission.DISPATCH_DISTRIBUTE, office)
        leader = self.staff.able(Permission.DISPATCH_DIRECT, office, prefer="lanhdao")
        with scope("web", by.office_id):
            handling.distribute_dispatch(dispatch, to=leader.position_id, by=by)

    def view(self, dispatch: UUID, office: str) -> None:
        by = self.staff.able(Permission.DISPATCH_DIRECT, office, prefer="lanhdao")
        with scope("web", by.office_id):
            handling.mark_seen([dispatch], by=by)
            if asks_confirmation(access.dispatch(dispatch, by=by)):
                confirming.confirm_dispatch(dispatch, by=by)

    def direct(
        self,
        dispatch: UUID,
        office: str,
        *,
        direction: str,
        lead: str,
        coordinating: Sequence[str] = (),
        informed: Sequence[str] = (),
        due: datetime | None = None,
    ) -> None:
        by = self.staff.able(Permission.DISPATCH_DIRECT, office, prefer="lanhdao")
        with scope("web", by.office_id):
            handling.mark_seen([dispatch], by=by)
            handling.direct_dispatch(
                dispatch,
                direction=direction,
                lead=self.staff.position(lead, office),
                by=by,
                coordinators=[self.staff.position(one, office) for one in coordinating],
                informed=[self.staff.position(one, office) for one in informed],
                due_at=due,
            )

    def accept(self, dispatch: UUID, office: str, *, lead: str) -> None:
        by = self.staff.able(Permission.DISPATCH_HANDLE, office, prefer=lead)
        with scope("web", by.office_id):
            handling.accept_dispatch(dispatch, by=by)

    def finish(self, dispatch: UUID, office: str, *, lead: str, result: str = "") -> None:
        by = self.staff.able(Permission.DISPATCH_HANDLE, office, prefer=lead)
        with scope("web", by.office_id):
            handling.finish_dispatch(dispatch, by=by, result=result)

    def send_back(self, dispatch: UUID, office: str, *, reason: str) -> None:
        by = self.staff.able(Permission.DISPATCH_REGISTER, office)
        with scope("web", by.office_id):
            handling.return_dispatch(dispatch, reason=reason, by=by)

    def recall(self, dispatch: UUID, office: str, *, reason: str) -> UUID:
        """Recall an issued document. Returns the id of the recall, which its holders answer."""
        by = self.staff.able(Permission.DISPATCH_RECALL, office)
        with scope("web", by.office_id):
            return changing.recall_dispatch(dispatch, reason=reason, by=by)

    def begin_change(
        self, dispatch: UUID, office: str, *, action: Literal["update", "replace"], reason: str, text: str, drafter: str
    ) -> UUID:
        """Draft the letter that corrects another document, or what replaces it: ``text`` stands before the old text."""
        by = self.staff.named(drafter, office)
        with scope("web", by.office_id):
            draft = replacing.start_change(dispatch, action=action, reason=reason, by=by)
            content = f"{text}\n\n{draft.content}" if action == "replace" and draft.content else text
            stated = replace(drafting.stated_of(draft), content=content)
            return drafting.save_draft(stated, by=by, draft_id=draft.id).id

    def code_of(self, dispatch: UUID, office: str) -> str:
        """The number and notation of a document the office issued."""
        with scope("web", office_id(office)):
            return Dispatch.objects.get(id=dispatch).code

    def change_by(self, document: UUID, office: str) -> UUID:
        """The id of the change that a document brought, which the holders of the old one answer."""
        by = self.staff.able(Permission.DISPATCH_REGISTER, office)
        with scope("web", by.office_id):
            return Change.objects.get(new_document_id=document).id

    def answer(self, change: UUID, office: str, *, agreed: bool, reason: str = "") -> None:
        by = self.staff.able(Permission.DISPATCH_REGISTER, office)
        with scope("web", by.office_id):
            changing.answer_change(change, agreed=agreed, reason=reason, by=by)
