"""Every text people see has an English form. Vietnamese is the language of the source and needs no catalogue."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from scripts.compile_translations import read
from tests.contracts.extraction import extract
from tests.contracts.sources import PACKAGE, python_files, templates

ENGLISH = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
_VIETNAMESE = re.compile("[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]", re.IGNORECASE)
_PROPER_NAMES = re.compile("Phối Hợp|Tiếng Việt")
_MARKUP = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->", re.DOTALL)

ALWAYS_VIETNAMESE = {
    "ui/templates/ui/gallery.html": "examples for authors, who read both languages",
}
"""Templates whose texts are not translated, and why."""

ONLY_VIETNAMESE = {
    "config/": "said to the operator, partly before settings and languages are there",
    "management/": "said to the operator at the command line",
    "demo/": "made-up official documents, which are Vietnamese",
    "migrations/": "a copy of what models say",
    "models.py": "names of choices and help for authors, which no page shows",
    "models/registers.py": "names of choices, which no page shows",
    "exchange/keys.py": "said to the operator",
    "exchange/directory/changes.py": "patterns of codes",
    "exchange/proofs/checker.py": "said at the command line of a machine without settings or languages",
    "offices/actions.py": "said to the operator: no page changes the directory",
    "api/public.py": "the product's own name",
    "dispatches/api_shapes.py": "an example of a number",
    "dispatches/correction_text.py": "the text of an official letter, which is Vietnamese",
    "dispatches/citations.py": "words around the numbers documents cite",
    "files/charsets.py": "letters, by which an encoding is told",
    "files/cleaning.py": "the product's own name",
    "files/guard/letters.py": "letters, which belong to no language",
    "files/guard/marks.py": "the marks of Vietnamese law, which are looked for and not said",
    "administration/authority_lines.py": "lines of official documents, which are Vietnamese",
    "administration/people_sheet.py": "headings looked for in a sheet, which are no texts of a page",
    "dispatches/outgoing_messages.py": "said in a message to Vietnamese systems",
    "dispatches/written_papers.py": "words of official documents, which are Vietnamese",
    "dispatches/types.py": "patterns of numbers",
    "documents/bodies.py": "patterns of how official documents are divided",
    "documents/body_setting.py": "words of official documents",
    "documents/checking/judging.py": "patterns of what official documents say",
    "documents/checking/recognising.py": "patterns of what official documents say",
    "documents/composing.py": "words of official documents",
    "documents/describing.py": "words of official documents",
    "documents/reading/": "patterns of what official documents say",
    "documents/signing/trust.py": "said to the operator",
    "documents/wording.py": "words of official documents",
    "documents/writing/word_xml.py": "names of fields in a document, for those who write Vietnamese",
    "ui/day_fields.py": "patterns of days as people type them",
    "ui/templatetags/ui.py": "what names of offices begin with",
    "core/text.py": "letters",
    "core/machine.py": "the diagram of the documentation",
    "ui/samples.py": "examples for authors",
}
"""Python files, by part of their path, whose Vietnamese texts are not translated, and why."""

_GETTEXT = {"_", "N_", "lazy", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}


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
        ["msgfmt", "--check-format", "--output-file=/dev/null", str(ENGLISH)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr


def test_english_reads_as_english() -> None:
    """A translation that still holds Vietnamese letters was forgotten, unless it names a thing by its own name."""
    names = re.compile("Phối Hợp|Tiếng Việt|DIỄN TẬP|“[^”]*”")
    said = [entry.texts["msgstr"] for entry in read(ENGLISH) if entry.texts.get("msgid") and "msgstr" in entry.texts]
    left = [text for text in said if _VIETNAMESE.search(names.sub("", text))]
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


def untranslated(source: str) -> list[str]:
    """Vietnamese texts of a Python source that are neither docstrings nor given to gettext."""
    tree = ast.parse(source)
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _GETTEXT:
                passed.update(ast.walk(node))
            case ast.Expr(value=ast.Constant() as docstring):
                passed.add(docstring)
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and node not in passed)
    return [str(node.value) for node in texts if isinstance(node.value, str) and _VIETNAMESE.search(node.value)]


@pytest.mark.parametrize("path", python_files(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_page_says_a_text_that_cannot_be_translated(path: Path) -> None:
    if not any(part in str(path.relative_to(PACKAGE)) for part in ONLY_VIETNAMESE):
        assert untranslated(path.read_text()) == []


def test_texts_outside_gettext_are_found() -> None:
    assert untranslated("""def say():\n    "Tiếng Việt"\n    return _("Văn bản") + "đến" """) == ["đến"]
