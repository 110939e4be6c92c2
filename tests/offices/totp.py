"""The app on somebody's telephone: makes the codes of RFC 6238 from the secret it was shown."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time


def code_at(secret: str, moment: float | None = None) -> str:
    """The six digits the app shows at a moment."""
    counter = int((time.time() if moment is None else moment) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def fresh_code(secret: str, used: str = "") -> str:
    """A code that was not used yet: the next one is accepted a little early."""
    now = time.time()
    return next(code for code in (code_at(secret, now), code_at(secret, now + 30)) if code != used)


def secret_on(page: str) -> str:
    """The secret a page shows for typing by hand."""
    found = re.search(r'<code class="ph-secret">([A-Z2-7]+)</code>', page)
    assert found, page
    return found[1]
