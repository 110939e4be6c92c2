"""``phoihop worker``: carries out queued jobs as the worker role."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from django.conf import settings
from django.core.management.base import BaseCommand
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params

from phoihop.config import heartbeats
from phoihop.core.isolation import WORKER

_BEAT_SECONDS = 4.0
_GRACE_SECONDS = 10.0


class Command(BaseCommand):
    help = "Thực hiện các việc trong hàng đợi."
    requires_system_checks = []

    def handle(self, *_args: object, **_options: object) -> None:
        with app.replace_connector(worker_connector()) as working:
            asyncio.run(_work(working))


def worker_connector() -> PsycopgConnector:
    """A pool whose connections act as the worker role from their first statement."""
    parameters = connector_params()
    parameters["options"] = f"{parameters.get('options', '')} -c role={WORKER}".strip()
    return PsycopgConnector(kwargs=parameters, min_size=1, max_size=4)


async def _work(working: App) -> None:
    async with working.open_async():
        pulse = asyncio.create_task(_beat())  # on the same loop: a loop that hangs stops beating
        try:
            await working.run_worker_async(
                name="worker", concurrency=4, shutdown_graceful_timeout=_GRACE_SECONDS, delete_jobs="successful"
            )
        finally:
            pulse.cancel()
            with suppress(asyncio.CancelledError):
                await pulse


async def _beat() -> None:
    while True:
        heartbeats.beat(settings.RUN_ROOT, "worker")
        await asyncio.sleep(_BEAT_SECONDS)
