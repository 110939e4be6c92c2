"""A specialist fetches the draft as Word and looks at it as PDF, in the browser."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.cast import NGHE_AN
from tests.documents.pages import find_words
from tests.journeys.people import Stage

pytestmark = pytest.mark.browser


def test_a_draft_is_taken_along_as_word_and_seen_as_pdf(stage: Stage) -> None:
    address = f"/dispatches/drafts/{stage.things['drafting']}/"
    writer = stage.person("chuyenvien", NGHE_AN)
    writer.opens(address)
    with writer.page.expect_download() as taken:
        writer.presses("Tải mẫu Word đã điền sẵn")
    word = docx.Document(BytesIO(Path(taken.value.path()).read_bytes()))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in word.tables[0].cell(0, 1).text
    shown = writer.page.request.get(f"{writer.origin}{address}pdf/")
    assert shown.headers["content-type"] == "application/pdf"
    assert find_words(shown.body(), "Độc lập - Tự do - Hạnh phúc").page == 0
