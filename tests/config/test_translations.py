"""Our compiler of translations is read back by Python's own gettext."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest

from scripts.compile_translations import compiled

SOURCE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

#: somewhere.py:1
msgid "Văn bản «đến»"
msgstr "Incoming \\"documents\\""

#, fuzzy
msgid "Đoán"
msgstr "Guess"

msgctxt "verb"
msgid "Phát hành"
msgstr ""
"Issue"

msgid "%(n)d văn bản"
msgid_plural "%(n)d văn bản"
msgstr[0] "%(n)d document"
msgstr[1] "%(n)d documents"

msgid "Chưa dịch"
msgstr ""
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> gettext.GNUTranslations:
    path = tmp_path / "django.po"
    path.write_text(SOURCE)
    return gettext.GNUTranslations(io.BytesIO(compiled(path)))


def test_messages_contexts_and_plurals_are_found(catalogue: gettext.GNUTranslations) -> None:
    assert catalogue.gettext("Văn bản «đến»") == 'Incoming "documents"'
    assert catalogue.pgettext("verb", "Phát hành") == "Issue"
    assert catalogue.ngettext("%(n)d văn bản", "%(n)d văn bản", 1) == "%(n)d document"
    assert catalogue.ngettext("%(n)d văn bản", "%(n)d văn bản", 2) == "%(n)d documents"


def test_what_is_doubtful_or_missing_stays_vietnamese(catalogue: gettext.GNUTranslations) -> None:
    assert catalogue.gettext("Đoán") == "Đoán"
    assert catalogue.gettext("Chưa dịch") == "Chưa dịch"


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text('msgid "a"\nmsgstr "b\n')
    with pytest.raises(ValueError, match=r"django\.po:2"):
        compiled(path)
