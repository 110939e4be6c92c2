"""What the worker does for the administration of offices: forgetting uploads, and sessions that are over."""

from __future__ import annotations

from datetime import timedelta

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from phoihop.administration.actions import forget_sheets
from phoihop.administration.watching import tell_of_unusual
from phoihop.core.clock import today
from phoihop.offices.sessions import SessionStore


@app.periodic(cron="40 2 * * *")
@app.task(queueing_lock="administration:forget", pass_context=False)
async def forget(timestamp: int) -> None:  # the scheduler names it
    """Once a night: uploaded lists hold names and addresses, and sessions say who worked where."""
    await sync_to_async(forget_sheets)()
    await sync_to_async(SessionStore.clear_expired)()


@app.periodic(cron="5 0 * * *")
@app.task(queueing_lock="administration:unusual", pass_context=False)
async def watch(timestamp: int) -> None:  # the scheduler names it
    """Tell administrators what was unusual yesterday, at 07:05 of the region."""
    await sync_to_async(tell_of_unusual)(today() - timedelta(days=1))
