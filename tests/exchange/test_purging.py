"""Two people remove what slipped through: here, at other nodes, however it travels, and again after a restore."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, connections

from phoihop.api.models import ApiReply
from phoihop.core.errors import Conflict, Forbidden
from phoihop.core.ids import new_id, random_bytes
from phoihop.core.isolation import scope
from phoihop.dispatches import records
from phoihop.dispatches.models import Dispatch, Draft
from phoihop.exchange.actions import give_receipts, publish
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.envelope import read as read_envelope
from phoihop.exchange.erasing import list_path, listed_purges, reapply_purges
from phoihop.exchange.held_files import Brought
from phoihop.exchange.models import Delivery, Purged, SetAside
from phoihop.exchange.purging import confirm_purge, decline_purge, holders_of, propose_purge
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.receiving import receive, release_screened
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.exchange.verification import verify_log
from phoihop.files.models import Incident, Upload
from phoihop.files.storage import has_stored, store_bytes
from phoihop.notify.actions import Telling, tell
from phoihop.notify.models import Notice
from tests.cast import HA_TINH, NGHE_AN, position
from tests.dispatches import papers
from tests.exchange.conftest import Pair
from tests.exchange.nodes import (
    HA_TINH_ID,
    HUE_ID,
    NGHE_AN_ID,
    carried,
    clerk,
    count,
    issue,
    issued_body,
    log_everything,
    owner_rows,
)

SECRET = "Phương án tác chiến khu vực X"
FILE = b"noi dung khong duoc de lai " * 50


def issue_with_file() -> tuple[UUID, str]:
    stored = store_bytes(FILE)
    subject = new_id()
    file = records.AttachmentRef(
        name="phuong-an.txt",
        media_type="text/plain",
        size=stored.size,
        sha256=stored.sha256,
        salt=random_bytes(16).hex(),
    )
    body = issued_body([HUE_ID, HA_TINH_ID], SECRET).model_copy(update={"attachments": (file,), "content": SECRET})
    audience = AudienceSet.of({NGHE_AN_ID, HUE_ID, HA_TINH_ID})
    statement = Statement(records.ISSUED, 1, body, subject, audience, opens=True, attachments=(file.commitment,))
    publish([statement], by=clerk(NGHE_AN))
    return subject, stored.sha256


def purge(subject: UUID) -> UUID:
    with papers.office_of("quantri", NGHE_AN) as by:
        proposal = propose_purge(subject, name="Công điện 12/CĐ-UBND", reason="secrecy", decision="QĐ 7/QĐ-UBND", by=by)
    with papers.office_of("chanhvp", NGHE_AN) as by:
        return confirm_purge(proposal.id, by=by)


def traces(words: str = SECRET) -> list[str]:
    """Tables of the pointed-at database in which the words, or bytes of them, still stand."""
    found = []
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE position(%s IN t::text) > 0 OR position(%s IN t::text) > 0',
                [words, words.encode().hex()],
            )
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_one_person_is_not_enough(pair: Pair) -> None:
    subject = issue(clerk(NGHE_AN), [HUE_ID])
    with papers.office_of("quantri", NGHE_AN) as by:
        proposal = propose_purge(subject, name="CĐ 12", reason="secrecy", decision="QĐ 7", by=by)
    with papers.office_of("quantri", NGHE_AN) as by, pytest.raises(Forbidden) as refused:
        confirm_purge(proposal.id, by=by)
    assert refused.value.code == "same_person"
    with papers.office_of("vanthu", NGHE_AN) as by, pytest.raises(Forbidden):
        confirm_purge(proposal.id, by=by)
    with papers.office_of("chanhvp", NGHE_AN) as by, pytest.raises(Conflict):
        propose_purge(subject, name="CĐ 12", reason="secrecy", decision="QĐ 7", by=by)
    with papers.office_of("quantri", HA_TINH) as by, pytest.raises(Exception, match="Không tìm thấy"):
        confirm_purge(proposal.id, by=by)
    with papers.office_of("chanhvp", NGHE_AN) as by:
        decline_purge(proposal.id, reason="Không thuộc bí mật", by=by)
    with papers.office_of("chanhvp", NGHE_AN) as by, pytest.raises(Conflict):
        confirm_purge(proposal.id, by=by)
    assert count("SELECT count(*) FROM exchange_recordbody WHERE subject_id = %s", subject) == 1


def test_only_the_office_that_stated_it_purges(pair: Pair) -> None:
    subject = issue(clerk(NGHE_AN), [HA_TINH_ID])
    with papers.office_of("quantri", HA_TINH) as by, pytest.raises(Forbidden) as refused:
        propose_purge(subject, name="CĐ 12", reason="secrecy", decision="QĐ 7", by=by)
    assert refused.value.remedy


def _copy_about(subject: UUID, sha256: str) -> None:
    """What an office that received a document keeps of it beside the record."""
    with papers.office_of("vanthu", HA_TINH) as by:
        tell([Telling(HA_TINH_ID, position("vanthu", HA_TINH), "dispatch.arrived", "x", subject, {"abstract": SECRET})])
        Draft.objects.create(
            office_id=HA_TINH_ID, related_to=subject, abstract=SECRET, author_position_id=by.position_id,
            author_name=by.person_name,
        )  # fmt: skip
        Upload.objects.create(
            office_id=HA_TINH_ID, name="a", media_type="text/plain", size=1, sha256=sha256, uploaded_by="a"
        )
        ApiReply.objects.create(
            office_id=HA_TINH_ID, position_id=by.position_id, key="k" * 8, digest=b"d",
            status=201, body=json.dumps({"id": str(subject), "abstract": SECRET}, ensure_ascii=False).encode(),
        )  # fmt: skip


def test_nothing_stays_here(pair: Pair) -> None:
    subject, sha256 = issue_with_file()
    _copy_about(subject, sha256)
    papers.open_books()
    papers.directed(subject, HA_TINH)
    log_everything()
    assert len(traces()) >= 5
    purge(subject)
    assert traces() == []
    assert traces("Tham mưu trả lời.") == []
    assert not has_stored(sha256)
    with papers.office_of("vanthu", HA_TINH):
        assert not Dispatch.objects.filter(id=subject).exists()
        assert not Notice.objects.filter(subject_id=subject).exists()
        purged = Purged.objects.get(subject_id=subject)
        delivery = Delivery.objects.get(subject_id=subject, recipient_id=HA_TINH_ID)
    assert purged.decision == "QĐ 7/QĐ-UBND"
    assert "Quản trị" in purged.proposed_by
    assert "Chánh" in purged.confirmed_by
    assert delivery.registered_at
    assert delivery.purged_at
    assert count("SELECT count(*) FROM exchange_record WHERE subject_id = %s", subject) == 2
    log_everything()
    report = verify_log()
    assert report.is_sound, report.problems
    assert report.purged >= 2
    for room in ("exchange", "dispatches"):
        result = rebuild(room)
        assert result.is_equal, [table for table in result.tables if not table.is_equal]


def test_a_body_nobody_purged_is_missed(pair: Pair) -> None:
    subject = issue(clerk(NGHE_AN), [HUE_ID])
    log_everything()
    owner_rows("DELETE FROM exchange_recordbody WHERE subject_id = %s", subject)
    assert [problem.code for problem in verify_log().problems] == ["body_missing"]


@pytest.mark.parametrize("came", [True, False], ids=["the file came with it", "the file was there before"])
def test_the_purge_travels_and_is_answered(pair: Pair, tmp_path: Path, came: bool) -> None:
    """A file that never came with the document belongs to others here: a purge from elsewhere does not touch it."""
    subject, sha256 = issue_with_file()
    first = carried(tmp_path / "first.zip")
    sender = read_envelope(first[0].signed).node
    with pair.hue.here():
        store_bytes(FILE)
        receive(first, brought=Brought(sender, frozenset({sha256} if came else ())))
        assert traces()
    purge(subject)
    with papers.office_of("quantri", NGHE_AN) as by:
        held = {holder.office.id: holder.purged_at for holder in holders_of(subject, by=by)}
    assert held[HA_TINH_ID]
    assert held[HUE_ID] is None
    second = carried(tmp_path / "second.zip")
    with pair.hue.here():
        received = receive(second)
        assert not received.refusals
        assert traces() == []
        assert has_stored(sha256) is not came
        back = carried(tmp_path / "back.zip", offices=[NGHE_AN_ID])
        assert verify_log().is_sound
        assert rebuild("exchange").is_equal
        assert rebuild("dispatches").is_equal
    receive(back)
    with papers.office_of("quantri", NGHE_AN) as by:
        assert all(holder.purged_at for holder in holders_of(subject, by=by))


@pytest.mark.parametrize("order", ["as sent", "backwards", "one by one, purge last", "one by one, purge first"])
def test_what_was_purged_before_it_left_arrives_without_content(pair: Pair, tmp_path: Path, order: str) -> None:
    subject, _sha256 = issue_with_file()
    other = issue(clerk(NGHE_AN), [HUE_ID])
    purge(subject)
    sent = carried(tmp_path / "x.zip")
    assert any(not item.content for item in sent)
    with pair.hue.here():
        batches = {
            "as sent": [sent], "backwards": [sent[::-1]],
            "one by one, purge last": [[item] for item in sent],
            "one by one, purge first": [[item] for item in sent[::-1]],
        }[order]  # fmt: skip
        for batch in batches:
            assert not receive(batch).refusals
        assert count("SELECT count(*) FROM exchange_setaside") == 0
        assert count("SELECT count(*) FROM exchange_record WHERE subject_id = %s", subject) == 2
        with scope("web", HUE_ID):
            assert Purged.objects.filter(subject_id=subject).exists()
            assert Delivery.objects.get(subject_id=subject, recipient_id=HUE_ID).purged_at
            assert Dispatch.objects.filter(id=other).exists()
        log_everything()
        assert verify_log().is_sound
        assert rebuild("exchange").is_equal


def test_nobody_on_the_way_cuts_a_body_off(pair: Pair, tmp_path: Path) -> None:
    subject = issue(clerk(NGHE_AN), [HUE_ID])
    (item,) = carried(tmp_path / "x.zip")
    cut = type(item)(item.signed, b"", item.members)
    with pair.hue.here():
        assert receive([cut]).counts == {"waiting": 1}
        assert receive([item]).counts == {"applied": 1}
        with scope("web", HUE_ID):
            assert Dispatch.objects.filter(id=subject).exists()


def test_a_restored_database_is_held_to_the_list(pair: Pair, tmp_path: Path) -> None:
    subject, sha256 = issue_with_file()
    log_everything()
    saved = owner_rows("SELECT record_id, subject_id, audience_id, content FROM exchange_recordbody")
    purge_id = purge(subject)
    assert [one.purge_id for one in listed_purges()] == [purge_id]
    assert SECRET.encode() not in list_path().read_bytes()
    _turn_back(saved, purge_id)
    store_bytes(FILE)
    assert rebuild("dispatches", apply=True)
    assert traces()
    assert reapply_purges() == 1
    assert traces() == []
    assert not has_stored(sha256)
    assert reapply_purges() == 0
    with papers.office_of("vanthu", HA_TINH):
        assert Purged.objects.filter(subject_id=subject).exists()


def _turn_back(bodies: list[tuple[Any, ...]], purge_id: UUID) -> None:
    """The database as an earlier backup holds it: the bodies are there, the purge never was."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE exchange_head SET record_id = (SELECT prev_id FROM exchange_record WHERE id = %s)"
                       " WHERE record_id = %s", [purge_id, purge_id])  # fmt: skip
        cursor.execute("DELETE FROM exchange_recordbody WHERE record_id = %s", [purge_id])
        cursor.execute("DELETE FROM exchange_record WHERE id = %s", [purge_id])
        cursor.execute("DELETE FROM exchange_purged")
        cursor.execute("DELETE FROM exchange_erasure")
        for row in bodies:
            cursor.execute(
                "INSERT INTO exchange_recordbody (record_id, subject_id, audience_id, content) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT DO NOTHING",
                list(row),
            )


def test_what_comes_marked_is_hidden_and_alarmed(pair: Pair, tmp_path: Path) -> None:
    subject = issue(clerk(NGHE_AN), [HUE_ID], abstract="TỐI MẬT - Kế hoạch")
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here():
        assert not receive(sent).refusals
        with scope("web", HUE_ID):
            assert not Dispatch.objects.filter(id=subject).exists()
            incident = Incident.objects.get()
        assert (incident.subject_id, incident.spot, incident.level) == (subject, "abstract", "toi_mat")
        log_everything()
        assert verify_log().is_sound
        assert rebuild("dispatches").is_equal
        release_screened(subject)
        with scope("web", HUE_ID):
            assert Dispatch.objects.filter(id=subject).exists()
        assert rebuild("dispatches").is_equal
        with scope("writer"):
            assert not SetAside.objects.exists()


def test_no_role_erases_without_a_purge(pair: Pair) -> None:
    subject = issue(clerk(NGHE_AN), [HUE_ID])
    (record,) = owner_rows("SELECT id FROM exchange_record WHERE subject_id = %s", subject)
    with scope("writer"), connection.cursor() as cursor:
        cursor.execute("SELECT exchange_erase(%s, '{}')", [record[0]])
        assert cursor.fetchone() == (0,)
    with pytest.raises(Exception, match="permission denied"), scope("web", NGHE_AN_ID), connection.cursor() as cursor:
        cursor.execute("SELECT exchange_erase(%s, '{}')", [record[0]])


def test_a_stranger_cannot_purge_another_offices_document(pair: Pair, tmp_path: Path) -> None:
    from phoihop.exchange.records import PURGE, Purge
    from tests.exchange.nodes import forged

    subject = issue(clerk(NGHE_AN), [HUE_ID])
    sent = carried(tmp_path / "x.zip")
    with pair.hue.here() as hue:
        receive(sent)
        body = Purge(reason="secrecy", decision="a", proposed_by="b", confirmed_by="c")
        forgery = forged(hue, body, office=HUE_ID, kind=PURGE, subject=subject)
    refused = receive([forgery])
    assert [one.code for one in refused.refusals] == ["not_owner"]


def test_the_answer_to_a_purged_document_is_still_known(pair: Pair) -> None:
    asked = issue(clerk(NGHE_AN), [HA_TINH_ID])
    reply = issue(clerk(HA_TINH), [NGHE_AN_ID], reply_to=asked)
    give_receipts([(asked, ReceiptState.SEEN, "")], by=clerk(HA_TINH))
    purge(asked)
    with papers.office_of("quantri", HA_TINH) as by:
        proposal = propose_purge(reply, name="x", reason="personal_data", decision="Đơn", by=by)
    with papers.office_of("lanhdao", HA_TINH) as by:
        confirm_purge(proposal.id, by=by)
    with papers.office_of("vanthu", NGHE_AN):
        assert Delivery.objects.get(subject_id=asked).answered_at
    log_everything()
    for room in ("exchange", "dispatches"):
        assert rebuild(room).is_equal
