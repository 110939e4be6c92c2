"""A signed-in client for each member of the cast, and reading what a page says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.test import Client

from phoihop.core.isolation import scope
from phoihop.offices.directory import OfficeSpec
from phoihop.offices.models import Account


def client_of(key: str, office: OfficeSpec) -> Client:
    """The browser of a member of the cast, signed in."""
    client = Client()
    with scope("gate"):
        client.force_login(Account.objects.get(username=f"{key}.{office.code.lower()}"))
    return client


def text_of(response: Any) -> str:
    """The page with runs of blanks made one."""
    return " ".join(response.content.decode().split())


def page_of(dispatch_id: UUID, *rest: str) -> str:
    """The address of a document, or of what is done with it."""
    return "/".join(["/dispatches", str(dispatch_id), *rest, ""])
