"""``phoihop dispatches import-edxml`` on the files of another vendor: one JSON line each, and nothing twice."""

from __future__ import annotations

import io
import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.drafting import issue_signed
from phoihop.dispatches.actions.edxml import retry_quarantined
from phoihop.dispatches.documents import DraftInput
from phoihop.dispatches.models import Dispatch, ExternalReceipt, Quarantined
from phoihop.dispatches.selectors.lists import quarantine
from phoihop.offices.actions import body_id, office_id
from tests.cast import NGHE_AN, acting, position
from tests.dispatches.test_round import open_books

pytestmark = pytest.mark.django_db

SAMPLES = Path(os.environ.get("PHOIHOP_SAMPLES", "../shared/samples")) / "edxml"


@pytest.fixture(scope="module")
def files() -> list[str]:
    found = sorted(str(path) for path in SAMPLES.glob("*.edxml"))
    if not found and not os.environ.get("CI"):
        pytest.skip("the sample files of another vendor are not here")
    assert len(found) == 13
    return found


def run(files: list[str], *options: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command("dispatches", "import-edxml", *files, "--office", NGHE_AN.code, "--json", *options, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_sample_has_an_outcome_and_none_is_taken_twice(files: list[str]) -> None:
    first = run(files)
    assert [line["file"] for line in first] == files
    documents = [line for line in first if line["kind"] == "document"]
    assert len(documents) == 4
    assert {line["outcome"] for line in documents} == {"imported"}
    statuses = [line for line in first if line["kind"] == "status"]
    assert len(statuses) == 9
    assert {line["outcome"] for line in statuses} == {"quarantined"}
    assert all(line["reason"] for line in first)
    second = run(files)
    assert {line["outcome"] for line in second if line["kind"] == "document"} == {"known"}
    with scope("web", office_id(NGHE_AN.code)):
        assert Dispatch.objects.count() == 4
        assert Quarantined.objects.count() == 9


def test_a_dry_run_changes_nothing(files: list[str]) -> None:
    lines = run(files, "--dry-run")
    assert {line["outcome"] for line in lines} == {"imported", "quarantined"}
    with scope("web", office_id(NGHE_AN.code)):
        assert not Dispatch.objects.exists()
        assert not Quarantined.objects.exists()


def test_status_messages_update_the_document_they_answer(files: list[str]) -> None:
    by, body = acting("vanthu", NGHE_AN), body_id(NGHE_AN.code, "NA-UBND")
    open_books(by, body, numbered_by="existing")
    run(files)
    stated = DraftInput(
        body_id=body,
        type_code="letter",
        abstract="Về việc kết nối",
        recipients=[{"office": str(office_id("HT-VPUBND"))}],
    )
    with scope("web", by.office_id):
        waiting = quarantine(by=by)
        code, dated, dispatch_id = "7816/VPCP-TTĐT", date(2015, 9, 30), new_id()
        issue_signed(
            stated, by=by, dispatch_id=dispatch_id, signer_position_id=position("lanhdao", NGHE_AN), signed_at=now(),
            dated=dated, typed=code,
        )  # fmt: skip
        Dispatch.objects.get(id=dispatch_id, code=code)
        outcomes = [retry_quarantined(item.id, by=by).outcome for item in waiting]
        assert set(outcomes) == {"imported"}
        codes = set(ExternalReceipt.objects.filter(dispatch_id=dispatch_id).values_list("status_code", flat=True))
    assert codes == {"01", "02", "03", "04", "05", "06", "13", "15", "16"}


def test_an_unknown_office_is_refused_in_words() -> None:
    with pytest.raises(Exception, match="KHONG-CO"):
        call_command("dispatches", "import-edxml", "x.edxml", "--office", "KHONG-CO")


def test_a_missing_file_fails_alone(files: list[str]) -> None:
    with pytest.raises(CommandError):
        run(["khong-co.edxml", files[0]])
    with scope("web", office_id(NGHE_AN.code)):
        assert Dispatch.objects.count() == 1
