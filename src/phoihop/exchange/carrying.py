"""Carrying records to another node in a file, and taking such a file in. Only what is in the log leaves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.exchange import container, high_water
from phoihop.exchange.container import Manifest, Outgoing, Reader, Writer
from phoihop.exchange.directory.actions import apply_signed
from phoihop.exchange.directory.rotation import switch_if_due
from phoihop.exchange.directory.selectors import signed_records
from phoihop.exchange.held_files import Brought
from phoihop.exchange.keyring import load_keyring
from phoihop.exchange.keys import own_identity
from phoihop.exchange.models import Checkpoint, DirectoryRecord
from phoihop.exchange.receiving import Received, receive
from phoihop.exchange.standing import check_writable, forget_standing
from phoihop.files.storage import has_stored, open_stored, store_stream
from phoihop.offices.models import Node, Office

_CHUNK = 500


@dataclass(frozen=True)
class Exported:
    """What a file holds. ``until`` is what to give as ``since`` for the next one."""

    records: int
    attachments: int
    attachments_missing: int
    until: int


@dataclass(frozen=True)
class Imported:
    """Whose file it was, what became of its records, and what of attachments and directory was new here."""

    manifest: Manifest
    received: Received
    attachments: int
    directory: tuple[int, ...] = ()


def export(path: Path, *, offices: Sequence[UUID], since: int = 0) -> Exported:
    """Write the records these offices may see, from place ``since`` of this incarnation's log on, into a file.

    What was disclosed to them since then is included whole, however old. Raises Conflict when the file exists.
    """
    if path.exists():
        raise Conflict("file_exists", _("Tệp %(path)s đã có.") % {"path": path}, remedy=_("Chọn tên khác."))
    partial = path.with_name(path.name + ".part")
    try:
        with Writer(partial) as writer, scope("worker", read_only=True):
            exported = _write(writer, offices, since)
            leaving = _checkpoint_at(exported.until)
        if leaving is not None:
            high_water.raise_to(own_identity().incarnation_id, size=exported.until, root=leaving)
        _settle(partial, path)
    finally:
        partial.unlink(missing_ok=True)
    return exported


def _write(writer: Writer, offices: Sequence[UUID], since: int) -> Exported:
    identity = own_identity()
    until = _log_size(identity.incarnation_id)
    wanted = {
        "offices": list(offices),
        "own": identity.incarnation_id,
        "node": identity.node_id,
        "since": since,
        "until": until,
    }
    count, digest = writer.add_records(_outgoing(wanted))
    attachments, missing = _add_attachments(writer, wanted)
    writer.add_directory(signed_records(using="default"))
    writer.add_manifest(
        Manifest(
            format=container.FORMAT,
            version=container.VERSION,
            node=identity.node_id,
            node_name=Node.objects.get(id=identity.node_id).name,
            incarnation=identity.incarnation_id,
            offices=tuple(offices),
            since=since,
            until=until,
            made_at=now(),
            records=count,
            records_sha256=digest,
        )
    )
    return Exported(count, attachments, missing, until)


_SELECTED = """
FROM exchange_record r JOIN exchange_logentry e ON e.record_id = r.id
LEFT JOIN exchange_recordbody b ON b.record_id = r.id
WHERE (e.incarnation_id <> %(own)s OR e."index" < %(until)s)
  AND (r.audience_id IN (SELECT m.audience_id FROM exchange_audience_member m WHERE m.office_id = ANY(%(offices)s))
    OR EXISTS (SELECT FROM exchange_disclosed d WHERE d.office_id = ANY(%(offices)s) AND d.subject_id = r.subject_id
        AND (d.until_id IS NULL OR phoihop_before(r.id, d.until_id))))
  AND (%(since)s = 0 OR (e.incarnation_id = %(own)s AND e."index" >= %(since)s)
    OR r.subject_id IN (SELECT d.subject_id FROM exchange_disclosed d JOIN exchange_logentry l USING (record_id)
        WHERE d.office_id = ANY(%(offices)s) AND d.until_id IS NULL AND l.incarnation_id = %(own)s
          AND l."index" >= %(since)s))
"""
_DISCLOSURES_FIRST = """
EXISTS (SELECT 1 FROM exchange_disclosed d WHERE d.record_id = r.id AND d.until_id IS NULL
    AND d.office_id = ANY(%(offices)s)) DESC
"""
"""The receiver takes nothing that is not for it; a disclosure tells that what follows is."""


def _outgoing(wanted: Mapping[str, Any]) -> Iterator[Outgoing]:
    members = "ARRAY(SELECT m.office_id FROM exchange_audience_member m WHERE m.audience_id = r.audience_id ORDER BY 1)"
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT r.envelope, COALESCE(b.content, ''::bytea), {members} {_SELECTED}"
            f" ORDER BY {_DISCLOSURES_FIRST}, r.position",
            wanted,
        )
        while rows := cursor.fetchmany(_CHUNK):
            for signed, content, offices in rows:
                yield Outgoing(bytes(signed), bytes(content), tuple(offices))


def _add_attachments(writer: Writer, wanted: Mapping[str, Any]) -> tuple[int, int]:
    """Only files of records made at this node: a stranger's record may name the hash of a file it never had."""
    added = missing = 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT a.sha256 FROM files_attachment a"
            f" WHERE a.record_id IN (SELECT r.id {_SELECTED} AND r.node_id = %(node)s) ORDER BY 1",
            wanted,
        )
        for (sha256,) in cursor.fetchall():
            if not has_stored(sha256):
                missing += 1
                continue
            with open_stored(sha256) as source:
                writer.add_attachment(sha256, source)
            added += 1
    return added, missing


def _log_size(incarnation: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(size) FROM exchange_checkpoint WHERE incarnation_id = %s", [incarnation])
        (size,) = cursor.fetchone()
        return size or 0


def _checkpoint_at(size: int) -> bytes | None:
    """The root that the checkpoint of this size signs; None while nothing is logged."""
    found = Checkpoint.objects.filter(incarnation_id=own_identity().incarnation_id, size=size)
    root = found.values_list("root", flat=True).first()
    return None if root is None else bytes(root)


def _settle(partial: Path, path: Path) -> None:
    """The name appears when the bytes are on the disk: a courier must not take half a file."""
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def import_file(path: Path) -> Imported:
    """Take in a file that another node exported: first what it brings of the directory, then its records.

    Importing it again changes nothing. Raises Invalid when the file is damaged, its directory does not verify, or it is
    not for this node; Conflict when its directory contradicts ours; Unavailable while this node may not write. Then no
    record of it was taken in.
    """
    check_writable()
    with Reader(path) as reader:
        reader.check_whole()
        versions = _take_directory(reader.directory())
        with scope("writer"):
            hosted = load_keyring().hosted_here
        if not hosted & set(reader.manifest.offices):
            raise Invalid(
                "not_for_this_node",
                _("Tệp này gửi cho các văn phòng không đặt ở máy chủ này."),
                remedy=_("Nhập tệp ở máy chủ của văn phòng nhận."),
            )
        added, files = 0, reader.attachments()
        for sha256 in files:
            if not has_stored(sha256):
                store_stream(reader.attachment(sha256), limit=container.MAX_ATTACHMENT_BYTES)
                added += 1
        received = receive(reader.records(), brought=Brought(reader.manifest.node, frozenset(files)))
        return Imported(reader.manifest, received, added, versions)


def _take_directory(signed: Sequence[bytes]) -> tuple[int, ...]:
    """Apply what is new of the directory. A node that trusts none yet cannot judge it and leaves it."""
    with scope("worker", read_only=True):
        trusts = DirectoryRecord.objects.exists()
    if not signed or not trusts:
        return ()
    applied = apply_signed(signed).numbers
    if applied:
        switch_if_due()
        forget_standing()
    return applied


def offices_of_node(name: str) -> list[UUID]:
    """The offices a node of the directory hosts. Raises NotFound with the name in the sentence."""
    with scope("worker"):
        node = Node.objects.filter(name=name).first()
        if node is None:
            raise NotFound("node_unknown", _("Danh bạ không có máy chủ “%(name)s”.") % {"name": name})
        return list(Office.objects.filter(node=node).values_list("id", flat=True))


def offices_by_code(codes: Sequence[str]) -> list[UUID]:
    """The offices of these codes. Raises NotFound naming those the directory does not have."""
    with scope("worker"):
        found = dict(Office.objects.filter(code__in=codes).values_list("code", "id"))
    unknown = sorted(set(codes) - set(found))
    if unknown:
        raise NotFound("office_unknown", _("Danh bạ không có văn phòng: %(codes)s.") % {"codes": ", ".join(unknown)})
    return list(found.values())
