"""Jobs of the installation itself."""

from __future__ import annotations

from procrastinate.contrib.django import app


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="config:retry_stalled", pass_context=False)
async def retry_stalled_jobs(timestamp: int) -> None:  # the scheduler names it
    """Queue again what a killed worker had begun: such a job would stay "doing" for ever."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
