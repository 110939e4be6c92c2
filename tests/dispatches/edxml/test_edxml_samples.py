"""The thirteen files of a public vendor kit, made by others."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from phoihop.dispatches.edxml import Business, EdxmlDocument, EdxmlStatus, Priority, ReceiverChange, StatusCode, read
from tests.dispatches.edxml.messages import document, status_message, warned

ROOT = Path(__file__).resolve().parents[3]
SAMPLES = Path(os.environ.get("PHOIHOP_SAMPLES", ROOT.parent / "shared" / "samples")) / "edxml"
STATUSES = {
    "inbox_01": StatusCode.ARRIVED,
    "rejection_02": StatusCode.REFUSED,
    "acceptance_03": StatusCode.ACCEPTED,
    "assignment_04": StatusCode.ASSIGNED,
    "processing_05": StatusCode.PROCESSING,
    "finish_06": StatusCode.FINISHED,
    "cancellation_13": StatusCode.RECALL_REQUESTED,
    "change-acceptance_15": StatusCode.CHANGE_AGREED,
    "change-rejection_16": StatusCode.CHANGE_REFUSED,
}
KINDS = {
    "new": Business.NEW,
    "revocation": Business.REVOKE,
    "update": Business.UPDATE,
    "replacement": Business.REPLACE,
}


def sample(name: str) -> bytes:
    path = SAMPLES / f"{name}.edxml"
    if not path.exists() and os.environ.get("CI", "").lower() not in {"1", "true"}:
        pytest.skip(f"sample {path.name} is not on this machine")
    return path.read_bytes()


@pytest.mark.parametrize(("name", "business"), KINDS.items())
def test_documents_are_read_and_their_attachments_open(name: str, business: Business) -> None:
    found = document(sample(f"edoc_{name}"))

    assert found.business is business
    assert found.subject == "V/v kết nối, liên thông phần mềm quản lý văn bản"
    assert found.type.name == "Công văn"
    assert found.priority is Priority.NORMAL
    assert found.document_id is not None
    assert (found.document_id.code, found.document_id.issued) == ("7816/VPCP-TTĐT", date(2015, 9, 30))
    assert found.pages == 22
    assert found.staff.name == "Nguyễn Thị Ngọc Trâm"
    assert found.signature is not None
    assert found.signature.algorithm == "rsa-sha1"
    forwarded, letter = found.attachments
    assert (forwarded.kind.name, forwarded.name) == ("edxml", "1896_QD-TTg_m_294779.edxml")
    assert len(forwarded.data) == 388_347
    assert letter.name == "GUIDE_INSTALL OPENVPN.SIGNED.PDF"
    assert letter.data.startswith(b"%PDF-1.5")
    assert letter.data.rstrip().endswith(b"%%EOF")
    assert letter.container == forwarded.name


def test_the_new_document_in_full() -> None:
    found = document(sample("edoc_new"))

    assert found.sender.organ_id == "000.00.00.A80"
    assert [receiver.organ_id for receiver in found.receivers] == ["28.22.H17"]
    assert (found.code, found.code_number, found.code_notation) == ("74fass22/VPCP-TTĐT", "74fass22", "VPCP-TTĐT")
    assert found.promulgation_date == date(2019, 1, 16)
    assert found.due_date == date(2018, 9, 28)
    assert found.to_places == ("Cac bo va co quan ngang bo", "Uy ban nhan dan cac tinh, TP")
    assert found.traces[0].organ_id == "000.00.00.G22"
    assert found.business_document_id is not None
    assert found.business_document_id.issued is None
    assert {"date_invalid", "document_id_differs"} <= warned(found)


def test_what_the_others_are_about() -> None:
    revocation = document(sample("edoc_revocation"))
    update = document(sample("edoc_update"))
    replacement = document(sample("edoc_replacement"))

    assert [item.code for item in revocation.targets] == ["7816/VPCP-TTĐT"]
    assert [item.code for item in revocation.response_for] == ["267/VPCP-TTĐT"]
    assert [item.code for item in update.targets] == ["7806/VPCP-TTĐT"]
    assert update.updates_content
    assert update.receiver_changes == (
        ReceiverChange("000.00.00.H41", added=False),
        ReceiverChange("000.00.00.H14", added=True),
    )
    assert [item.code for item in replacement.targets] == ["7806/VPCP-TTĐT"]
    assert replacement.replacements[0].organ_ids == ("000.00.00.H41", "000.00.00.H14")
    assert len(replacement.receivers) == 3


@pytest.mark.parametrize(("name", "code"), STATUSES.items())
def test_status_messages(name: str, code: StatusCode) -> None:
    found = status_message(sample(f"status_{name}"))

    assert found.status_code is code
    assert found.response_for.code == "7816/VPCP-TTĐT"
    assert found.response_for.issued == date(2015, 9, 30)
    assert found.at is not None
    assert (found.at.replace(tzinfo=None), found.at.utcoffset()) == (
        datetime(2015, 9, 20, 11, 8, 36),
        timedelta(hours=7),
    )
    assert found.description
    assert found.sender.organ_id in {"000.00.00.H41", "000.00.00.G22"}
    assert found.warnings == ()


def test_all_thirteen_differ() -> None:
    names = [f"edoc_{name}" for name in KINDS] + [f"status_{name}" for name in STATUSES]
    found: list[EdxmlDocument | EdxmlStatus] = [read(sample(name)) for name in names]

    assert len({item.identity for item in found}) == 13
    assert len({item.digest for item in found}) == 13
