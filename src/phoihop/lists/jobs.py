"""What the worker does for lists."""

from __future__ import annotations

from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connections
from procrastinate.contrib.django import app

from phoihop.lists.exporting import clear_expired, run_export


@app.task(pass_context=False)
async def write_export(export_id: str) -> None:
    """Write a workbook, in a thread of its own, so that short jobs need not wait for a long one."""
    await sync_to_async(_write, thread_sensitive=False)(UUID(export_id))


def _write(export_id: UUID) -> None:
    try:
        run_export(export_id)
    finally:
        connections.close_all()


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="lists:clear", pass_context=False)
async def clear_exports(timestamp: int) -> None:  # the scheduler names it
    """Forget workbooks whose time is over."""
    await sync_to_async(clear_expired)()
