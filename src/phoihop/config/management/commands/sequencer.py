"""``phoihop sequencer``: gives records their place in the log and tells live pages and jobs of them."""

from __future__ import annotations

import signal
from threading import Event

from django.conf import settings
from django.core.management.base import BaseCommand

from phoihop.config import heartbeats
from phoihop.exchange import sequencer


class Command(BaseCommand):
    help = "Đưa bản ghi vào nhật ký theo thứ tự và báo cho các trang đang mở."
    requires_system_checks = []

    def handle(self, *_args: object, **_options: object) -> None:
        stopping = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_received: stopping.set())
        sequencer.run(stopping=stopping, beat=lambda: heartbeats.beat(settings.RUN_ROOT, "sequencer"))
