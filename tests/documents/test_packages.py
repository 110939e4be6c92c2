"""A stranger's DOCX is looked through before anything parses it, whatever encoding hides what is inside."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from phoihop.core.errors import Invalid
from phoihop.documents.packages import MAIN_PART, read_package

ENCODINGS = ("utf-8", "utf-16", "utf-16-be")
TYPES = "[Content_Types].xml"


def _plain() -> bytes:
    made = io.BytesIO()
    written = docx.Document()
    written.add_paragraph("Kính gửi: Ủy ban nhân dân tỉnh")
    written.save(made)
    return made.getvalue()


def _altered(part: str, old: str, new: str, encoding: str) -> bytes:
    """The plain document with one part changed and written in another encoding."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_plain())) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                text = content.decode().split("?>", 1)[1].strip()
                assert old in text
                text = f'<?xml version="1.0" encoding="{encoding}"?>' + text.replace(old, new, 1)
                content = (("\ufeff" if encoding == "utf-16-be" else "") + text).encode(encoding)
            target.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_document_is_read_in_any_encoding(encoding: str) -> None:
    assert MAIN_PART in read_package(_altered(MAIN_PART, "Kính gửi", "Kính trình", encoding))


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_document_type_is_refused_in_any_encoding(encoding: str) -> None:
    hidden = '<!DOCTYPE w [<!ENTITY a "aaaa">]><w:document'
    with pytest.raises(Invalid) as refused:
        read_package(_altered(MAIN_PART, "<w:document", hidden, encoding))
    assert refused.value.code == "not_word"


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_macros_are_refused_in_any_encoding(encoding: str) -> None:
    plain = "openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with pytest.raises(Invalid) as refused:
        read_package(_altered(TYPES, plain, "ms-word.document.macroEnabled.main+xml", encoding))
    assert refused.value.code == "macros"
