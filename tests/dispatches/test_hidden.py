"""One truth for what is hidden: no read says what an office gave up, or what was removed, whichever way it is asked."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from phoihop.core.errors import PhoiHopError
from phoihop.core.isolation import scope
from phoihop.dispatches.actions import drafting
from phoihop.dispatches.actions.changing import answer_change, recall_dispatch
from phoihop.dispatches.actions.starting import start_forward
from phoihop.dispatches.selectors import access
from phoihop.exchange import purging
from phoihop.files.actions import keep_upload, receive_file
from phoihop.files.texts import read_attachments
from phoihop.notify.models import Notice
from tests.api.callers import caller
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.browsing import client_of, page_of
from tests.dispatches.papers import drafted, office_of, open_books, registered, stated
from tests.exchange.nodes import log_everything

pytestmark = pytest.mark.usefixtures("fresh_database")

TEXT, IN_FILE, FILE_NAME = "voixanhhotay", "thuyenmaydodo", "bang-ke-hotenlot.txt"
SAID = (TEXT, IN_FILE, FILE_NAME)


@pytest.fixture
def letter(fresh_database: str) -> UUID:
    """A letter with text and a file that Hà Tĩnh has in its book, read for search."""
    open_books()
    draft = drafted(stated(HA_TINH, content=f"Nội dung {TEXT} đầy đủ."))
    with office_of("chuyenvien", NGHE_AN) as by:
        said = f"Bảng kê {IN_FILE} kèm theo".encode()
        keep_upload(receive_file([said], name=FILE_NAME), holder_id=draft.id, by=by)
        drafting.submit_draft(draft.id, by=by)
    with office_of("lanhdao", NGHE_AN) as by:
        drafting.sign_draft(draft.id, by=by)
    with office_of("vanthu", NGHE_AN) as by:
        drafting.number_draft(draft.id, by=by)
        drafting.issue_draft(draft.id, by=by)
    registered(draft.id, HA_TINH)
    log_everything()
    with office_of("vanthu", HA_TINH) as by:
        document = access.dispatch(draft.id, by=by)
    read_attachments([(document.record_id, document.issued_at)])
    return draft.id


def give_up(letter: UUID) -> None:
    """Recalled, and agreed to by the office that reads."""
    with office_of("lanhdao", NGHE_AN) as by:
        change = recall_dispatch(letter, reason="Ban hành nhầm", by=by)
    with office_of("vanthu", HA_TINH) as by:
        answer_change(change, agreed=True, by=by)


def remove(letter: UUID) -> None:
    """Removed by two people of the issuer."""
    with office_of("quantri", NGHE_AN) as by:
        made = purging.propose_purge(letter, name="Công văn", reason="secrecy", decision="QĐ 7", by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        purging.confirm_purge(made.id, by=by)


def _page(*rest: str, query: str = "") -> Callable[[UUID, UUID], str]:
    def read(letter: UUID, _record: UUID) -> str:
        return _said(client_of("vanthu", HA_TINH).get(page_of(letter, *rest) + query, follow=True))

    return read


def _at(address: str) -> Callable[[UUID, UUID], str]:
    def read(letter: UUID, record: UUID) -> str:
        return _said(client_of("vanthu", HA_TINH).get(address.format(id=letter, record=record), follow=True))

    return read


def _api(address: str) -> Callable[[UUID, UUID], str]:
    def read(letter: UUID, _record: UUID) -> str:
        return _said(caller("vanthu", HA_TINH).get(address.format(id=letter)))

    return read


def _edxml(letter: UUID, _record: UUID) -> str:
    return _said(client_of("vanthu", HA_TINH).post(page_of(letter, "edxml", "document"), follow=True))


def _said(response: Any) -> str:
    """Everything an answer carries, also inside archives and proofs."""
    data = response.getvalue() if response.streaming else response.content
    texts = [data.decode("utf-8", "replace")]
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    return " ".join([*texts, *(_opened(text) for text in texts)])


def _opened(text: str) -> str:
    """The bodies of records in a proof, which are base64 there."""
    try:
        proof = json.loads(text)
    except ValueError:
        return ""
    found = proof.get("records", ()) if isinstance(proof, dict) else ()
    bodies = [one.get("body") or "" for one in found if isinstance(one, dict)]
    return " ".join(base64.urlsafe_b64decode(one + "==").decode("utf-8", "replace") for one in bodies)


def _notices(_letter: UUID, _record: UUID) -> str:
    with scope("worker"):
        return " ".join(json.dumps(one.values, ensure_ascii=False) for one in Notice.objects.all())


def _forwarded(letter: UUID, _record: UUID) -> str:
    with office_of("chuyenvien", HA_TINH) as by:
        try:
            draft = start_forward(letter, by=by)
        except PhoiHopError as error:  # an office without the document cannot pass it on
            return str(error)
    return _said(client_of("chuyenvien", HA_TINH).get(f"/dispatches/drafts/{draft.id}/"))


READS: dict[str, Callable[[UUID, UUID], str]] = {
    "page": _page(),
    "live": _page("live"),
    "as known": _page("as-known"),
    "as known at first": _page("as-known", query="?step=1"),
    "proof": _page("proof"),
    "proof file": _page("proof", "file", query="?text=1"),
    "proof files": _page("proof", "files", query="?text=1"),
    "edxml": _edxml,
    "file": _at("/files/records/{record}/1/"),
    "file looked at": _at("/files/records/{record}/1/view/"),
    "thumbnail": _at("/files/records/{record}/1/thumbnail/"),
    "page image": _at("/files/records/{record}/1/pages/1/"),
    "incoming": _at("/dispatches/incoming/"),
    "desk": _at("/"),
    "search by text": _at(f"/dispatches/search/?q={TEXT}x+{TEXT}"),
    "palette": _at(f"/dispatches/search/palette/?q={IN_FILE[:8]}"),
    "bell": _at("/notices/"),
    "notices": _notices,
    "passed on": _forwarded,
    "api one": _api("/dispatches/{id}"),
    "api list": _api("/dispatches"),
    "api file": _api("/dispatches/{id}/attachments/1"),
    "api edxml": _api("/dispatches/{id}/edxml"),
}
HIDINGS = {"recalled and agreed": give_up, "removed": remove}


@pytest.mark.parametrize("hiding", HIDINGS)
def test_no_read_says_what_is_hidden(letter: UUID, hiding: str) -> None:
    with office_of("vanthu", HA_TINH) as by:
        record = access.dispatch(letter, by=by).record_id
    before = {name: read(letter, record) for name, read in READS.items() if name != "passed on"}
    assert TEXT in before["page"]
    assert FILE_NAME in before["page"]
    assert IN_FILE in before["file"]
    assert TEXT in before["api one"]
    HIDINGS[hiding](letter)
    log_everything()
    leaks = {name: [word for word in SAID if word in read(letter, record)] for name, read in READS.items()}
    leaks["search by text"] = []  # the page repeats the words that were typed
    assert {name: words for name, words in leaks.items() if words} == {}


@pytest.mark.parametrize("hiding", HIDINGS)
@pytest.mark.parametrize("words", [TEXT, IN_FILE])
def test_search_does_not_find_it_by_what_is_hidden(letter: UUID, hiding: str, words: str) -> None:
    address = page_of(letter)
    client = client_of("vanthu", HA_TINH)
    assert address in client.get("/dispatches/search/", {"q": words}).content.decode()
    HIDINGS[hiding](letter)
    assert address not in client.get("/dispatches/search/", {"q": words}).content.decode()
    assert str(letter) not in caller("vanthu", HA_TINH).get("/dispatches", q=words).content.decode()
