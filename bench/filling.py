"""Two hundred thousand documents with 3.6 million deliveries, put into a database by sets: COPY and INSERT … SELECT.

Office 1 is a recipient of every document; every other one of about a third of them. One document in twenty carries a
text of 10 kB. Audiences are many: one for every ten documents.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg

from bench.installation import Desk

OFFICES = 55
RECIPIENTS = 18
PER_AUDIENCE = 10
TEXTS = 4_000
LONG_SHARE = 20
SHORT, LONG = 650, 7_000  # characters of Vietnamese: 1 kB and 10 kB
_SENTENCE = """
phòng chống thiên tai lũ quét mưa lớn sạt lở đê điều hồ chứa cứu hộ cứu nạn quân khu tỉnh ủy ủy ban nhân dân xã phường
báo cáo kế hoạch công điện chỉ đạo phối hợp lực lượng phương tiện sơ tán dân vùng thấp ven biển biên giới an ninh trật
tự diễn tập khu vực phòng thủ tuyển quân hậu cần y tế giáo dục nông nghiệp thủy lợi giao thông vận tải
"""
_SYLLABLES = _SENTENCE.split()


@dataclass(frozen=True)
class Filled:
    """What was filled: a word that few documents hold, and ids of documents office 2 received."""

    rare_word: str
    documents: Sequence[UUID]


def fill(dsn: str, desks: Sequence[Desk], count: int) -> Filled:
    """Fill the database of ``dsn`` (as owner) with ``count`` documents."""
    chance = random.Random(4)
    with psycopg.connect(dsn) as connection:
        _copy_offices(connection, desks)
        _copy_audiences(connection, desks, count // PER_AUDIENCE, chance)
        _copy_texts(connection, chance)
        values = {
            "count": count,
            "per_audience": PER_AUDIENCE,
            "texts": TEXTS,
            "body": _body(desks),
            "offices": [desks[0].office_id, desks[1].office_id],
        }
        for statement in (Path(__file__).parent / "filling.sql").read_text().split(";")[:-1]:
            connection.execute(statement.encode(), values)
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        received = connection.execute(
            "SELECT subject_id FROM exchange_delivery WHERE recipient_id = %s ORDER BY md5(subject_id::text) LIMIT 200",
            [desks[1].office_id],
        ).fetchall()
    return Filled("hiem", [row[0] for row in received])


def _copy_offices(connection: psycopg.Connection[object], desks: Sequence[Desk]) -> None:
    connection.execute("CREATE TEMP TABLE o (n int PRIMARY KEY, id uuid, body uuid)")
    rows = connection.execute("SELECT office_id, id FROM offices_issuingbody").fetchall()
    bodies = {row[0]: row[1] for row in rows}  # type: ignore[index]
    with connection.cursor().copy("COPY o FROM STDIN") as copy:
        for number, desk in enumerate(desks):
            copy.write_row((number, desk.office_id, bodies[desk.office_id]))


def _copy_audiences(
    connection: psycopg.Connection[object], desks: Sequence[Desk], count: int, chance: random.Random
) -> None:
    """Audience n: an owner, office 1, and seventeen others."""
    from phoihop.exchange.statements import AudienceSet

    connection.execute(
        "CREATE TEMP TABLE a (n int PRIMARY KEY, id uuid, digest bytea, owner uuid, members uuid[], shown jsonb)"
    )
    with connection.cursor().copy("COPY a FROM STDIN") as copy:
        for number in range(count):
            owner, *others = chance.sample(range(1, len(desks)), RECIPIENTS)
            recipients = [desks[0].office_id, *(desks[other].office_id for other in others)]
            audience = AudienceSet.of([desks[owner].office_id, *recipients])
            shown = json.dumps([{"office": str(one), "role": "main"} for one in recipients])
            copy.write_row((number, audience.id, audience.digest, desks[owner].office_id, recipients, shown))


def _copy_texts(connection: psycopg.Connection[object], chance: random.Random) -> None:
    from phoihop.core.text import fold

    connection.execute(
        "CREATE TEMP TABLE t (n int PRIMARY KEY, abstract text, content text, folded text, words tsvector)"
    )
    with connection.cursor().copy("COPY t (n, abstract, content, folded) FROM STDIN") as copy:
        for number in range(TEXTS):
            length = LONG if number % LONG_SHARE == 0 else SHORT
            content = " ".join(chance.choices(_SYLLABLES, k=length // 5))
            abstract = "Về việc " + " ".join(chance.choices(_SYLLABLES, k=9)) + (" hiếm" if number == 7 else "")
            copy.write_row((number, abstract, content, fold(f"{abstract} \n {content}")))
    connection.execute("UPDATE t SET words = to_tsvector('simple', folded)")


def _body(desks: Sequence[Desk]) -> bytes:
    """One body for all: pages read it for the timeline, and nothing of it is searched."""
    body = {
        "issuer_name": "Ủy ban", "regime": "GOV", "code": "01/UBND", "abstract": "Về việc", "content": "Nội dung " * 90,
        "body_id": str(desks[0].office_id), "recipients": [{"office": str(desks[0].office_id), "role": "main"}],
        "signed_at": "2026-10-03T08:00:00Z",
    }  # fmt: skip
    return bytes(16) + json.dumps(body, ensure_ascii=False).encode()
