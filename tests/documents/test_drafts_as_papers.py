"""From the editor: the draft as Word and as PDF, for its own office alone."""

from __future__ import annotations

from io import BytesIO

import docx
import pytest

from phoihop.dispatches.models import Draft
from phoihop.documents.checking.check import check
from phoihop.documents.checking.findings import Severity
from tests.cast import HA_TINH, NGHE_AN, REGION
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import drafted, numbered, office_of, open_books, stated
from tests.documents.pages import find_words
from tests.documents.papers import TODAY

pytestmark = pytest.mark.django_db


def _path(draft_id: object, kind: str) -> str:
    return f"/dispatches/drafts/{draft_id}/{kind}/"


def test_the_editor_offers_word_filled_in() -> None:
    draft = drafted(
        stated(REGION, copies=(HA_TINH,), abstract="về phối hợp ứng phó bão số 5", content="Đề nghị phối hợp.")
    )
    client = client_of("chuyenvien", NGHE_AN)
    page = text_of(client.get(f"/dispatches/drafts/{draft.id}/"))
    assert "Tải mẫu Word đã điền sẵn" in page
    assert f'{_path(draft.id, "pdf")}" target="_blank" rel="noopener"' in page
    answer = client.get(_path(draft.id, "word"))
    assert answer["Content-Disposition"] == 'attachment; filename="ve-phoi-hop-ung-pho-bao-so-5.docx"'
    word = docx.Document(BytesIO(answer.content))
    shown = "\n".join(
        [one.text for one in word.paragraphs]
        + [one.text for table in word.tables for row in table.rows for cell in row.cells for one in cell.paragraphs]
    )
    assert "V/v về phối hợp ứng phó bão số 5" in shown
    assert "- Như trên;" in shown
    assert "Đề nghị phối hợp./." in shown
    found = check(answer.content, "GOV", TODAY)
    assert [one.sentence for one in found if one.severity is Severity.BREACH] == []


def test_a_numbered_paper_shows_number_day_and_signer() -> None:
    open_books()
    draft = numbered(stated(REGION))
    answer = client_of("chuyenvien", NGHE_AN).get(_path(draft.id, "pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert find_words(answer.content, f"Số: {draft.code}").size == 13
    assert draft.dated is not None
    assert find_words(answer.content, f"ngày {draft.dated:%d} tháng").page == 0
    assert find_words(answer.content, draft.signer_name).size == 14


@pytest.mark.parametrize("kind", ["word", "pdf"])
def test_a_draft_of_another_office_is_not_there(kind: str) -> None:
    draft = drafted(stated(REGION))
    assert client_of("chuyenvien", HA_TINH).get(_path(draft.id, kind)).status_code == 404


def test_without_body_and_type_it_says_what_is_missing() -> None:
    draft = drafted(stated(REGION))
    with office_of("chuyenvien", NGHE_AN):
        Draft.objects.filter(id=draft.id).update(type_code="")
    answer = client_of("chuyenvien", NGHE_AN).get(_path(draft.id, "word"))
    assert answer.status_code == 422
    assert "Chưa chọn cơ quan ban hành" in text_of(answer)
