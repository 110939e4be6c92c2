"""A file is for the readers of a record when its bytes came with that record; a name alone opens nothing."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from phoihop.core.errors import NotFound
from phoihop.core.ids import new_id, random_bytes
from phoihop.core.isolation import scope
from phoihop.dispatches import records
from phoihop.dispatches.attachment_texts import read_missed_texts
from phoihop.exchange.actions import publish
from phoihop.exchange.carrying import export, import_file
from phoihop.exchange.container import Reader
from phoihop.exchange.envelope import read as read_envelope
from phoihop.exchange.held_files import Brought
from phoihop.exchange.rebuilding import rebuild
from phoihop.exchange.receiving import receive
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.files.models import AttachmentText, Possession
from phoihop.files.registry import still_needed
from phoihop.files.selectors import attachment, attachments_of
from phoihop.files.storage import has_stored, open_stored, store_bytes
from tests.cast import HA_TINH, HUE, NGHE_AN
from tests.dispatches.browsing import client_of, page_of, text_of
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HA_TINH_ID, HUE_ID, NGHE_AN_ID, carried, clerk, forged, issued_body, log_everything

PRIVATE = b"danh sach rieng cua Hue, khong gui cho ai " * 20


def _name_file(sha256: str, to: UUID = HUE_ID) -> UUID:
    """A document of Nghệ An that names a file by its hash. Returns the subject."""
    subject = new_id()
    file = records.AttachmentRef(
        name="tep.txt", media_type="text/plain", size=len(PRIVATE), sha256=sha256, salt=random_bytes(16).hex()
    )
    body = issued_body([to]).model_copy(update={"attachments": (file,)})
    audience = AudienceSet.of({NGHE_AN_ID, to})
    publish([Statement(records.ISSUED, 1, body, subject, audience, opens=True)], by=clerk(NGHE_AN))
    log_everything()
    return subject


def _exported(path: Path, office: UUID = HUE_ID) -> Path:
    log_everything()
    path.unlink(missing_ok=True)
    export(path, offices=[office])
    return path


def _read_at_hue(subject: UUID) -> bytes:
    by = clerk(HUE)
    with scope("web", by.office_id, read_only=True):
        (listed,) = attachments_of(subject, by=by)
        found = attachment(listed.record_id, listed.number, by=by)
    with open_stored(found.sha256) as file:
        return file.read()


def _refused_at_hue(subject: UUID) -> str:
    with pytest.raises(NotFound) as refused:
        _read_at_hue(subject)
    assert refused.value.code == "file_not_come"
    return str(refused.value)


def test_a_hash_that_is_only_named_opens_nothing(pair: Pair, tmp_path: Path) -> None:
    with pair.hue.here():
        secret = store_bytes(PRIVATE).sha256
    with pair.nghe_an.here():
        known, unknown = _name_file(secret), _name_file("ab" * 32)
        sent = _exported(tmp_path / "a.zip")
    with pair.hue.here():
        assert import_file(sent).attachments == 0
        log_everything()
        assert _refused_at_hue(known) == _refused_at_hue(unknown)
        read_missed_texts()
        with scope("worker"):
            assert not AttachmentText.objects.filter(subject_id__in=[known, unknown]).exists()
            assert not still_needed([secret])  # nor does naming it keep it
        assert rebuild("dispatches", apply=True).is_equal
        _refused_at_hue(known)


def test_what_came_with_its_record_is_read_and_stays_after_a_rebuild(pair: Pair, tmp_path: Path) -> None:
    with pair.nghe_an.here():
        subject = _name_file(store_bytes(PRIVATE).sha256)
        sent = _exported(tmp_path / "a.zip")
    with pair.hue.here():
        assert import_file(sent).attachments == 1
        assert _read_at_hue(subject) == PRIVATE
        assert rebuild("dispatches", apply=True).is_equal
        assert _read_at_hue(subject) == PRIVATE


def test_a_file_that_came_too_late_is_read_when_it_comes(pair: Pair, tmp_path: Path) -> None:
    with pair.nghe_an.here():
        subject = _name_file(store_bytes(PRIVATE).sha256)
        sent = _exported(tmp_path / "a.zip")
    with pair.hue.here():
        with Reader(sent) as reader:
            receive(list(reader.records()))
        _refused_at_hue(subject)
        import_file(sent)
        assert _read_at_hue(subject) == PRIVATE


def test_a_node_that_passes_a_record_on_opens_no_file_for_it(pair: Pair, tmp_path: Path) -> None:
    """The third node's file goes to readers of its own records; a stranger's record in the same file names it too."""
    with pair.nghe_an.here() as sender:
        subject = _name_file("ab" * 32)
        sent = carried(tmp_path / "a.zip")
    with pair.hue.here() as own:
        secret = frozenset({"ab" * 32})
        receive(sent, brought=Brought(own.node_id, secret))
        _refused_at_hue(subject)
        assert not receive(sent, brought=Brought(sender.node_id, secret)).refusals
        with scope("worker"):
            assert Possession.objects.filter(subject_id=subject).count() == 1


def test_an_export_carries_no_file_that_a_strangers_record_names(pair: Pair, tmp_path: Path) -> None:
    with pair.hue.here():
        secret = store_bytes(PRIVATE).sha256
    with pair.nghe_an.here():
        _name_file(secret)
        sent = _exported(tmp_path / "a.zip")
    with pair.hue.here():
        import_file(sent)
        with Reader(_exported(tmp_path / "b.zip", NGHE_AN_ID)) as reader:
            assert reader.attachments() == []
    with pair.nghe_an.here():
        import_file(tmp_path / "b.zip")
        assert not has_stored(secret)


def test_a_draft_that_passes_a_document_on_says_which_files_have_not_come(pair: Pair) -> None:
    file = records.AttachmentRef(
        name="bang-ke & so-lieu.txt", media_type="text/plain", size=9, sha256="ab" * 32, salt=random_bytes(16).hex()
    )
    body = issued_body([HA_TINH_ID]).model_copy(update={"attachments": (file,)})
    with pair.hue.here() as hue:
        sent = forged(hue, body, office=HUE_ID, audience=[HUE_ID, HA_TINH_ID], attachments=(file.commitment,))
    assert receive([sent]).counts == {"applied": 1}
    log_everything()
    author = client_of("chuyenvien", HA_TINH)
    answer = author.post(page_of(read_envelope(sent.signed).subject, "forward"), follow=True)
    assert "Dự thảo này chưa có 1 tệp" in text_of(answer)
    assert "bang-ke &amp; so-lieu.txt" in text_of(answer)
    empty = author.post("/dispatches/drafts/start/", follow=True)
    assert "Dự thảo này chưa có" not in text_of(empty)
