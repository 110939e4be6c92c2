"""What the worker does for the administration of offices: forgetting uploads, and sessions that are over."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from phoihop.administration.actions import forget_sheets
from phoihop.offices.sessions import SessionStore


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="administration:forget", pass_context=False)
async def forget(timestamp: int) -> None:  # the scheduler names it
    """Once a night: uploaded lists hold names and addresses, and sessions say who worked where."""
    await sync_to_async(forget_sheets)()
    await sync_to_async(SessionStore.clear_expired)()
