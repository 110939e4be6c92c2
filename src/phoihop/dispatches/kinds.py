"""The kinds of record this room understands."""

from __future__ import annotations

from phoihop.dispatches import projections, records
from phoihop.exchange.registry import Kind, register_kind, register_projections

ROOM = "dispatches"
TABLES = (
    "dispatches_dispatch",
    "dispatches_dispatchtext",
    "dispatches_handling",
    "dispatches_externalreceipt",
    "files_attachment",
)


def register() -> None:
    """Make the kinds known to the exchange."""
    register_projections(ROOM, TABLES)
    for kind in (
        Kind(
            records.ISSUED, 1, ROOM, "dispatch", records.Issued, projections.project_issued,
            projections.issued_recipients,
        ),
        Kind(
            records.ENTERED, 1, ROOM, "dispatch", records.Entered, projections.project_entered,
            projections.entered_recipients,
        ),
        Kind(records.REGISTERED, 1, ROOM, "handling", records.Registered, projections.project_registered),
        Kind(records.DISTRIBUTED, 1, ROOM, "handling", records.Distributed, projections.project_distributed),
        Kind(records.DIRECTED, 1, ROOM, "handling", records.Directed, projections.project_directed),
        Kind(records.MOVED, 1, ROOM, "handling", records.Moved, projections.project_moved),
        Kind(records.EXTERNAL, 1, ROOM, "handling", records.ExternalReceipt, projections.project_external),
    ):  # fmt: skip
        register_kind(kind)
