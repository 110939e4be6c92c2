"""The kinds of record this room understands."""

from __future__ import annotations

from typing import Any

from phoihop.dispatches import projections, records
from phoihop.exchange.envelope import Body
from phoihop.exchange.registry import Kind, register_kind, register_projections

ROOM = "dispatches"
TABLES = (
    "dispatches_dispatch",
    "dispatches_dispatchtext",
    "dispatches_handling",
    "dispatches_externalreceipt",
    "files_attachment",
)

HANDLING, EXTERNAL = projections.place_of("handling"), projections.place_of("external")


_HANDLING_KINDS: tuple[tuple[str, type[Body], Any], ...] = (
    (records.REGISTERED, records.Registered, projections.project_registered),
    (records.DISTRIBUTED, records.Distributed, projections.project_distributed),
    (records.DIRECTED, records.Directed, projections.project_directed),
    (records.MOVED, records.Moved, projections.project_moved),
)


def register() -> None:
    """Make the kinds known to the exchange."""
    register_projections(ROOM, TABLES)
    _register_documents()
    for name, body, project in _HANDLING_KINDS:
        register_kind(Kind(name, 1, ROOM, "handling", body, project, place=HANDLING))
    external = (records.ExternalReceipt, projections.project_external)
    register_kind(Kind(records.EXTERNAL, 1, ROOM, "handling", *external, place=EXTERNAL))


def _register_documents() -> None:
    issued = (records.Issued, projections.project_issued, projections.issued_recipients)
    entered = (records.Entered, projections.project_entered, projections.entered_recipients)
    register_kind(Kind(records.ISSUED, 1, ROOM, "dispatch", *issued))
    register_kind(Kind(records.ENTERED, 1, ROOM, "dispatch", *entered))
