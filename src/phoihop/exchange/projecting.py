"""Running projections over sets of records, with a poison record bisected out so that the rest flows."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from phoihop.exchange.deliveries import open_deliveries
from phoihop.exchange.envelope import Rejected
from phoihop.exchange.registry import Kind, Stated, kind_of
from phoihop.exchange.store import Signed

_log = logging.getLogger(__name__)


def project(records: Sequence[Signed]) -> None:
    """Project records that were written here: an error dooms the transaction, and the person sees it."""
    for kind, stated in _runs(_stated(record) for record in records):
        _project_run(kind, stated)


def project_received(records: Sequence[Signed]) -> list[tuple[Signed, str, str]]:
    """Project records that came from elsewhere, kind by kind in the given order.

    Returns those that could not be projected with a reason code and detail; everything else is applied.
    """
    failed: list[tuple[Signed, str, str]] = []
    by_id = {record.envelope.id: record for record in records}
    readable: list[tuple[Kind[Any], Stated[Any]]] = []
    for record in records:
        try:
            readable.append(_stated(record))
        except Rejected as error:
            failed.append((record, error.code, error.detail))
    for kind, stated in _runs(readable):
        for poison, detail in _bisect(kind, stated):
            failed.append((by_id[poison], "poison", detail))
    return failed


def _stated(record: Signed) -> tuple[Kind[Any], Stated[Any]]:
    kind = kind_of(record.envelope.kind, record.envelope.version)
    if kind is None:
        raise Rejected("needs_upgrade", f"{record.envelope.kind} version {record.envelope.version}")
    stated = Stated(record.envelope, record.body, record.audience.id)
    if kind.delivers and not record.audience.offices.issuperset(kind.recipients(stated)):
        raise Rejected("recipient_outside", "it is addressed to an office that may not see it")
    return kind, stated


def _runs(
    items: Iterable[tuple[Kind[Any], Stated[Any]]],
) -> Iterable[tuple[Kind[Any], Sequence[Stated[Any]]]]:
    """Group by kind, keeping the order of first appearance inside and across chains of one subject.

    Records of different kinds on one subject must keep their order, so a run ends when a subject already seen in a
    later run comes again.
    """
    runs: list[tuple[Kind[Any], list[Stated[Any]]]] = []
    open_runs: dict[tuple[str, int], int] = {}
    last_run: dict[UUID, int] = {}
    for kind, stated in items:
        key = (kind.name, kind.version)
        index = open_runs.get(key)
        if index is None or last_run.get(stated.envelope.subject, -1) > index:
            index = len(runs)
            runs.append((kind, []))
            open_runs[key] = index
        runs[index][1].append(stated)
        last_run[stated.envelope.subject] = index
    return runs


def _project_run(kind: Kind[Any], stated: Sequence[Stated[Any]]) -> None:
    open_deliveries(kind, stated)
    kind.project(stated)


def _bisect(kind: Kind[Any], stated: Sequence[Stated[Any]]) -> list[tuple[UUID, str]]:
    try:
        with transaction.atomic():
            _project_run(kind, stated)
    except Exception as error:  # noqa: BLE001  # a poison record of any sort must not stop the others
        if len(stated) == 1:
            _log.warning("record %s of kind %s set aside: %s", stated[0].envelope.id, kind.name, type(error).__name__)
            return [(stated[0].envelope.id, f"{type(error).__name__}: {error}"[:500])]
        middle = len(stated) // 2
        return _bisect(kind, stated[:middle]) + _bisect(kind, stated[middle:])
    return []
