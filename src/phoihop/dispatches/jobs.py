"""What the worker does for documents."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from phoihop.core.isolation import scope
from phoihop.dispatches.notices import tell_of_lateness


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="dispatches:lateness", pass_context=False)
async def remind_of_lateness(timestamp: int) -> None:  # the scheduler names it
    """Tell the holders of what is late."""
    await sync_to_async(_remind)()


def _remind() -> None:
    with scope("worker"):
        tell_of_lateness()
