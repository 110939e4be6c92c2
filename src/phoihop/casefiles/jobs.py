"""What the worker does for casefiles."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from phoihop.casefiles.reminding import tell_of_handing_over
from phoihop.core.isolation import scope


@app.periodic(cron="35 0 * * 1-5")
@app.task(queueing_lock="casefiles:handing_over", pass_context=False)
async def remind_of_handing_over(timestamp: int) -> None:  # the scheduler names it
    """Tell the keepers of closed casefiles by when to hand them over; at 07:35 of the region."""
    await sync_to_async(_remind)()


def _remind() -> None:
    with scope("worker"):
        tell_of_handing_over()
