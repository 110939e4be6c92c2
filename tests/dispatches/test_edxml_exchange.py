"""Our documents as others receive them, theirs as we answer them: export, read, recall, status, all through files."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from phoihop.core.clock import now
from phoihop.core.errors import Conflict
from phoihop.dispatches import records
from phoihop.dispatches.actions.changing import answer_change
from phoihop.dispatches.actions.edxml import ImportResult, import_edxml
from phoihop.dispatches.actions.entering import PaperInput, enter_paper
from phoihop.dispatches.actions.exporting import (
    Export,
    export_change,
    export_dispatch,
    export_receivers,
    export_status,
)
from phoihop.dispatches.certificates import make_certificate, own_certificate
from phoihop.dispatches.edxml import Business, EdxmlDocument, EdxmlStatus, StatusCode, read
from phoihop.dispatches.edxml.signing import Trust
from phoihop.dispatches.edxml.values import join_code
from phoihop.dispatches.models import Change, Dispatch, ExternalReceipt
from phoihop.dispatches.outgoing_messages import own_organ, split_code
from phoihop.dispatches.selectors import access
from phoihop.dispatches.selectors.changes import changes_of, to_answer
from phoihop.dispatches.selectors.detail import dispatch_detail
from phoihop.exchange.actions import disclose
from phoihop.files.actions import keep_upload, receive_file
from phoihop.offices.actions import office_id
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.edxml.messages import Message, status
from tests.dispatches.edxml.test_edxml_writer import SCHEMA
from tests.dispatches.papers import drafted, office_of, open_books, registered, stated
from tests.dispatches.test_changes import WHY, begun, carried_out, recalled

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> UUID:
    """A letter of Nghệ An with a file, to Hà Tĩnh and the Region."""
    open_books()
    draft = drafted(stated(HA_TINH, REGION, other_recipients="Sở Nội vụ; Báo Nghệ An"))
    with office_of("chuyenvien", NGHE_AN) as by:
        keep_upload(receive_file([b"So lieu cac xa"], name="Số liệu.txt"), holder_id=draft.id, by=by)
    return carried_out(draft)


def exported(make: Callable[..., Export], of: UUID, office: Any = NGHE_AN) -> bytes:
    out = io.BytesIO()
    with office_of("vanthu", office) as by:
        make(of, by=by).write_to(out)
    SCHEMA.validate(out.getvalue().decode())
    return out.getvalue()


def document(data: bytes) -> EdxmlDocument:
    found = read(data)
    assert isinstance(found, EdxmlDocument)
    return found


def entered(taken: ImportResult) -> UUID:
    """The document a message became."""
    assert taken.dispatch_id is not None
    return taken.dispatch_id


def take(data: bytes, office: Any = HA_TINH) -> ImportResult:
    with office_of("vanthu", office) as by:
        return import_edxml(data, file_name="x.edxml", by=by)


def test_a_document_says_in_edxml_what_it_says_here(letter: UUID) -> None:
    found = document(exported(export_dispatch, letter))
    with office_of("vanthu", NGHE_AN) as by:
        ours = access.dispatch(letter, by=by)
    assert (found.code, found.subject, found.content) == (ours.code, ours.abstract, ours.content)
    assert found.promulgation_date == ours.dated
    assert found.sender.name == ours.issuer_name
    assert len(found.receivers) == 2
    assert found.to_places == ("Sở Nội vụ", "Báo Nghệ An")
    assert found.document_id is not None
    assert found.document_id.code == ours.code
    assert [(one.name, one.data) for one in found.attachments] == [("Số liệu.txt", b"So lieu cac xa")]
    assert found.warnings == ()
    assert found.signature is None


@pytest.mark.parametrize(
    "code", ["12/QĐ-UBND", "05-NQ/TU", "01/UBND-VP", "63/2026/NĐ-CP", "7a/BC", "ABC", "12", "-x/1"]
)
def test_codes_are_cut_so_that_readers_join_them_again(code: str) -> None:
    assert join_code(*split_code(code)) == code


def test_an_office_with_other_software_gets_the_document_and_its_recall(letter: UUID) -> None:
    """Hà Tĩnh takes our file in as if it had come from outside; our recall finds it there, and nothing else."""
    sent = take(exported(export_dispatch, letter))
    assert sent.outcome == "imported"
    assert sent.dispatch_id is not None
    revoke = exported(export_change, recalled(letter))
    said = document(revoke)
    assert (said.business, said.business_reason, said.attachments, said.content) == (Business.REVOKE, WHY, (), "")
    assert take(revoke).outcome == "imported"
    with office_of("vanthu", HA_TINH) as by:
        held = Dispatch.objects.get(id=sent.dispatch_id)
        assert held.standing == "recalled"
        waiting = {document.id: change for change, document in to_answer(by=by)}
        change = waiting[held.id]
        assert (change.action, change.asked_by, change.reason) == ("recall", held.issuer_name, WHY)
        assert access.dispatch(held.id, by=by).content
        answer_change(change.id, agreed=True, by=by)
        assert not access.dispatch(held.id, by=by).content
    answer = exported(export_status, held.id, HA_TINH)
    back = read(answer)
    assert isinstance(back, EdxmlStatus)
    assert back.status_code is StatusCode.CHANGE_AGREED
    assert take(answer, NGHE_AN).outcome == "imported"
    with office_of("vanthu", NGHE_AN):
        assert ExternalReceipt.objects.get(dispatch_id=letter).status_code == "15"


def test_a_revocation_by_somebody_else_recalls_nothing() -> None:
    open_books()
    first = take(Message().data(), NGHE_AN)
    foreign = Message().but(
        sender="<e:From><e:OrganId>999.99</e:OrganId><e:OrganName>Kẻ khác</e:OrganName></e:From>",
        business="<e:BussinessDocType>1</e:BussinessDocType><e:BussinessDocReason>x</e:BussinessDocReason>",
    )
    assert take(foreign.data(), NGHE_AN).outcome == "imported"
    with office_of("vanthu", NGHE_AN):
        assert not Change.objects.exists()
        assert Dispatch.objects.get(id=entered(first)).standing == "issued"


def test_of_two_documents_alike_neither_is_recalled() -> None:
    """Same sender, same code and date, told apart by their identifiers only: a revocation that names none is unsure."""
    open_books()
    for guid in ("9fbfbad2-f1f8-4256-a2eb-50fb1061cddb", "9fbfbad2-f1f8-4256-a2eb-50fb1061cddc"):
        assert take(Message().but(document_id=guid).data(), NGHE_AN).outcome == "imported"
    unsure = Message().but(document_id="", business="<e:BussinessDocType>1</e:BussinessDocType>")
    assert take(unsure.data(), NGHE_AN).outcome == "imported"
    with office_of("vanthu", NGHE_AN):
        assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("business", "action", "standing"),
    [("1", "recall", "recalled"), ("2", "update", "issued"), ("3", "replace", "replaced")],
)
def test_what_a_sender_wants_of_its_document_stands_on_it(business: str, action: str, standing: str) -> None:
    open_books()
    first = take(Message().data(), NGHE_AN)
    wants = Message().but(
        business=f"<e:BussinessDocType>{business}</e:BussinessDocType>"
        "<e:ReplacementInfoList><e:ReplacementInfo><e:DocumentId>000.00.01.T01,2026/03/05,12/UBND-VP</e:DocumentId>"
        "</e:ReplacementInfo></e:ReplacementInfoList>"
    )
    second = take(wants.data(), NGHE_AN)
    with office_of("vanthu", NGHE_AN) as by:
        old = Dispatch.objects.get(id=entered(first))
        (view,) = changes_of(old, by=by)
        assert (view.change.action, old.standing) == (action, standing)
        assert view.new_document is not None
        assert view.new_document.id == second.dispatch_id


def test_a_sender_asks_for_its_document_back_by_status(letter: UUID) -> None:
    theirs = take(exported(export_dispatch, letter))
    with office_of("vanthu", NGHE_AN) as by:
        organ = own_organ(by).organ_id
        code, dated = Dispatch.objects.values_list("code", "dated").get(id=letter)
    assert isinstance(dated, date)
    sender = f"<e:From><e:OrganId>{organ}</e:OrganId><e:OrganName>UBND tỉnh Nghệ An</e:OrganName></e:From>"
    named = f"<e:ResponseFor><e:OrganId>{organ}</e:OrganId><e:Code>{code}</e:Code></e:ResponseFor>"
    assert take(status("13", named, sender)).outcome == "imported"
    foreign = sender.replace(organ, "999.99")
    assert take(status("13", named, foreign)).reason_code == "status_unmatched"
    with office_of("vanthu", HA_TINH):
        assert Dispatch.objects.get(id=entered(theirs)).standing == "recalled"


@pytest.mark.parametrize(("action", "business"), [("replace", Business.REPLACE), ("update", Business.UPDATE)])
def test_a_later_document_says_what_it_does_to_the_earlier(letter: UUID, action: str, business: Business) -> None:
    first = take(exported(export_dispatch, letter))
    new = carried_out(begun(letter, action))
    data = exported(export_dispatch, new)
    assert document(data).business is business
    assert take(data).outcome == "imported"
    with office_of("vanthu", HA_TINH):
        assert Change.objects.filter(dispatch_id=entered(first)).get().action == action


def test_receivers_added_later_are_told_of(letter: UUID) -> None:
    with office_of("vanthu", NGHE_AN) as by, pytest.raises(Conflict):
        export_receivers(letter, by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        disclose(letter, offices=[office_id(NGHE_AN_PARTY.code)], reason="Cùng ứng phó", by=by)
    found = document(exported(export_receivers, letter))
    assert found.business is Business.UPDATE
    assert [one.added for one in found.receiver_changes] == [True]
    assert not found.updates_content


def test_states_are_told_in_the_codes_of_the_standard(letter: UUID) -> None:
    def code() -> StatusCode:
        found = read(exported(export_status, letter, HA_TINH))
        assert isinstance(found, EdxmlStatus)
        return found.status_code

    assert code() is StatusCode.ARRIVED
    registered(letter, HA_TINH)
    assert code() is StatusCode.ACCEPTED
    change = recalled(letter)
    with office_of("vanthu", HA_TINH) as by:
        answer_change(change, agreed=False, reason="Đã triển khai", by=by)
    assert code() is StatusCode.CHANGE_REFUSED


def test_what_was_given_up_is_not_exported(letter: UUID) -> None:
    change = recalled(letter)
    with office_of("vanthu", HA_TINH) as by:
        answer_change(change, agreed=True, by=by)
        with pytest.raises(Conflict):
            export_dispatch(letter, by=by)


def test_a_node_with_a_certificate_signs(letter: UUID, settings: Any, tmp_path: Any) -> None:
    shutil.copytree(settings.KEYS_ROOT, tmp_path / "keys")
    settings.KEYS_ROOT = place = tmp_path / "keys"
    assert own_certificate() is None
    certificate = make_certificate("Văn phòng UBND tỉnh Diễn Tập")
    assert (place / "edxml" / "key.pem").stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict):
        make_certificate("Nữa")
    certified = own_certificate()
    assert certified is not None
    data = exported(export_dispatch, letter)
    found = read(data, trust=Trust((certified.certificate,), now()))
    assert isinstance(found, EdxmlDocument)
    assert found.signature is not None
    assert found.signature.verdict == "verified"
    (place / "edxml" / "trusted").mkdir()
    assert signature_seen(take(data)) == ("untrusted", "Văn phòng UBND tỉnh Diễn Tập")
    shutil.copy(certificate, place / "edxml" / "trusted" / "tinh.pem")
    other = carried_out(drafted(stated(HA_TINH)))
    signed = exported(export_dispatch, other)
    assert signature_seen(take(signed)) == ("verified", "Văn phòng UBND tỉnh Diễn Tập")
    altered = signed.replace("mưa lũ".encode(), b"mua lu", 1).replace(b"<edXML:CodeNumber>", b"<edXML:CodeNumber>9", 1)
    assert signature_seen(take(altered)) == ("broken", "Văn phòng UBND tỉnh Diễn Tập")


def signature_seen(taken: ImportResult) -> tuple[str, str]:
    """What the record of an imported document says of its signature."""
    assert taken.dispatch_id is not None
    with office_of("vanthu", HA_TINH) as by:
        (entry,) = dispatch_detail(taken.dispatch_id, by=by).timeline
    assert isinstance(entry.body, records.Entered)
    assert entry.body.signature is not None
    return entry.body.signature.verdict, entry.body.signature.subject


def test_only_what_was_issued_here_is_recalled_by_file(letter: UUID) -> None:
    change = recalled(letter)
    with office_of("vanthu", HA_TINH) as by, pytest.raises(Conflict):
        export_change(change, by=by)


def test_a_paper_of_an_issuer_without_identifier_goes_out_under_its_name() -> None:
    open_books()
    with office_of("vanthu", NGHE_AN) as by:
        paper = PaperInput(issuer_name="Báo Nghệ An", abstract="Xin số liệu", code="7/CV-BNA", dated=date(2026, 1, 2))
        paper_id = enter_paper(paper, by=by)
    said = document(exported(export_dispatch, paper_id))
    assert (said.sender.organ_id, said.sender.name) == ("", "Báo Nghệ An")
    assert said.document_id is not None
    assert said.document_id.is_guid
