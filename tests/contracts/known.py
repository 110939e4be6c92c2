"""One of everything a page can be about, made by the cast through the ordinary actions, and people signed in.

All of it belongs to VP UBND Nghệ An or was sent between it and Hà Tĩnh; VP Tỉnh ủy Nghệ An may see none of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from phoihop.administration.actions import keep_sheet
from phoihop.administration.directory_actions import keep_directory_sheet, propose_sheet
from phoihop.administration.directory_selectors import directory_preview
from phoihop.administration.models import SheetUpload
from phoihop.administration.people_sheet import people_workbook
from phoihop.casefiles.actions import CasefileInput, move, set_up, write_note
from phoihop.core.clock import now, today
from phoihop.core.ids import derived_id
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.changing import recall_dispatch
from phoihop.dispatches.actions.edxml import import_edxml
from phoihop.dispatches.actions.handling import direct_dispatch
from phoihop.dispatches.actions.routes import save_route
from phoihop.dispatches.approving import Needs, Step, StepKind
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.models import Dispatch, Draft, Quarantined, Register
from phoihop.distribution.actions import ListInput, save_list
from phoihop.exchange.models import PurgeProposal
from phoihop.exchange.purging import confirm_purge, propose_purge
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.models import Incident, Upload
from phoihop.files.resuming import begin_upload
from phoihop.lists.actions import save_filter, start_export
from phoihop.lists.declaring import list_kind
from phoihop.notify.models import Notice
from phoihop.offices.actions import body_id, office_id
from phoihop.offices.delegating import Lending, lend
from phoihop.offices.directory import OfficeSpec
from phoihop.offices.models import Account, Position
from phoihop.offices.permissions import Permission, permissions_of
from phoihop.offices.selectors import bodies_of
from phoihop.offices.sessions import SessionStore
from phoihop.offices.staff_selectors import staff_of
from phoihop.offices.tokens import make_token
from phoihop.territory.actions import load_units
from tests.administration.directory_books import directory_book, office_row, saved
from tests.cast import _STAFF, HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION, acting, position
from tests.dispatches import papers

PEOPLE = tuple(key for key, _title, _roles in _STAFF)
PERMISSIONS = {key: permissions_of(list(roles)) for key, _title, roles in _STAFF}
OWN, FOREIGN = NGHE_AN, NGHE_AN_PARTY
SCAN = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000030000000401000000006356b8aa0000001049444154789c6378c07480e101"
    "1303000c980285263217490000000049454e44ae426082"
)
"""A picture of a few white and black dots."""


@dataclass(frozen=True)
class Known:
    """What the sweep fills addresses with, by name, and the sessions and tokens of the cast."""

    things: Mapping[str, UUID]
    sessions: Mapping[tuple[str, str], str]
    tokens: Mapping[tuple[str, str], str]

    def client(self, key: str, office: OfficeSpec, *, checks_csrf: bool = False) -> Client:
        """A browser in which this member of the cast is signed in."""
        client = Client(enforce_csrf_checks=checks_csrf, raise_request_exception=True)
        client.cookies["phoihop_session"] = self.sessions[key, office.code]
        return client


def make_known() -> Known:
    """Fill the database that is pointed at. Commits."""
    load_units()
    papers.open_books()
    offices = (OWN, FOREIGN)
    return Known(
        {
            **_drafts(),
            **_approvals(),
            **_documents(),
            **_files(),
            **_removals(),
            **_casefiles(),
            "notice": _notice(),
            **_kept_of_lists(),
            **_distribution(),
            "shut_register": _shut_register(),
            "account": _account(),
            **_administration(),
            **_directory(),
            "unknown": derived_id("nothing"),
        },
        {(key, office.code): _session(key, office) for key in PEOPLE for office in offices},
        {(key, office.code): make_token(f"{key}.{office.code.lower()}")[0] for key in PEOPLE for office in offices},
    )


def _letter(**changes: Any) -> DraftInput:
    return papers.stated(HA_TINH, **changes)


def _drafts() -> dict[str, UUID]:
    """A draft in each state before issue."""
    drafting_one, submitted, signed = (papers.drafted(_letter()) for _ in range(3))
    for draft in (submitted, signed):
        with papers.office_of("chuyenvien", OWN) as by:
            drafting.submit_draft(draft.id, by=by)
    with papers.office_of("lanhdao", OWN) as by:
        drafting.sign_draft(signed.id, by=by)
    return {
        "drafting": drafting_one.id,
        "submitted": submitted.id,
        "signed": signed.id,
        "numbered": papers.numbered(_letter()).id,
    }


def _approvals() -> dict[str, UUID]:
    """A draft that waits for an approval, and routes for types nothing else here is of."""
    step = Step(StepKind.APPROVE, "", Needs.ALL, (position("trucban", OWN),))
    with papers.office_of("chanhvp", OWN) as by:
        kept, gone = (save_route(steps=[step], type_code=kind, by=by) for kind in ("resolution", "communique"))
    reviewing = papers.drafted(_letter(type_code="resolution"))
    with papers.office_of("chuyenvien", OWN) as by:
        drafting.submit_draft(reviewing.id, by=by)
    return {"route": kept.id, "route_to_remove": gone.id, "reviewing": reviewing.id}


def _documents() -> dict[str, UUID]:
    """Documents of the office, and documents that came in, at each step of their handling."""
    incoming = {state: _sent_here() for state in ("arrived", "registered", "directed")}
    papers.registered(incoming["registered"], OWN)
    papers.directed(incoming["directed"], OWN)
    overdue = {"due_at": now() - timedelta(hours=1), "urgency": "express"}
    incoming["late"] = _sent_here(**overdue)
    papers.registered(incoming["late"], OWN)
    with papers.office_of("chanhvp", OWN) as by:  # a deadline may not lie in the past: this one soon will
        direct_dispatch(
            incoming["late"],
            direction="Trả lời ngay.",
            lead=position("chuyenvien", OWN),
            due_at=now() + timedelta(seconds=1),
            by=by,
        )
    mine = {"issued": papers.issued(_letter()), "unanswered": papers.issued(_letter(**overdue))}
    return {**mine, **incoming, **_recalled()}


def _recalled() -> dict[str, UUID]:
    """A document of the other office that it recalled, and one of ours that we did."""
    theirs, ours = _sent_here(), papers.issued(_letter())
    with papers.office_of("lanhdao", HA_TINH) as by:
        recall = recall_dispatch(theirs, reason="Ban hành nhầm", by=by)
    with papers.office_of("lanhdao", OWN) as by:
        withdrawal = recall_dispatch(ours, reason="Ban hành nhầm", by=by)
    widely = papers.issued(papers.stated(HA_TINH, REGION))
    recalled = {"recalled": theirs, "their_recall": recall, "withdrawn": ours, "our_recall": withdrawal}
    return {"to_recall": widely, **recalled}


def _sent_here(**changes: Any) -> UUID:
    letter = papers.stated(OWN, body_id=body_id(HA_TINH.code, "HT-UBND"), **changes)
    return papers.issued(letter, office=HA_TINH)


def _files() -> dict[str, UUID]:
    """A file kept with a draft, a document with a file, and a file that waits for the clerk."""
    holder = papers.drafted(_letter())
    upload, picture = _keep(holder), _keep(holder, SCAN, "Bản quét.png")
    sent = papers.drafted(_letter())
    _keep(sent)
    _keep(sent, SCAN, "Bản quét.png")
    for who, act in (("chuyenvien", "submit_draft"), ("lanhdao", "sign_draft"), ("vanthu", "number_draft")):
        with papers.office_of(who, OWN) as by:
            getattr(drafting, act)(sent.id, by=by)
    with papers.office_of("vanthu", OWN) as by:
        drafting.issue_draft(sent.id, by=by)
        import_edxml(b"khong phai edXML", file_name="hong.edxml", by=by)
        waiting = Quarantined.objects.get(office_id=by.office_id)
        record = Dispatch.objects.get(id=sent.id).record_id
    with papers.office_of("chuyenvien", OWN) as by:
        partial = begin_upload(name="so-lieu.txt", size=3, fingerprint="", by=by)
    uploads = {"upload": upload.id, "picture": picture.id, "partial": partial.id}
    return {"holder": holder.id, **uploads, "with_file": sent.id, "record": record, "waiting": waiting.id}


def _keep(draft: Draft, content: bytes = b"So lieu cac xa bao cao.\n", name: str = "Số liệu.txt") -> Upload:
    received = receive_file([content], name=name)
    with papers.office_of("chuyenvien", OWN) as by:
        return keep_upload(received, holder_id=draft.id, by=by)


def _shut_register() -> UUID:
    """A book that no other page of the sweep needs."""
    book = Register.objects.using("owner").get(direction="out", body_id=body_id(OWN.code, "NA-VPUBND"))
    Register.objects.using("owner").filter(id=book.id).update(shut=True)
    return book.id


def _casefiles() -> dict[str, UUID]:
    """An open casefile with a note, a closed one, and one that waits for the archive."""
    made: dict[str, UUID] = {}
    for key, verbs in (("casefile", ()), ("closed_casefile", ("close",)), ("handed_casefile", ("close", "hand_over"))):
        with papers.office_of("chuyenvien", OWN) as by:
            stated = CasefileInput(2026, key, "Ứng phó bão số 12", 10, by.position_id)
            made[key] = set_up(stated, by=by).id
            item = write_note(made[key], "Họp giao ban", by=by)
            made.setdefault("item", item.id)
            for verb in verbs:
                move(made[key], verb, by=by)
            planned = replace(stated, code=f"{key}-planned")
            made.setdefault("planned_casefile", set_up(planned, by=by, planned=True).id)
    return made


def _removals() -> dict[str, UUID]:
    """A document somebody proposed to remove, one that was removed, and two incidents of secrecy."""
    doubtful, gone, alarming = (papers.issued(_letter()) for _ in range(3))
    with papers.office_of("quantri", OWN) as by:
        open_one = PurgeProposal.objects.create(
            office_id=by.office_id, subject_id=doubtful, name="CV", reason="secrecy", decision="QĐ 1",
            proposed_by=derived_id("somebody"), proposed_name="Người khác",
        )  # fmt: skip
        said = {"office_id": by.office_id, "person_name": "A", "position_title": "B", "spot": "content"}
        stopped = Incident.objects.create(**said, place="draft", level="mat")
        came = Incident.objects.create(**said, place="exchange", level="toi_mat", subject_id=alarming)
        proposal = propose_purge(gone, name="CV", reason="secrecy", decision="QĐ 2", by=by)
    with papers.office_of("chanhvp", OWN) as by:
        confirm_purge(proposal.id, by=by)
    return {"proposal": open_one.id, "purged": gone, "incident": stopped.id, "alarm": came.id}


def _notice() -> UUID:
    with papers.office_of("vanthu", OWN) as by:
        found = Notice.objects.filter(office_id=by.office_id).first()
    assert found is not None
    return found.id


def _kept_of_lists() -> dict[str, UUID]:
    """A filter for the whole office and the clerk's workbook."""
    with papers.office_of("vanthu", OWN) as by:
        saved = save_filter(list_kind("incoming"), name="Hỏa tốc", said={"urgency": "express"}, by=by, shared=True)
        return {"filter": saved.id, "export": start_export(list_kind("incoming"), said={}, by=by).id}


def _distribution() -> dict[str, UUID]:
    """Two lists of recipients of the office."""
    members = [f"office:{office_id(HA_TINH.code)}", "rule:province:40:"]
    with papers.office_of("vanthu", OWN) as by:
        kept, other = (save_list(ListInput(name, members=members), by=by).id for name in ("Các tỉnh", "Cũ"))
    return {"list": kept, "list_to_retire": other}


def _account() -> UUID:
    found = acting("vanthu", OWN).account_id
    assert found is not None
    return found


def _administration() -> dict[str, UUID]:
    """A person, a position nothing else of the sweep needs, and an uploaded list of people."""
    with papers.office_of("quantri", OWN) as by:
        content = people_workbook(staff_of(by), bodies_of(by))
        sheet = keep_sheet(content, name="nguoi.xlsx", kind=SheetUpload.Kind.PEOPLE, by=by)
        post = Position.objects.get(id=position("baotin", OWN))
        lent = lend(_lending(), by=by)
    return {"person": post.person_id, "delegation": lent.id, "post": post.id, "sheet": sheet.id}


def _directory() -> dict[str, UUID]:
    """A table of the directory that asks for one new office, and the proposal made of it."""
    with papers.office_of("vanhanh", OWN) as by:
        sheet = keep_directory_sheet(saved(directory_book([office_row("NA-SO-MOI")])), name="danh-ba.xlsx", by=by)
        made = propose_sheet(sheet.id, digest=directory_preview(sheet).plan.digest, by=by)
    return {"table": sheet.id, "directory_proposal": made.id}


def _lending() -> Lending:
    """For some day to come, so that nobody of the sweep may do more for it."""
    day = today() + timedelta(days=400)
    work = (Permission.DISPATCH_DISCLOSE,)
    return Lending(position("lanhdao", OWN), position("chuyenvien", OWN), work, "Đi công tác", day, day)


def _session(key: str, office: OfficeSpec) -> str:
    """The key of a session in which this member of the cast is signed in, as allauth's sign-in leaves it."""
    who = acting(key, office)
    session = SessionStore()
    with scope("gate"):
        account = Account.objects.get(id=str(who.account_id))
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = "phoihop.offices.backends.GateBackend"
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session["position"] = str(position(key, office))
        session["account_authentication_methods"] = [{"method": "password", "at": now().timestamp()}]
        session["account_authentication_methods_user"] = str(account.pk)
        session.save()
    return str(session.session_key)
