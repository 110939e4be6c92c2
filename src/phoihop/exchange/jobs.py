"""What the worker does for the exchange."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from phoihop.exchange.directory.inheriting import let_successors_in
from phoihop.exchange.erasing import finish_erasures
from phoihop.exchange.purging import state_late_erasures


@app.periodic(cron="*/2 * * * *")
@app.task(queueing_lock="exchange:erasures", pass_context=False)
async def finish_erasing(timestamp: int) -> None:  # the scheduler names it
    """Remove files that a purge could not remove at once, and tell owners what could not be told then."""
    await sync_to_async(finish_erasures)()
    await sync_to_async(state_late_erasures)()


@app.periodic(cron="7 * * * *")
@app.task(queueing_lock="exchange:successors", lock="exchange:successors", pass_context=False)
async def open_to_successors(timestamp: int) -> None:  # the scheduler names it
    """Let successors of merged offices into open work: on the day they begin, and into what came from afar later."""
    await sync_to_async(let_successors_in)()


@app.task(lock="exchange:successors", pass_context=False)
async def open_to_successors_now() -> None:
    """The same, after the directory has changed; never two at once, or a subject would be disclosed twice."""
    await sync_to_async(let_successors_in)()
