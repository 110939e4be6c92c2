"""Proofs and the past of a document that was recalled: what the log proves, and what an office that agreed gave up."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from phoihop.dispatches.actions.changing import answer_change
from phoihop.exchange.proofs import checker
from phoihop.exchange.proofs.checking import check
from phoihop.files.actions import keep_upload, receive_file
from tests.cast import HA_TINH, NGHE_AN, REGION
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.dispatches.papers import drafted, office_of, open_books, stated
from tests.dispatches.test_as_known_at import knowledge, logged
from tests.dispatches.test_changes import carried_out, recalled

FILE = b"So lieu cac xa ven bien"
WORDS = "Rà soát phương án sơ tán"


@pytest.fixture
def letter(fresh_database: str) -> UUID:
    open_books()
    draft = drafted(stated(HA_TINH, REGION, content=WORDS))
    with office_of("chuyenvien", NGHE_AN) as by:
        keep_upload(receive_file([FILE], name="so-lieu.txt"), holder_id=draft.id, by=by)
    return carried_out(draft)


def test_a_file_one_holds_is_the_one_that_was_issued_or_not(letter: UUID, tmp_path: Path) -> None:
    logged()
    proof, held, other = tmp_path / "van-ban.json", tmp_path / "so-lieu.txt", tmp_path / "khac.txt"
    proof.write_bytes(client_of("vanthu", HA_TINH).get(page_of(letter, "proof", "file"), {"text": "1"}).content)
    held.write_bytes(FILE)
    other.write_bytes(FILE + b".")
    assert checker.main([str(proof), "--document", str(held)]) == 0
    assert checker.main([str(proof), "--document", str(other)]) == 1
    assert checker.main([str(proof), "--document", str(tmp_path / "khong-co.txt")]) == 2


def test_the_past_of_a_recalled_document_keeps_what_was_given_up_hidden(letter: UUID) -> None:
    before = logged()
    change = recalled(letter)
    asked = logged()
    with office_of("vanthu", HA_TINH) as by:
        answer_change(change, agreed=True, by=by)
    agreed = logged()
    known = knowledge(letter, HA_TINH)
    assert [known.then(moment).dispatch.standing for moment in (before, asked, agreed)] == [
        "issued",
        "recalled",
        "recalled",
    ]
    client = client_of("vanthu", HA_TINH)
    for step in range(1, len(known.moments) + 1):
        assert WORDS not in text_of(client.get(page_of(letter, "as-known"), {"step": step}))
    proved = check(client.get(page_of(letter, "proof", "file"), {"text": "1"}).content).records
    assert proved[0].about.subject == str(letter)
    assert not any(WORDS in str(one.body) for one in proved)
    assert WORDS in text_of(client_of("vanthu", REGION).get(page_of(letter)))
