"""Receipts in batches of five hundred over HTTP: how many documents a second can be said to have been seen."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import psycopg

from bench.clients import Connection, together
from bench.installation import Desk, Installation
from bench.issue import CLIENTS, with_cpu

BATCH = 500


def measure(installation: Installation) -> dict[str, Any]:
    """Let every office say of everything it received and has not seen that it saw it. Needs documents issued before."""
    batches = _batches(installation)
    each = len(batches) // CLIENTS

    def one(connection: Connection, client: int, turn: int) -> None:
        desk, dispatches = batches[client + turn * CLIENTS]
        items = [{"dispatch": dispatch, "state": "seen"} for dispatch in dispatches]
        told = connection.post("/receipts", {"items": items}, desk)
        assert len(told["stated"]) == len(items), "a receipt was stated before"

    run = with_cpu(installation, lambda: together(installation.port, one, clients=CLIENTS, each=each))
    return {**asdict(run), "receipts_per_second": run.per_second * BATCH, "receipts": run.count * BATCH}


def _batches(installation: Installation) -> list[tuple[Desk, list[str]]]:
    from phoihop.config.postgres import place

    by_office = {desk.office_id: desk for desk in installation.desks}
    with psycopg.connect(place(installation.home).dsn("phoihop_owner")) as connection:
        rows = connection.execute(
            "SELECT d.recipient_id, array_agg(d.subject_id::text) FROM exchange_delivery d"
            " JOIN exchange_record r ON r.subject_id = d.subject_id"  # raw inserts made subjects without a signature
            " WHERE d.seen_at IS NULL AND d.expected GROUP BY 1"
        ).fetchall()
    found = []
    for office, dispatches in rows:
        whole = len(dispatches) // BATCH * BATCH
        found += [(by_office[office], dispatches[at : at + BATCH]) for at in range(0, whole, BATCH)]
    return found
