"""Two real nodes on one server: each with a database, keys and files of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.test import override_settings

from phoihop.core.clock import now
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.dispatches import records
from phoihop.exchange import carrying
from phoihop.exchange.actions import disclose, publish, withdraw
from phoihop.exchange.admission import Incoming
from phoihop.exchange.container import Reader
from phoihop.exchange.directory.actions import change_directory
from phoihop.exchange.directory.changes import HostingMoved, NodeAdded
from phoihop.exchange.directory.selectors import signed_records
from phoihop.exchange.envelope import Body, Envelope, audience_digest, commitment, seal_body, sign
from phoihop.exchange.keys import NodeIdentity, make_identity, own_identity
from phoihop.exchange.registry import projected_tables
from phoihop.exchange.sequencer import sequence
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.offices.acting import Acting
from phoihop.offices.actions import add_node, office_id
from phoihop.offices.models import Node
from tests import databases
from tests.cast import HA_TINH, HUE, LONG_AGO, NGHE_AN, NGHE_AN_PARTY, acting, directory_key

HUE_ID = office_id(HUE.code)
NGHE_AN_ID = office_id(NGHE_AN.code)
HA_TINH_ID = office_id(HA_TINH.code)
PARTY_ID = office_id(NGHE_AN_PARTY.code)


@dataclass(frozen=True)
class TestNode:
    """One node: its database and its directory of keys and files."""

    __test__ = False
    database: str
    root: Path

    @contextmanager
    def here(self) -> Iterator[NodeIdentity]:
        """Act at this node, and afterwards where one acted before."""
        before = str(connection.settings_dict["NAME"])
        databases.point_at(self.database)
        try:
            with override_settings(KEYS_ROOT=self.root / "keys", FILES_ROOT=self.root / "files"):
                yield own_identity()
        finally:
            databases.point_at(before)


def become_hue(keys: Path) -> list[bytes]:
    """Turn the pointed-at database, a copy of the cast's, into a node of its own that hosts Huế.

    Returns the directory record that says so.
    """
    own = make_identity(keys)
    Node.objects.using("owner").filter(is_self=True).update(is_self=False)
    add_node(
        node_id=own.node_id, name="may-hue", incarnation_id=own.incarnation_id, public_key=own.public_key, is_self=True
    )
    added = NodeAdded(
        node=own.node_id,
        name="may-hue",
        incarnation=own.incarnation_id,
        key=own.public_key.hex(),
        valid_from=LONG_AGO,
    )
    moved = HostingMoved(office=HUE.code, node=own.node_id, valid_from=LONG_AGO)
    change_directory([added, moved], key=directory_key())
    return signed_records(since=1)


def issue(
    by: Acting, to: Sequence[UUID], *, abstract: str = "V/v phòng, chống bão", reply_to: UUID | None = None
) -> UUID:
    """Publish an issued document with the least it must say."""
    subject = new_id()
    publish([issued_statement(by.office_id, to, subject, abstract=abstract, reply_to=reply_to)], by=by)
    return subject


def issued_statement(
    office: UUID, to: Sequence[UUID], subject: UUID, *, abstract: str = "V/v", reply_to: UUID | None = None
) -> Statement:
    """What ``issue`` publishes."""
    return Statement(
        records.ISSUED, 1, issued_body(to, abstract, reply_to), subject, AudienceSet.of({office, *to}), opens=True
    )


def issued_body(to: Sequence[UUID], abstract: str = "V/v", reply_to: UUID | None = None) -> records.Issued:
    """The least an issued document says."""
    return records.Issued(
        issuer_name="Ủy ban nhân dân tỉnh Nghệ An",
        regime="GOV",
        code="12/CĐ-UBND",
        abstract=abstract,
        reply_to=reply_to,
        body_id=new_id(),
        recipients=tuple(records.Recipient(office=office) for office in to),
        signed_at=now(),
    )


def disclose_to(office: UUID, subject: UUID) -> None:
    """Open a document of Nghệ An to a further office, as its chief would on a page."""
    chief = acting("chanhvp", NGHE_AN)
    with scope("web", chief.office_id):
        disclose(subject, offices=[office], reason="Cùng ứng phó", by=chief)


def withdraw_from(office: UUID, subject: UUID) -> None:
    """Stop sending a document of Nghệ An to an office, as its chief would on a page."""
    chief = acting("chanhvp", NGHE_AN)
    with scope("web", chief.office_id):
        withdraw(subject, offices=[office], reason="Không còn liên quan", by=chief)


def clerk(office: Any) -> Acting:
    """The records clerk of an office of the cast."""
    return acting("vanthu", office)


def log_everything() -> None:
    """Run the sequencer until nothing is left."""
    while sequence()[0]:
        pass


def carried(path: Path, *, offices: Sequence[UUID] = (HUE_ID,)) -> list[Incoming]:
    """What the node that is acted at would send to these offices."""
    log_everything()
    path.unlink(missing_ok=True)
    carrying.export(path, offices=offices)
    with Reader(path) as reader:
        return list(reader.records())


def forged(
    identity: NodeIdentity,
    body: Body | bytes,
    *,
    office: UUID = NGHE_AN_ID,
    audience: Sequence[UUID] = (NGHE_AN_ID, HUE_ID),
    **said: Any,
) -> Incoming:
    """A record made by hand and signed with a node's real key; ``said`` overrides what the envelope says."""
    content = body if isinstance(body, bytes) else seal_body(body)
    claims: dict[str, Any] = {
        "id": new_id(),
        "kind": records.ISSUED,
        "version": 1,
        "office": office,
        "node": identity.node_id,
        "incarnation": identity.incarnation_id,
        "subject": new_id(),
        "audience": audience_digest(audience).hex(),
        "at": now(),
        "directory": 1,
        "body": commitment(content),
    }
    return Incoming(sign(Envelope(**(claims | said)), identity.jwk), content, tuple(audience))


def seen_by(office: UUID) -> dict[str, list[str]]:
    """Every projected row of exchange and dispatches that an office may see, as text, in a fixed order."""
    tables = [*projected_tables("exchange"), *projected_tables("dispatches")]
    with scope("web", office, read_only=True), connection.cursor() as cursor:
        found = {}
        for table in tables:
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t ORDER BY 1')
            found[table] = [row for (row,) in cursor.fetchall()]
    return found


def count(sql: str, *parameters: Any) -> int:
    """The one number a query of the owner gives."""
    return int(owner_rows(sql, *parameters)[0][0])


def owner_rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """What a query of the owner gives."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall()) if cursor.description else []
