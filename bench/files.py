"""Search over what attachments say: ``python -m bench.files [COUNT]``, with 10 kB of text for each.

Syllables occur as often as in ordinary texts (the n-th most frequent about 1/n as often as the first), so some words
stand in nearly every file and others in a few. Asked for through the page and through the function alone, as an office
that receives everything and as one that receives a third.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any
from uuid import UUID

import psycopg

from bench.databases import filled_database
from bench.installation import Desk
from bench.volume import Figure, page_figure, signed_in, table

COUNT = 100_000
OFFICES, RECIPIENTS, PER_AUDIENCE = 55, 18, 10
TEXTS, SYLLABLES, LENGTH = 4_000, 3_000, 2_000
LIMIT_MS = 150
_ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RIMES = (
    "a ai am an ang anh ao au ay ă âm ân ê e em en iên iêu inh o oi om on ong ôi ông ơ ơi u ui un ung ư ưng ươn ương y"
)
_TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")

_FILL = """
INSERT INTO exchange_audience (id, digest) SELECT id, digest FROM a;
INSERT INTO exchange_audience_member (audience_id, office_id) SELECT id, unnest(members) FROM a;
UPDATE t SET words = to_tsvector('simple', plain);
CREATE TEMP TABLE d AS
    SELECT i, gen_random_uuid() AS id, gen_random_uuid() AS record, a.id AS audience, a.owner, t.n AS text,
    now() - (%(count)s - i) * interval '40 seconds' AS at
    FROM generate_series(0, %(count)s - 1) i JOIN a ON a.n = i / %(per_audience)s JOIN t ON t.n = i %% %(texts)s;
INSERT INTO dispatches_dispatch (id, record_id, audience_id, owner_id, origin, business, body_id, issuer_name, regime,
    code, type_code, type_name, abstract, content, urgency, circulation, dated, place, signatory_name,
    signatory_title, signatory_authority, recipients, other_recipients, issued_at, exercise, attachment_count)
    SELECT d.id, d.record, d.audience, d.owner, 'issued', 'new', NULL, 'Ủy ban nhân dân', 'GOV', i || '/QĐ-UBND',
    'decision', 'Quyết định', 'Về việc ' || i, '', 'normal', 'NORMAL', d.at::date, 'Nghệ An', 'Nguyễn Văn An',
    'Chủ tịch', '', '[]', '', d.at, false, 1 FROM d;
INSERT INTO dispatches_dispatchtext (dispatch_id, audience_id, issued_at, code, words)
    SELECT d.id, d.audience, d.at, d.i || ' qd ubnd', to_tsvector('simple', 've viec ' || d.i) FROM d;
INSERT INTO files_attachment (record_id, number, subject_id, audience_id, node_id, name, media_type, size, sha256)
    SELECT d.record, 1, d.id, d.audience, n.id, 'Kèm theo.pdf', 'application/pdf', 10000, repeat('0', 64)
        FROM d, offices_node n WHERE n.is_self;
INSERT INTO files_attachmenttext (record_id, number, subject_id, audience_id, at, state, text, folded, words)
    SELECT d.record, 1, d.id, d.audience, d.at, 'read', t.said, t.folded, t.words FROM d JOIN t ON t.n = d.text;
"""


def measure(count: int = COUNT) -> Sequence[Figure]:
    """Fill a database of its own and search it."""
    with filled_database("files", OFFICES, fill, count) as (desks, words):
        return [*_pages("everything", desks[0], words), *_pages("a third", desks[1], words)]


def fill(dsn: str, desks: Sequence[Desk], count: int) -> dict[str, str]:
    """Fill the database of ``dsn`` as its owner. Returns what to search for, by how often it occurs."""
    chance = random.Random(7)
    syllables = _syllables(chance)
    weights = list(accumulate(1 / (number + 3) for number in range(len(syllables))))
    with psycopg.connect(dsn) as connection:
        _copy_audiences(connection, desks, -(-count // PER_AUDIENCE), chance)
        _copy_texts(connection, syllables, weights, chance)
        values = {"count": count, "per_audience": PER_AUDIENCE, "texts": TEXTS}
        for statement in _FILL.strip().split(";\n"):
            connection.execute(statement.rstrip(";").encode(), values if "%(" in statement else None)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return {
        "in nearly every file": syllables[0],
        "two common words": f"{syllables[2]} {syllables[9]}",
        "in one of ten": syllables[170],
        "a phrase": f'"{syllables[1]} {syllables[4]}"',
        "in a twentieth of files": syllables[2_900],
        "a rare phrase": f'"{syllables[2_500]} {syllables[170]}"',
        "two in a few files": f"{syllables[2_500]} {syllables[2_700]}",
        "in 25 files": "hiemhoi",
        "in no file": "khongcotu",
        "the beginning of a word": f"{syllables[40]} hiem",
    }


def _syllables(chance: random.Random) -> list[str]:
    made = {onset + rime + tone for onset in _ONSETS.split() for rime in _RIMES.split() for tone in _TONES}
    return chance.sample(sorted(made), SYLLABLES)


def _copy_audiences(connection: Any, desks: Sequence[Desk], count: int, chance: random.Random) -> None:
    """Every audience holds an owner, office 1, and seventeen others."""
    from phoihop.exchange.statements import AudienceSet

    connection.execute("CREATE TEMP TABLE a (n int PRIMARY KEY, id uuid, digest bytea, owner uuid, members uuid[])")
    with connection.cursor().copy("COPY a FROM STDIN") as copy:
        for number in range(count):
            chosen: list[UUID] = [desks[one].office_id for one in chance.sample(range(1, len(desks)), RECIPIENTS)]
            audience = AudienceSet.of([*chosen, desks[0].office_id])
            copy.write_row((number, audience.id, audience.digest, chosen[0], [*chosen, desks[0].office_id]))


def _copy_texts(connection: Any, syllables: Sequence[str], weights: Sequence[float], chance: random.Random) -> None:
    from phoihop.core.text import fold, nfc
    from phoihop.files.highlights import fold_aligned

    connection.execute("CREATE TEMP TABLE t (n int PRIMARY KEY, said text, folded text, plain text, words tsvector)")
    with connection.cursor().copy("COPY t (n, said, folded, plain) FROM STDIN") as copy:
        for number in range(TEXTS):
            said = nfc(" ".join(chance.choices(syllables, cum_weights=weights, k=LENGTH)))
            said += " hiemhoi" if number == 7 else ""
            copy.write_row((number, said, fold_aligned(said), fold(said)))


def _pages(who: str, desk: Desk, words: dict[str, str]) -> Iterator[Figure]:
    client = signed_in(desk)
    for name, said in words.items():
        yield _function(f"{who}: {name}", desk, said)
    for name, said in words.items():
        address = "/dispatches/search/?q=" + said.replace(" ", "+")
        yield page_figure(f"{who}, page: {name}", client, lambda address=address: address, LIMIT_MS)  # type: ignore[misc]


def _function(name: str, desk: Desk, said: str) -> Figure:
    """The search without the page."""
    from phoihop.core.isolation import scope
    from phoihop.dispatches.selectors.search import word_query

    query = word_query(said)

    def ask() -> None:
        from django.db import connection

        with scope("web", desk.office_id, read_only=True), connection.cursor() as cursor:
            cursor.execute("SELECT dispatch_id FROM dispatches_search(%s, '', NULL, 101)", [query])
            cursor.fetchall()

    return _timed(name, ask)


def _timed(name: str, ask: Callable[[], None]) -> Figure:
    took = []
    for _turn in range(40):
        began = time.perf_counter()
        ask()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return Figure(name, took[len(took) // 2], took[int(len(took) * 0.95) - 1], 0.0, 0.0, 1, LIMIT_MS)


if __name__ == "__main__":
    sys.stdout.write(table(measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT)) + "\n")
