"""What nobody holds is removed after its time; what somebody holds never is."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from phoihop.audit.models import JournalEntry
from phoihop.core.clock import now, pretend
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.edxml import import_edxml
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.cleaning import clean
from phoihop.files.models import Upload
from phoihop.files.previews import preview_of
from phoihop.files.resuming import append_piece, begin_upload
from phoihop.files.storage import has_stored, spool_root, store_bytes
from tests.cast import HA_TINH, NGHE_AN, acting
from tests.dispatches import papers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_disk(settings: Any, tmp_path: Any) -> None:
    """Files of this test alone: other tests leave bytes without an owner."""
    settings.FILES_ROOT, settings.PREVIEWS_ROOT = tmp_path / "files", tmp_path / "previews"


def _upload(content: bytes, holder: Any = None) -> Upload:
    received = receive_file([content], name="a.txt")
    with papers.office_of("chuyenvien", NGHE_AN) as by:
        return keep_upload(received, holder_id=holder, by=by)


def test_uploads_that_no_document_took_go_after_a_week_and_the_journal_says_so() -> None:
    left, held = _upload(b"bo lai"), _upload(b"giu lai", papers.drafted(papers.stated(HA_TINH)).id)
    assert clean().uploads == 0
    with pretend(now() + timedelta(days=8)):
        cleaned = clean()
    assert (cleaned.uploads, cleaned.stored) == (1, 1)
    assert (has_stored(left.sha256), has_stored(held.sha256)) == (False, True)
    with papers.office_of("quantri", NGHE_AN) as by:
        entry = JournalEntry.objects.get(event="files:upload:expire", office_id=by.office_id)
    assert entry.detail == {"count": 1}


def test_bytes_without_an_owner_have_a_day() -> None:
    stored = store_bytes(b"khong ai nhan")
    with pretend(now() + timedelta(hours=20)):
        clean()
    assert has_stored(stored.sha256)
    with pretend(now() + timedelta(hours=25)):
        assert clean().stored == 1
    assert not has_stored(stored.sha256)


def test_bytes_that_come_again_have_another_day() -> None:
    stored = store_bytes(b"gui lai")
    with pretend(now() + timedelta(hours=23)):
        store_bytes(b"gui lai")
    with pretend(now() + timedelta(hours=25)):
        clean()
    assert has_stored(stored.sha256)


def test_what_waits_for_a_clerk_is_kept() -> None:
    papers.open_books()
    with papers.office_of("vanthu", NGHE_AN) as by:
        import_edxml(b"khong phai edXML", file_name="hong.edxml", by=by)
    with pretend(now() + timedelta(days=60)):
        assert clean().stored == 0


def test_pieces_wait_three_days_and_what_a_killed_process_wrote_one() -> None:
    by = acting("chuyenvien", NGHE_AN)
    with scope("web", by.office_id):
        begun = begin_upload(name="a.txt", size=10, fingerprint="", by=by)
    append_piece(begun.id, [b"12345"], offset=0, by=by)
    rest = spool_root() / "left-by-a-crash"
    rest.write_bytes(b"x")
    with pretend(now() + timedelta(days=2)):
        assert (clean().spooled, clean().partials) == (1, 0)
    with pretend(now() + timedelta(days=4)):
        assert clean().partials == 1
    assert [path for path in spool_root().iterdir() if path.is_file()] == []


def test_pictures_that_nobody_looked_at_go(settings: Any) -> None:
    stored = store_bytes(b"mot van ban")
    preview_of(stored.sha256, "text/plain")
    folder = next(settings.PREVIEWS_ROOT.glob("1/*/*"))
    assert clean().previews == 0
    os.utime(folder, (1, 1))
    assert clean().previews == 1
