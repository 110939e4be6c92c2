"""What attachments say, kept for search beside them, for the same audience. Derived, and so made anew at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from phoihop.core.errors import NotFound
from phoihop.core.isolation import scope
from phoihop.core.text import fold, nfc
from phoihop.files.extraction import CannotRead, extract_text
from phoihop.files.highlights import fold_aligned, split_hits, terms_of
from phoihop.files.models import Attachment, AttachmentText
from phoihop.files.selectors import told_if_here
from phoihop.files.storage import stored_path

MOST_CHARACTERS = 400_000
"""Of one file. The index holds at most a megabyte of words a row."""
_BEFORE, _AFTER = 70, 170
_READ = "read"


@dataclass(frozen=True)
class Snippet:
    """Where an attachment says what was searched for: its name, and the words around in pieces, found or not."""

    record_id: UUID
    number: int
    name: str
    pieces: Sequence[tuple[str, bool]]


def read_attachments(wanted: Sequence[tuple[UUID, datetime]], *, again: bool = False) -> int:
    """Read the files of these records, each given with the time of its document. Returns how many were read.

    Runs outside any scope: reading takes seconds. A file that is not here yet is left for the next time.
    """
    times = dict(wanted)
    with scope("worker", read_only=True):
        named = told_if_here().filter(record_id__in=times).order_by("record_id", "number")
        files = [file for file in named if file.is_here]
        done = set() if again else set(
            AttachmentText.objects.filter(record_id__in=times).values_list("record_id", "number")
        )  # fmt: skip
    count = 0
    for file in files:
        if (file.record_id, file.number) not in done:
            count += _read(file, times[file.record_id])
    return count


def _read(file: Attachment, at: datetime) -> bool:
    try:
        with stored_path(file.sha256) as path:
            text, state = nfc(extract_text(path, file.media_type).text)[:MOST_CHARACTERS].replace("\x00", ""), _READ
    except NotFound:
        return False
    except CannotRead as error:
        text, state = "", error.code
    with scope("writer"):
        _keep(file, at=at, text=" ".join(text.split()), state=state)
    return True


_KEEP = """
INSERT INTO files_attachmenttext (record_id, number, subject_id, audience_id, at, state, text, folded, words)
SELECT a.record_id, a.number, a.subject_id, a.audience_id, %(at)s, %(state)s, %(text)s, %(folded)s,
    to_tsvector('simple', %(words)s)
FROM files_attachment a WHERE a.record_id = %(record)s AND a.number = %(number)s
ON CONFLICT (record_id, number) DO UPDATE
SET at = excluded.at, state = excluded.state, text = excluded.text, folded = excluded.folded, words = excluded.words
"""
"""Whatever became of the attachment meanwhile decides: one that was purged gets no text."""


def _keep(file: Attachment, *, at: datetime, text: str, state: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            {
                "at": at,
                "state": state,
                "text": text,
                "folded": fold_aligned(text),
                "words": fold(text),
                "record": file.record_id,
                "number": file.number,
            },
        )


_SNIPPETS = """
SELECT t.subject_id, t.record_id, t.number, a.name, substr(t.text, greatest(f.place - %(before)s, 1), %(length)s),
    f.place > %(before)s + 1
FROM files_attachmenttext t JOIN files_attachment a ON a.record_id = t.record_id AND a.number = t.number
    CROSS JOIN LATERAL (SELECT regexp_instr(t.folded, %(first)s) AS place) f
WHERE t.subject_id = ANY(%(subjects)s) AND f.place > 0 AND t.words @@ to_tsquery('simple', %(query)s)
ORDER BY t.record_id, t.number
"""


def snippets(subjects: Sequence[UUID], words: str, query: str) -> dict[UUID, Snippet]:
    """For each subject the first attachment that says what was searched for. ``query`` is a text for ``to_tsquery``.

    In the scope of the office that searches, which decides what is seen.
    """
    terms = terms_of(words)
    if not terms or not subjects or not query:
        return {}
    values: dict[str, Any] = {
        "before": _BEFORE,
        "length": _BEFORE + _AFTER,
        "first": rf"\m{terms[0]}",  # letters and digits alone
        "subjects": list(subjects),
        "query": query,
    }
    found: dict[UUID, Snippet] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SNIPPETS, values)
        for subject, record, number, name, text, is_inside in cursor.fetchall():
            said = f"…{text.partition(' ')[2]}…" if is_inside else f"{text}…"
            found.setdefault(subject, Snippet(record, number, name, tuple(split_hits(said, terms))))
    return found
