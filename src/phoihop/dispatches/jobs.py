"""What the worker does for documents."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from phoihop.core.isolation import scope
from phoihop.dispatches.attachment_texts import read_missed_texts, read_texts
from phoihop.dispatches.lateness_notices import tell_of_lateness
from phoihop.dispatches.retention_notices import propose_due_erasures


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="dispatches:lateness", pass_context=False)
async def remind_of_lateness(timestamp: int) -> None:  # the scheduler names it
    """Tell the holders of what is late."""
    await sync_to_async(_remind)()


def _remind() -> None:
    with scope("worker"):
        tell_of_lateness()


@app.task(pass_context=False)
async def read_attachment_texts(record_ids: list[str]) -> None:
    """Read the files of documents that have just come, for search."""
    await sync_to_async(read_texts)([UUID(record) for record in record_ids])


@app.periodic(cron="17 * * * *")
@app.task(queueing_lock="dispatches:missed_texts", pass_context=False)
async def read_missed_attachment_texts(timestamp: int) -> None:  # the scheduler names it
    """Read the files that were not there when their documents came."""
    await sync_to_async(read_missed_texts)()


@app.periodic(cron="25 0 * * 1-5")
@app.task(queueing_lock="dispatches:retention", pass_context=False)
async def propose_erasures(timestamp: int) -> None:  # the scheduler names it
    """Propose to administrators that personal data whose term has passed be erased; at 07:25 of the region."""
    await sync_to_async(_propose_erasures)()


def _propose_erasures() -> None:
    with scope("worker"):
        propose_due_erasures()
