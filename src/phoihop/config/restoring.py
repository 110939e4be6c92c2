"""Going back to a backup: the node becomes a new incarnation, so that nothing it once said can be said differently.

A mark in the home says that this is under way; while it is there, the node may only be read. Killed at any step, the
same command begins again; the database that was there before is set aside under another name and never dropped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

from phoihop.config import backups, doctor, initialise, postgres
from phoihop.config.backups import Backup, BackupManifest
from phoihop.core.clock import now
from phoihop.core.errors import Conflict, Unavailable
from phoihop.core.private_files import sync_directory
from phoihop.dispatches.actions.numbering import shut_registers
from phoihop.exchange.directory.selectors import load_state
from phoihop.exchange.erasing import reapply_purges
from phoihop.exchange.keys import NodeIdentity, renew_identity
from phoihop.exchange.models import Restoration
from phoihop.exchange.standing import forget_standing, restoring_mark
from phoihop.files.storage import has_stored, store_stream
from phoihop.offices.actions import OWNER_ALIAS, add_node
from phoihop.offices.models import Node, NodeKey

_UNDER_WAY = "phoihop_restoring"


@dataclass(frozen=True)
class Restored:
    """What came back, under which incarnation; the database that stood there before; whether a signature is due."""

    manifest: BackupManifest
    incarnation: UUID
    set_aside: str
    files: int
    registers: int
    needs_directory: bool


def restore(path: Path, *, replace: bool = False) -> Restored:
    """Put a backup in place of this installation's database and files, as a new incarnation of the node.

    ``replace`` allows it where records stand already; what stood there is kept under another name. Raises Conflict
    while the installation runs, or when it holds records and ``replace`` is not said; Invalid for a damaged file.
    """
    _check_may_replace(replace)
    with backups.opened(path) as backup:
        backup.check_whole()
        _mark(path)
        set_aside = _put_database(backup)
        _become_reachable()
        files = _put_files(backup)
        identity = _become_new(backup.manifest)
        registers = shut_registers()
        reapply_purges()  # what two people removed since the backup does not come back with it
    restoring_mark().unlink(missing_ok=True)
    sync_directory(settings.HOME)
    forget_standing()
    founded = load_state().is_founded
    return Restored(backup.manifest, identity.incarnation_id, set_aside, files, registers, founded)


def _check_may_replace(replace: bool) -> None:
    if initialise.outside() is not None:
        raise Unavailable(
            "restore_outside",
            "Cơ sở dữ liệu đặt ngoài Phối Hợp: lệnh này chỉ khôi phục cơ sở dữ liệu đi kèm.",
            remedy="Chạy restore với cơ sở dữ liệu đi kèm (bỏ DATABASE_URL), rồi chuyển sang máy chủ PostgreSQL đó.",
        )
    if doctor.is_running():
        raise Conflict("running", "Phối Hợp đang chạy.", remedy="Dừng phoihop run trước khi khôi phục.")
    if not replace and not restoring_mark().exists() and _has_records():
        raise Conflict(
            "records_present",
            "Máy chủ này đang có bản ghi.",
            remedy="Nếu đúng là muốn quay về bản sao lưu, thêm --replace; dữ liệu hiện tại được giữ lại dưới tên khác.",
        )


def _has_records() -> bool:
    try:
        with psycopg.connect(backups.administrator(postgres.DATABASE)) as connection:
            found = connection.execute("SELECT to_regclass('exchange_record') IS NOT NULL").fetchone()
            if found != (True,):
                return False
            return connection.execute("SELECT 1 FROM exchange_record LIMIT 1").fetchone() is not None
    except psycopg.OperationalError:
        return False


def _mark(path: Path) -> None:
    mark = restoring_mark()
    with mark.open("w") as file:
        json.dump({"from": str(path), "since": now().isoformat()}, file)
        file.flush()
        os.fsync(file.fileno())
    sync_directory(mark.parent)


def _put_database(backup: Backup) -> str:
    """Restore beside the present database, then exchange the names. Returns the name of what stood there."""
    where = postgres.place(settings.HOME)
    initialise.prepare_embedded(where)
    _close_connections()
    _administer([sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_UNDER_WAY))])
    initialise.prepare_embedded(where, _UNDER_WAY)
    dump = settings.HOME / "run" / "restoring.dump"
    dump.parent.mkdir(parents=True, exist_ok=True)
    try:
        backup.write_dump(dump)
        dump.chmod(0o600)
        target = backups.administrator(_UNDER_WAY)
        backups.run_program("pg_restore", "--exit-on-error", "--no-password", f"--dbname={target}", str(dump))
    finally:
        dump.unlink(missing_ok=True)
    aside = f"{postgres.DATABASE}_before_{now():%Y%m%d%H%M%S}"
    name, fresh, old = (sql.Identifier(one) for one in (postgres.DATABASE, _UNDER_WAY, aside))
    _administer(
        [
            sql.SQL("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ({}, {})").format(
                sql.Literal(postgres.DATABASE), sql.Literal(_UNDER_WAY)
            ),
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(name, old),
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(fresh, name),
        ]
    )
    return aside


def _administer(statements: Sequence[sql.Composed]) -> None:
    with psycopg.connect(backups.administrator("postgres"), autocommit=True) as admin:
        for statement in statements:
            admin.execute(statement)


def _close_connections() -> None:
    for alias in connections:
        connections[alias].close()


def _become_reachable() -> None:
    """Roles' rights in the restored database, and whatever tables a newer version has."""
    initialise.prepare_embedded(postgres.place(settings.HOME))
    call_command("migrate", verbosity=0, interactive=False)


def _put_files(backup: Backup) -> int:
    added = 0
    for sha256, chunks in backup.files():
        if not has_stored(sha256):
            store_stream(chunks, limit=settings.REQUEST_MAX_BYTES)
            added += 1
    return added


def _become_new(manifest: BackupManifest) -> NodeIdentity:
    """A new incarnation with a key of its own; the old keys of this node end now where no directory says so."""
    name = Node.objects.using(OWNER_ALIAS).get(id=manifest.node, is_self=True).name
    identity = renew_identity(settings.KEYS_ROOT, manifest.node)
    if not load_state().is_founded:
        NodeKey.objects.using(OWNER_ALIAS).filter(node_id=manifest.node, valid_to=None).update(valid_to=now())
    add_node(
        node_id=manifest.node,
        name=name,
        incarnation_id=identity.incarnation_id,
        public_key=identity.public_key,
        is_self=True,
    )
    Restoration.objects.using(OWNER_ALIAS).create(
        incarnation=identity.incarnation_id, backup_made_at=manifest.made_at, log_size=manifest.log_size
    )
    return identity
