"""Checking the form (thể thức) of a document against the rules of its regime and day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from phoihop.documents.checking.findings import Finding, Severity
from phoihop.documents.checking.judging import judge
from phoihop.documents.checking.pdf import read_pdf
from phoihop.documents.checking.recognising import recognise
from phoihop.documents.checking.word import read_word
from phoihop.documents.components import Regime
from phoihop.documents.layouts import layout_for


def check(given: bytes | Path, regime: Regime | str, on: date) -> list[Finding]:
    """What breaks the rules in force on a day, in reading order, and what cannot be told from the file.

    Takes a DOCX or a PDF. Raises Invalid for a file that cannot be read: macros, a password, damage, size.
    """
    data = given.read_bytes() if isinstance(given, Path) else given
    layout = layout_for(regime, on)
    seen = read_pdf(data) if data.startswith(b"%PDF") else read_word(data)
    if not any(line.text for line in seen.lines):
        return [Finding("body", _("không có chữ để đọc"), "", "", severity=Severity.UNKNOWN)]
    return list(judge(seen, recognise(seen), layout))
