"""Every way an office reads a document, in one list: what is hidden must not be said by any of them."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pypdfium2 as pdfium

from phoihop.casefiles.actions import CasefileInput, move, put_in, set_up
from phoihop.core.errors import PhoiHopError
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.starting import start_forward
from phoihop.lists import exporting
from phoihop.notify.models import Notice
from tests.api.callers import caller
from tests.cast import HA_TINH
from tests.dispatches.browsing import client_of, page_of
from tests.dispatches.papers import office_of

TEXT, IN_FILE, FILE_NAME, ABSTRACT = "voixanhhotay", "thuyenmaydodo", "bang-ke-hotenlot.txt", "caunhotrongdau"
"""Words a document says in its text, in a file, as a file's name and in its abstract; looked for in every read."""


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
    if data.startswith(b"%PDF"):
        texts += [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(data)]
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


def _workbook(query: str = "") -> Callable[[UUID, UUID], str]:
    def read(_letter: UUID, _record: UUID) -> str:
        client = client_of("vanthu", HA_TINH)
        asked = client.post("/lists/incoming/export/", {"query": query})["Location"].split("/")[-2]
        exporting.run_export(UUID(asked))
        return _said(client.post(f"/lists/exports/{asked}/file/"))

    return read


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


def _casefile(*rest: str) -> Callable[[UUID, UUID], str]:
    def read(letter: UUID, _record: UUID) -> str:
        with office_of("chuyenvien", HA_TINH) as by:
            stated = CasefileInput(2026, str(new_id()), "Hồ sơ", 10, by.position_id)
            made = set_up(stated, by=by).id
            try:
                put_in(made, "dispatch", letter, by=by)
            except PhoiHopError as error:
                return str(error)
            move(made, "close", by=by)
        return _said(client_of("vanthu", HA_TINH).get("/".join(["", "casefiles", str(made), *rest])))

    return read


READS: dict[str, Callable[[UUID, UUID], str]] = {
    "page": _page(),
    "live": _page("live"),
    "as known": _page("as-known"),
    "as known at first": _page("as-known", query="?step=1"),
    "proof": _page("proof"),
    "proof file": _page("proof", "file", query="?text=1"),
    "proof files": _page("proof", "files", query="?text=1"),
    "slip": _page("slip"),
    "stamp": _page("stamp"),
    "signatures": _page("signatures"),
    "casefile": _casefile(""),
    "casefile's package": _casefile("package.zip"),
    "casefiles of it": _at("/casefiles/of/dispatch/{id}/"),
    "register": _at("/dispatches/registers/in/"),
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
    "workbook": _workbook(),
    "workbook of what was searched": _workbook(f"q={IN_FILE}"),
    "own workbooks": _at("/lists/exports/"),
    "notices": _notices,
    "passed on": _forwarded,
    "api one": _api("/dispatches/{id}"),
    "api list": _api("/dispatches"),
    "api file": _api("/dispatches/{id}/attachments/1"),
    "api edxml": _api("/dispatches/{id}/edxml"),
}
REPEATING = ("search by text",)
"""Pages that repeat the words that were typed."""


def leaks(letter: UUID, record: UUID, words: Sequence[str]) -> dict[str, list[str]]:
    """Which reads say which of these words."""
    said = {name: read(letter, record) for name, read in READS.items() if name not in REPEATING}
    found = {name: [word for word in words if word in text] for name, text in said.items()}
    return {name: words for name, words in found.items() if words}
