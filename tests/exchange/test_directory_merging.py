"""Two offices become one on the page: what is open there, what the proposal says, what everybody sees afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from phoihop.core.clock import now, pretend, today
from phoihop.core.isolation import scope
from phoihop.exchange.actions import give_receipts
from phoihop.exchange.deliveries import ReceiptState
from phoihop.exchange.directory.actions import apply_signed, read_proposal
from phoihop.exchange.directory.inheriting import let_successors_in
from phoihop.exchange.directory.selectors import signed_records
from phoihop.exchange.models import Delivery
from phoihop.exchange.receiving import receive
from phoihop.offices.models import IssuingBody, Office
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, directory_key
from tests.dispatches.browsing import client_of, text_of
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HA_TINH_ID, NGHE_AN_ID, PARTY_ID, carried, clerk, issue

MERGE = "/administration/directory/merge/"
OFFICE = f"/administration/directory/offices/{NGHE_AN_PARTY.code}/"


def asked(**changes: str) -> dict[str, str]:
    """VP Tỉnh ủy Nghệ An goes into VP UBND Nghệ An after today."""
    said = {"code": NGHE_AN_PARTY.code, "into": NGHE_AN.code, "last_day": today().isoformat(), "reason": "QĐ số 5"}
    return {**said, **changes}


def proposal_of(client: Client, **changes: str) -> str:
    """Look at the merger, and have the file made; the address of the proposal."""
    page = client.get(MERGE, asked(**changes))
    digest = page.context["plan"].digest
    return str(client.post(MERGE, {**asked(**changes), "digest": digest})["Location"])


def test_the_page_shows_what_is_open_and_what_becomes_of_it(pair: Pair) -> None:
    issue(clerk(HA_TINH), [PARTY_ID])
    done = issue(clerk(HA_TINH), [PARTY_ID])
    issue(clerk(NGHE_AN_PARTY), [HA_TINH_ID])
    give_receipts([(done, ReceiptState.DONE, "")], by=clerk(NGHE_AN_PARTY))
    page = client_of("vanhanh", NGHE_AN).get(MERGE, asked())
    assert page.status_code == 200
    shown = {line.what: line.much for line in page.context["lines"]}
    assert shown["Văn bản đến chưa xử lý xong"] == "1 văn bản"
    assert shown["Văn bản đi, nơi nhận chưa xử lý xong"] == "1 văn bản"
    assert shown["Người và chức vụ"] == "8 người, 8 chức vụ"
    words = text_of(page)
    assert "VP UBND Nghệ An nhận được từng văn bản" in words
    assert "V/v phòng, chống bão" not in words  # how much, never what


def test_an_office_of_another_node_is_not_known_here(pair: Pair) -> None:
    page = client_of("vanhanh", NGHE_AN).get(MERGE, asked(code=HUE.code))
    assert "đặt ở máy chủ khác" in text_of(page)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"into": NGHE_AN_PARTY.code}, "Chọn văn phòng khác"),
        ({"last_day": "2020-01-01"}, "Ngày kết thúc trước ngày bắt đầu"),
        ({"code": "KHONG-CO"}, "KHONG-CO"),
    ],
)
def test_what_cannot_be_is_said_at_the_form(pair: Pair, changes: dict[str, str], words: str) -> None:
    page = client_of("vanhanh", NGHE_AN).get(MERGE, asked(**changes))
    assert page.status_code == 422
    assert words in text_of(page)
    assert "Lập tệp để ký" not in text_of(page)


def test_only_whoever_runs_the_node_may(pair: Pair) -> None:
    assert client_of("quantri", NGHE_AN).get(MERGE).status_code == 403


def test_after_it_is_applied_each_side_sees_what_it_was_told(pair: Pair, tmp_path: Path) -> None:
    with pair.hue.here():
        from_afar = issue(clerk(HUE), [PARTY_ID])
        first = carried(tmp_path / "1.zip", offices=[PARTY_ID, NGHE_AN_ID])
    receive(first)
    sent = issue(clerk(HA_TINH), [PARTY_ID])
    operator = client_of("vanhanh", NGHE_AN)
    address = proposal_of(operator)
    entry = read_proposal(operator.get(f"{address}file/").content)
    assert [change.model_dump()["kind"] for change in entry.changes] == ["office_merged"]
    apply_signed([directory_key().sign(entry)])
    page = text_of(client_of("vanthu", NGHE_AN_PARTY).get(OFFICE))
    assert re.search("Hoạt động đến hết ngày .* sau đó nhập vào Văn phòng UBND tỉnh Nghệ An", page)
    assert let_successors_in() == 0  # not before its day has passed
    with pretend(now() + timedelta(days=1)):
        assert let_successors_in() == 1
        assert _received() == {sent}
        gone = client_of("vanthu", NGHE_AN_PARTY).get(OFFICE)
        assert (gone.status_code, "Chưa có chức vụ" in text_of(gone)) == (403, True)
        after = text_of(client_of("vanthu", NGHE_AN).get(OFFICE))
        assert "Đã kết thúc hoạt động sau ngày" in after
        assert "QĐ số 5" in after
        heir = text_of(client_of("vanthu", NGHE_AN).get(f"/administration/directory/offices/{NGHE_AN.code}/"))
        assert "Tiếp nhận công việc của Văn phòng Tỉnh ủy Nghệ An" in heir
        assert ("NA-TU" in heir, "Đảng" in heir) == (True, True)
    with pair.hue.here(), pretend(now() + timedelta(days=1)):
        apply_signed(signed_records_of(pair))
        assert IssuingBody.objects.using("owner").get(code="NA-TU").office_id == NGHE_AN_ID
        assert Office.objects.using("owner").get(id=PARTY_ID).valid_to == today() - timedelta(days=1)
        assert let_successors_in() == 1
        second = carried(tmp_path / "2.zip", offices=[PARTY_ID, NGHE_AN_ID])
    with pretend(now() + timedelta(days=1)):
        receive(second)
        assert _received() == {sent, from_afar}


def _received() -> set[object]:
    with scope("web", NGHE_AN_ID, read_only=True):
        return set(Delivery.objects.filter(recipient_id=NGHE_AN_ID).values_list("subject_id", flat=True))


def signed_records_of(pair: Pair) -> list[bytes]:
    """The directory of Nghệ An's node, as a courier would carry it."""
    with pair.nghe_an.here():
        return signed_records()


def test_a_body_that_ends_does_not_go_on(pair: Pair) -> None:
    operator = client_of("vanhanh", NGHE_AN)
    page = operator.get(MERGE, {**asked(), "ends": "NA-TU"})
    kinds = [change.model_dump()["kind"] for change in page.context["plan"].changes]
    assert kinds == ["body_closed", "office_merged"]
    shown = {step.code: [one.what for one in step.differences] for step, _word, _tone in page.context["steps"]}
    assert shown["NA-TU"] == ["Đến hết ngày"]
