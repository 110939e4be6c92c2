"""Every text people see has an English form. Vietnamese is the language of the source and needs no catalogue."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from scripts.compile_translations import read
from tests.contracts.extraction import extract
from tests.contracts.sources import PACKAGE, templates

ENGLISH = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
_VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_PROPER_NAMES = re.compile("Phối Hợp|Tiếng Việt")
_MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.DOTALL)

ALWAYS_VIETNAMESE = {
    "ui/templates/ui/gallery.html": "examples for authors, who read both languages",
}
"""Templates whose texts are not translated, and why."""


@pytest.fixture(scope="session")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The messages of the program as they are now."""
    target = tmp_path_factory.mktemp("messages") / "django.pot"
    extract(target)
    return target


def test_messages_are_found_in_python_and_in_templates(extracted: Path) -> None:
    said = {entry.texts["msgid"] for entry in read(extracted)}
    assert {"Danh bạ văn phòng", "Chức vụ này không còn hiệu lực hoặc không phải của bạn."} <= said
    assert len(said) > 200


def test_every_message_has_an_english_form(extracted: Path) -> None:
    """msgcmp names each message that is missing, empty or only guessed."""
    done = subprocess.run(
        ["msgcmp", str(ENGLISH), str(extracted)], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_translations_keep_the_places_for_values() -> None:
    done = subprocess.run(
        ["msgfmt", "--check-format", "--check-header", "--output-file=/dev/null", str(ENGLISH)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_english_reads_as_english() -> None:
    """A translation that still holds Vietnamese letters was forgotten, unless it names a thing by its own name."""
    allowed = ("Phối Hợp", "Tiếng Việt", "VĂN", "“", "DIỄN TẬP")
    left = [
        entry.texts["msgstr"]
        for entry in read(ENGLISH)
        if entry.texts.get("msgid")
        and _VIETNAMESE.search(entry.texts.get("msgstr", ""))
        and not any(name in entry.texts["msgstr"] for name in allowed)
    ]
    assert left == []


def test_vietnamese_is_the_source_and_english_differs() -> None:
    assert settings.LANGUAGE_CODE == "vi"
    assert not (PACKAGE / "locale" / "vi").exists()
    with translation.override("vi"):
        assert gettext("Danh bạ văn phòng") == "Danh bạ văn phòng"
    with translation.override("en"):
        assert gettext("Danh bạ văn phòng") != "Danh bạ văn phòng"


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_template_shows_a_text_that_cannot_be_translated(path: Path) -> None:
    bare = _MARKUP.sub(" ", re.sub(r"{%\s*blocktrans.*?endblocktrans\w*\s*%}", " ", path.read_text(), flags=re.DOTALL))
    shown = [line.strip() for line in bare.splitlines() if _VIETNAMESE.search(_PROPER_NAMES.sub("", line))]
    if str(path.relative_to(PACKAGE)) not in ALWAYS_VIETNAMESE:
        assert shown == []
