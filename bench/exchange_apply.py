"""How fast a node takes in the records of another, logs them and checks the log: ``python -m bench.exchange_apply``.

One record is a document to 18 offices, so it opens 18 deliveries. Signing is not counted: another node did it. Figures
are given by the clock and by the CPU, that of this process and of its PostgreSQL backend added, since a shared machine
tells little by the clock.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from phoihop.exchange.admission import Incoming
    from phoihop.exchange.keys import NodeIdentity

RECIPIENTS = 18
COUNT = 4_000


@dataclass(frozen=True)
class Figure:
    """Records handled, and the seconds that took: by the clock, and of CPU here and in PostgreSQL."""

    name: str
    records: int
    wall: float
    python: float
    postgres: float

    def __str__(self) -> str:
        cpu = self.python + self.postgres
        return (
            f"{self.name:<44}{self.records / self.wall:>8.0f}/s by the clock{self.records / cpu:>8.0f}/s per CPU second"
            f" ({self.python:.2f} s Python, {self.postgres:.2f} s PostgreSQL)"
        )


@contextmanager
def node() -> Iterator[None]:
    """An empty, durable node in a directory of its own."""
    home = Path(tempfile.mkdtemp(prefix="phoihop-bench-"))
    home.chmod(0o755)
    os.environ |= {"PHOIHOP_HOME": str(home), "DJANGO_SETTINGS_MODULE": "phoihop.config.settings"}
    import django
    from django.core.management import call_command

    from phoihop.config import postgres
    from phoihop.config.initialise import prepare_embedded

    django.setup()
    try:
        with postgres.start(home) as running:
            prepare_embedded(running.place)
            call_command("migrate", verbosity=0, interactive=False)
            yield
    finally:
        shutil.rmtree(home, ignore_errors=True)


def directory(*, hosted: int) -> tuple[NodeIdentity, list[UUID]]:
    """This node with the first ``hosted`` recipients, another one with the issuing office; its identity."""
    from django.conf import settings

    from phoihop.exchange.directory.actions import found_directory
    from phoihop.exchange.directory.keyfile import make_key
    from phoihop.exchange.directory.loading import changes_for
    from phoihop.exchange.directory.selectors import load_state
    from phoihop.exchange.keys import make_identity
    from phoihop.offices.actions import add_node, office_id
    from phoihop.offices.directory import BodySpec, OfficeSpec

    own, other = make_identity(settings.KEYS_ROOT), make_identity(settings.HOME / "other-keys")
    codes = [f"BENCH-{number:02}" for number in range(RECIPIENTS + 1)]
    specs = [OfficeSpec(code, code, code, (BodySpec(code, code, "GOV", code, "Vinh"),)) for code in codes]
    for identity, name, is_self in ((own, "here", True), (other, "there", False)):
        add_node(
            node_id=identity.node_id,
            name=name,
            incarnation_id=identity.incarnation_id,
            public_key=identity.public_key,
            is_self=is_self,
        )
    here, nothing = specs[1 : hosted + 1], load_state()
    there = [spec for spec in specs if spec not in here]
    opened = [
        *changes_for(there, node_id=other.node_id, state=nothing),
        *changes_for(here, node_id=own.node_id, state=nothing),
    ]
    found_directory(make_key(), name="bench", changes=opened)
    return other, [office_id(code) for code in codes]


def signed_documents(identity: NodeIdentity, offices: Sequence[UUID], count: int) -> list[Incoming]:
    """Documents of the first office to all others, as the other node would send them."""
    from phoihop.core.clock import now
    from phoihop.core.ids import new_id
    from phoihop.dispatches import records
    from phoihop.exchange.admission import Incoming
    from phoihop.exchange.envelope import Envelope, audience_digest, commitment, seal_body, sign

    digest = audience_digest(offices).hex()
    found: list[Incoming] = []
    for number in range(count):
        body = records.Issued(
            issuer_name="Ủy ban nhân dân tỉnh Nghệ An",
            regime="GOV",
            code=f"{number}/CV-UBND",
            abstract="V/v triển khai phương án ứng phó bão số 9 trên địa bàn",
            content="Nội dung chỉ đạo. " * 40,
            body_id=new_id(),
            recipients=tuple(records.Recipient(office=office) for office in offices[1:]),
            signed_at=now(),
        )
        content = seal_body(body)
        envelope = Envelope(
            id=new_id(),
            kind=records.ISSUED,
            version=1,
            office=offices[0],
            node=identity.node_id,
            incarnation=identity.incarnation_id,
            subject=new_id(),
            audience=digest,
            at=now(),
            directory=1,
            body=commitment(content),
        )
        found.append(Incoming(sign(envelope, identity.jwk), content, tuple(offices)))
    return found


def measured(name: str, records: int, action: Callable[[], object]) -> Figure:
    """Run once, with the CPU time of this process and of its backends."""
    before, wall, python = _postgres_seconds(), time.perf_counter(), time.process_time()
    action()
    return Figure(name, records, time.perf_counter() - wall, time.process_time() - python, _postgres_seconds() - before)


def _postgres_seconds() -> float:
    from django.db import connections

    ticks = 0
    for connection in connections.all(initialized_only=True):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (pid,) = cursor.fetchone()
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def run(count: int = COUNT, *, hosted: int = 1) -> list[Figure]:
    """Take in ``count`` records at a node that hosts ``hosted`` of the 18 recipients, log them, check the log."""
    with node():
        from phoihop.exchange import registry
        from phoihop.exchange.rebuilding import rebuild
        from phoihop.exchange.receiving import receive
        from phoihop.exchange.sequencer import sequence
        from phoihop.exchange.verification import verify_log

        identity, offices = directory(hosted=hosted)
        incoming = signed_documents(identity, offices, count + 200)
        receive(incoming[:200])  # caches and prepared plans, as in a node that runs
        figures = [measured(f"apply received, {hosted} of 18 hosted here", count, lambda: receive(incoming[200:]))]
        registry._followers.clear()  # what rooms above make of the log is measured with them
        figures.append(measured("log", count, lambda: [None for _ in iter(lambda: sequence()[0], 0)]))
        report = verify_log()
        assert report.is_sound
        figures.append(measured("log verify", report.entries, verify_log))
        if not rebuild("exchange").is_equal:
            raise SystemExit("the rows are not what the records say")
    return figures


def yardstick(count: int = 2_000) -> float:
    """Ed25519 verifications per CPU second just now: about 9,000 on a machine that does nothing else."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key, message = Ed25519PrivateKey.generate(), bytes(1_000)
    public, signature = key.public_key(), key.sign(message)
    began = time.process_time()
    for _ in range(count):
        public.verify(signature, message)
    return count / (time.process_time() - began)


if __name__ == "__main__":
    print(f"yardstick: {yardstick():.0f} Ed25519 verifications per CPU second")
    for figure in run(*(int(word) for word in sys.argv[1:2]), hosted=int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        print(figure)
    print(f"yardstick: {yardstick():.0f} Ed25519 verifications per CPU second")
