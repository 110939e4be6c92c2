"""The page Chứng thực shows what its files prove, to those who see the document and to nobody else."""

from __future__ import annotations

import io
import json
import zipfile
from uuid import UUID

import pytest

from phoihop.exchange.proofs.authority import grouped
from phoihop.exchange.proofs.checking import check
from phoihop.exchange.sequencer import sequence
from tests.cast import HA_TINH, NGHE_AN, NGHE_AN_PARTY
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import issued, open_books, registered, stated
from tests.queries import assert_queries

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def letter(fresh_database: str) -> UUID:
    open_books()
    found = issued(stated(HA_TINH))
    registered(found, HA_TINH)
    while sequence()[0]:
        pass
    return found


def test_the_page_shows_what_the_file_proves(letter: UUID) -> None:
    client = client_of("vanthu", NGHE_AN)
    answer = client.get(page_of(letter, "proof", "file"))
    assert answer["Content-Disposition"].startswith('attachment; filename="chung-thuc-')
    (proved,) = check(answer.content).records
    assert (proved.about.subject, proved.body) == (str(letter), None)
    page = text_of(client.get(page_of(letter, "proof")))
    assert grouped(proved.about.leaf) in page
    assert grouped(proved.about.content) in page
    assert "Điều không được chứng thực" in page
    assert "Đã vào sổ" in page
    assert check(answer.content).key_fingerprint in page


def test_the_text_goes_along_only_when_asked_for(letter: UUID) -> None:
    answer = client_of("vanthu", NGHE_AN).get(page_of(letter, "proof", "file"), {"text": "1"})
    (proved,) = check(answer.content).records
    assert proved.body["abstract"] == "Đề nghị phối hợp ứng phó mưa lũ"


def test_one_zip_holds_the_document_and_its_receipts(letter: UUID) -> None:
    for office in (NGHE_AN, HA_TINH):
        answer = client_of("vanthu", office).get(page_of(letter, "proof", "files"))
        with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
            assert packed.namelist() == ["van-ban.json", "bien-nhan.json", "huong-dan.txt"]
            receipts = check(packed.read("bien-nhan.json")).records
            assert check(packed.read("van-ban.json")).records[0].about.subject == str(letter)
        said = [item["subject"] for one in receipts for item in one.body["items"]]
        assert set(said) == {str(letter)}
        assert receipts[0].about.office_code == HA_TINH.code


def test_what_is_not_in_the_log_yet_is_told(fresh_database: str) -> None:
    open_books()
    found = issued(stated(HA_TINH))
    client = client_of("vanthu", NGHE_AN)
    assert "đang được ghi vào nhật ký" in text_of(client.get(page_of(found, "proof")))
    for rest in ("file", "files"):
        assert "đang được ghi vào nhật ký" in text_of(client.get(page_of(found, "proof", rest)))


@pytest.mark.parametrize("rest", [("proof",), ("proof", "file"), ("proof", "files")])
def test_another_office_finds_nothing(letter: UUID, rest: tuple[str, ...]) -> None:
    assert client_of("vanthu", NGHE_AN_PARTY).get(page_of(letter, *rest)).status_code == 404


def test_the_page_asks_little(letter: UUID) -> None:
    client = client_of("vanthu", NGHE_AN)
    client.get(page_of(letter, "proof"))
    with assert_queries(at_most=15):
        assert client.get(page_of(letter, "proof")).status_code == 200


def test_the_file_is_json_a_person_can_read(letter: UUID) -> None:
    said = json.loads(client_of("vanthu", NGHE_AN).get(page_of(letter, "proof", "file")).content)
    assert said["check_with"] == "phoihop log check"
    assert said["records"][0]["about"]["office_name"] == NGHE_AN.name
