"""Gives a running installation the offices of the cast with open books, and prints what each clerk's software sends."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from phoihop.offices.tokens import make_token  # noqa: E402
from tests.cast import HERE, load_cast, position  # noqa: E402
from tests.dispatches.papers import open_books  # noqa: E402


def main() -> None:
    """One JSON list: token and document of each office."""
    load_cast()
    open_books()
    senders = []
    for office in HERE:
        secret, _token = make_token(f"vanthu.{office.code.lower()}")
        body = {
            "body": office.bodies[0].code,
            "type_code": "letter",
            "recipients": [{"office": other.code} for other in HERE if other is not office],
            "signer": str(position("lanhdao", office)),
            "signed_at": "2026-10-03T08:00:00+07:00",
        }
        senders.append({"token": secret, "body": body})
    sys.stdout.write(json.dumps(senders))


if __name__ == "__main__":
    main()
