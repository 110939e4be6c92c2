"""What the worker does for files."""

from __future__ import annotations

from asgiref.sync import sync_to_async
from procrastinate.contrib.django import app

from phoihop.files.cleaning import clean


@app.periodic(cron="40 20 * * *")  # 03:40 in the region
@app.task(queueing_lock="files:clean", pass_context=False)
async def clean_files(timestamp: int) -> None:  # the scheduler names it
    """Remove what nobody holds."""
    await sync_to_async(clean)()
