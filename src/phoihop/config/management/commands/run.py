"""``phoihop run``: serve this installation until Ctrl-C."""

from __future__ import annotations

import ipaddress
import json
import time
import urllib.error
import urllib.request
from contextlib import ExitStack

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections

from phoihop.config import initialise, postgres
from phoihop.config.parts import Serving, parts
from phoihop.config.processes import wait_until
from phoihop.config.supervisor import Child, StopSignals, Supervisor, require_free_ports, take_home
from phoihop.core.errors import Forbidden

_READY_SECONDS = 90.0
_ASK_SECONDS = 0.3
_LOCK_SECONDS = 30.0


class Command(BaseCommand):
    help = "Chạy toàn bộ hệ thống: cơ sở dữ liệu, trang web, cập nhật trực tiếp, bộ tuần tự và bộ xử lý việc."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="nạp và phục vụ vùng diễn tập, chỉ trên máy này")
        parser.add_argument("--era", default="", help="cùng --demo: địa bàn của năm ấy, như 2014; để trống: hiện nay")
        parser.add_argument("--host", default="127.0.0.1", help="địa chỉ để mở cổng (mặc định 127.0.0.1)")

    def handle(self, *, demo: bool, host: str, era: str = "", **_options: object) -> None:
        serving = Serving(settings.HOME, host, settings.PORT, demo)
        require_loopback(serving)
        with ExitStack() as stack:
            stack.callback(take_home(serving.home).release)
            require_free_ports(serving)
            server = None if initialise.outside() else stack.enter_context(self._server())
            self._prepare(demo=demo, era=era)
            stopping = StopSignals()  # only now: until here Ctrl-C simply interrupts
            children = [Child(part, serving) for part in parts(serving)]
            supervisor = Supervisor(children, server, self._say, stopping)
            stack.callback(supervisor.stop)
            supervisor.start()
            self._announce(supervisor, serving, era)
            supervisor.tend_until(lambda: False)
            self._say("Đang dừng…")
        self._say("Đã dừng.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)

    def _server(self) -> postgres.EmbeddedServer:
        """Start PostgreSQL; another command may be using it for a moment."""
        wait_until(lambda: not postgres.is_running(settings.HOME), _LOCK_SECONDS)
        return postgres.start(settings.HOME)

    def _prepare(self, *, demo: bool, era: str) -> None:
        call_command("init", verbosity=0)
        if demo:
            call_command("demo", "load", *_of_era(era), stdout=self.stdout)
        connections.close_all()

    def _announce(self, supervisor: Supervisor, serving: Serving, era: str) -> None:
        started = asked = time.monotonic()
        missing = ["web"]

        def answered() -> bool:
            nonlocal missing, asked
            if time.monotonic() - asked > _ASK_SECONDS:
                missing, asked = _not_ready(serving), time.monotonic()
            return not missing or time.monotonic() - started > _READY_SECONDS

        if not supervisor.tend_until(answered):
            return
        if missing:
            self._say(f"Chưa sẵn sàng: {', '.join(missing)}. Xem {serving.home / 'log'} và chạy: phoihop doctor")
            return
        if serving.demo:
            call_command("demo", "accounts", *_of_era(era), stdout=self.stdout)
            connections.close_all()
        self._say(f"\nPhối Hợp đang chạy: {serving.address}\nCtrl-C để dừng.")


def _of_era(era: str) -> tuple[str, ...]:
    """The demonstration's command takes the year, or says which there are."""
    return ("--era", era) if era else ()


def require_loopback(serving: Serving) -> None:
    """Raises Forbidden when the demonstration, whose passwords are public, would be open to other machines."""
    loopback = serving.host == "localhost" or ipaddress.ip_address(serving.host).is_loopback
    if serving.demo and not loopback:
        raise Forbidden(
            "demo-not-local",
            "Vùng diễn tập có mật khẩu công khai nên chỉ chạy trên chính máy này.",
            remedy="Bỏ --host, hoặc bỏ --demo.",
        )


def _not_ready(serving: Serving) -> list[str]:
    """Names of the parts that are not ready yet."""
    host = "127.0.0.1" if serving.host in {"0.0.0.0", "localhost"} else serving.host  # noqa: S104  # compared only
    try:
        _get(f"http://{host}:{serving.port + 1}/healthz")
    except (OSError, ValueError):
        return ["live"]
    try:
        checks = _get(f"http://{host}:{serving.port}/readyz")
    except (OSError, ValueError):
        return ["web"]
    return [name for name, fit in checks.items() if not fit]


def _get(url: str) -> dict[str, bool]:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310  # our own address
            body = json.load(answer)
    except urllib.error.HTTPError as error:
        body = json.load(error)
    checks: dict[str, bool] = body.get("checks", {})
    return checks
