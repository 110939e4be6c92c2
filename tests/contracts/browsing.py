"""Asking for an address as somebody, and undoing whatever that did."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client

from tests.contracts.addresses import Operation, Page
from tests.contracts.known import Known

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class Answer:
    """What came back, read to the end."""

    status: int
    headers: Mapping[str, str]
    text: str

    def is_page(self) -> bool:
        """Whether it is HTML."""
        return self.headers.get("Content-Type", "").startswith("text/html")


def address(route: str, fills: Mapping[str, str], known: Known, *, instead: str = "") -> str:
    """The path of a route. ``instead`` names the known thing that stands where another one belongs."""

    def filled(found: re.Match[str]) -> str:
        value = fills[found[1]]
        if value in known.things:
            return str(known.things[instead or value])
        return value

    return "/" + _PARAMETER.sub(filled, route)


def ask(client: Client, page: Page, path: str, **headers: str) -> Answer:
    """Send the request of a page and roll back what it changed."""
    with transaction.atomic():
        if page.method == "POST":
            answer = _read(client.post(path, page.data, headers=headers))
        else:
            answer = _read(client.get(path, headers=headers))
        transaction.set_rollback(True)
    return answer


def call(operation: Operation, known: Known, token: str, *, instead: str = "") -> Answer:
    """Send the request of an operation of the API with a token, and roll back what it changed."""
    headers = {"Idempotency-Key": str(uuid4()), **({"Authorization": f"Bearer {token}"} if token else {})}
    path = address(operation.route, operation.fills, known, instead=instead) + operation.query
    with transaction.atomic():
        if operation.method == "GET":
            answer = _read(Client().get(path, headers=headers))
        elif operation.query:
            answer = _read(Client().post(path, b"So lieu.", content_type="application/octet-stream", headers=headers))
        else:
            body = _named(json.dumps(operation.body), known, instead)
            answer = _read(Client().post(path, body, content_type="application/json", headers=headers))
        transaction.set_rollback(True)
    return answer


def _named(body: str, known: Known, instead: str) -> str:
    for name, thing in known.things.items():
        body = body.replace(f'"{name}"', f'"{known.things[instead] if instead else thing}"')
    return body


def _read(response: Any) -> Answer:
    content = b"".join(response) if isinstance(response, StreamingHttpResponse) else response.content
    return Answer(response.status_code, response.headers, content.decode("utf-8", "replace"))


def without_chance(text: str) -> str:
    """A page without what differs from one request to the next: tokens, reference numbers, ids."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b", "NUMBER", text)
    return re.sub(r"\bX-CSRFToken[^>]*", "", text)
