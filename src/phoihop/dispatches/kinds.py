"""The kinds of record this room understands."""

from __future__ import annotations

from typing import Any

from phoihop.dispatches import change_projections, confirming_projections, projections, records
from phoihop.exchange.envelope import Body
from phoihop.exchange.registry import NO_SUBJECT, Kind, register_kind, register_projections

ROOM = "dispatches"
TABLES = (
    "dispatches_dispatch",
    "dispatches_dispatchtext",
    "dispatches_handling",
    "dispatches_externalreceipt",
    "dispatches_change",
    "dispatches_changeanswer",
    "dispatches_confirmation",
    "dispatches_reminder",
    "files_attachment",
)

HANDLING, EXTERNAL = projections.place_of("handling"), projections.place_of("external")
ANSWER, CONFIRMATION = projections.place_of("answer"), projections.place_of("confirmation")


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
    _register_changes()
    _register_confirmations()
    for name, body, project in _HANDLING_KINDS:
        register_kind(Kind(name, 1, ROOM, "handling", body, project, place=HANDLING))
    external = (records.ExternalReceipt, projections.project_external)
    register_kind(Kind(records.EXTERNAL, 1, ROOM, "handling", *external, place=EXTERNAL))


def _register_documents() -> None:
    issued = (records.Issued, projections.project_issued, projections.issued_recipients)
    marked = (records.IssuedMarked, projections.project_marked, projections.issued_recipients)
    entered = (records.Entered, projections.project_entered, projections.entered_recipients)
    register_kind(Kind(records.ISSUED, 1, ROOM, "dispatch", *issued))
    register_kind(Kind(records.ISSUED, 2, ROOM, "dispatch", *marked))
    register_kind(Kind(records.ENTERED, 1, ROOM, "dispatch", *entered))


def _register_changes() -> None:
    """Only the owner of a document changes it; each office answers on a subject it shares with the owner alone."""
    requested = (records.ChangeRequested, change_projections.project_requested)
    answered = (records.ChangeAnswered, change_projections.project_answered)
    register_kind(Kind(records.CHANGE_REQUESTED, 1, ROOM, NO_SUBJECT, *requested, by_owner=True, reaches_all=True))
    register_kind(Kind(records.CHANGE_ANSWERED, 1, ROOM, "answer", *answered, place=ANSWER))


def _register_confirmations() -> None:
    """An office confirms on a subject it shares with the issuer alone; only the issuer reminds, and all hear it."""
    confirmed = (records.Confirmed, confirming_projections.project_confirmed)
    reminded = (records.Reminded, confirming_projections.project_reminded)
    register_kind(Kind(records.CONFIRMED, 1, ROOM, "confirmation", *confirmed, place=CONFIRMATION))
    register_kind(Kind(records.REMINDED, 1, ROOM, NO_SUBJECT, *reminded, by_owner=True))
