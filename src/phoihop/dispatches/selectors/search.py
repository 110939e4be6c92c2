"""Search over every document the acting office may see and its attachments, with or without diacritics, by code too."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from phoihop.core.text import fold, normalise_code
from phoihop.dispatches.models import Dispatch
from phoihop.dispatches.selectors.changes import withheld
from phoihop.files.texts import Snippet, snippets
from phoihop.offices.acting import Acting, check_may
from phoihop.offices.permissions import Permission

MOST = 200
_WORD = re.compile(r"[^\W_]+")
_PHRASE = re.compile(r'"([^"]+)"')
_LOOKS_LIKE_CODE = re.compile(r"^(so\s*[:.]?\s*)?\d{1,7}\b")


def search_ids(words: str, *, by: Acting, before: datetime | None = None, most: int = MOST) -> Sequence[UUID]:
    """Ids of matching documents, newest first. Words must all occur; the last may be a beginning; "…" is a phrase.

    What begins with a number is looked up as a code too.
    """
    check_may(by, Permission.DISPATCH_VIEW)
    query, code = word_query(words), code_query(words)
    if not query and not code:
        return ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT dispatch_id FROM dispatches_search(%s, %s, %s, %s)", [query, code, before, most])
        ids = [row[0] for row in cursor.fetchall()]
    gone = withheld(ids, by=by)  # what an office gave up is not found by its words either
    return [one for one in ids if one not in gone]


def search(words: str, *, by: Acting, most: int = 20) -> Sequence[Dispatch]:
    """Matching documents, newest first."""
    ids = search_ids(words, by=by, most=most)
    found = Dispatch.objects.in_bulk(list(ids))
    return [found[one] for one in ids if one in found]


def snippets_of(found: Sequence[Dispatch], words: str, *, by: Acting) -> dict[UUID, Snippet]:
    """Where attachments of the found documents say what was searched for, by document."""
    check_may(by, Permission.DISPATCH_VIEW)
    return snippets([one.id for one in found], words, word_query(words))


def word_query(words: str) -> str:
    """A ``to_tsquery`` text over folded words; only letters and digits ever reach it."""
    folded = fold(words)
    phrases = [" <-> ".join(_WORD.findall(phrase)) for phrase in _PHRASE.findall(folded)]
    loose = _WORD.findall(_PHRASE.sub(" ", folded))
    terms = [f"({phrase})" for phrase in phrases if phrase] + [f"{word}" for word in loose]
    if loose and not folded.endswith('"') and len(loose[-1]) > 1:
        terms[-1] += ":*"
    return " & ".join(terms)


def code_query(words: str) -> str:
    """The normalised code the words may mean, or nothing: "12/QĐ-UBND" and "12 qd ubnd" are the same."""
    if not _LOOKS_LIKE_CODE.match(fold(words)):
        return ""
    return normalise_code(words).replace("\\", "").replace("%", "").replace("_", "")
