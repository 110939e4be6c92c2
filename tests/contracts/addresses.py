"""What the sweep knows of an address: how to fill it, what to send, and who may open it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from phoihop.offices.permissions import Permission

P = Permission
Method = Literal["GET", "POST"]


@dataclass(frozen=True)
class Page:
    """One address for people. ``fills`` names known things for its parameters, or gives them as they are.

    ``needs`` is the permission asked for; None opens it to every position. ``absent`` is the answer about a thing
    that is not there for the office. ``policy`` adds to the content security policy.
    """

    route: str
    needs: P | None = None
    method: Method = "GET"
    fills: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    absent: int = 404
    policy: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.fills.get('verb', '')}".rstrip()


@dataclass(frozen=True)
class Operation:
    """One operation of the API; ``needs`` are all the permissions it asks for."""

    route: str
    needs: frozenset[P] = frozenset()
    method: Method = "GET"
    fills: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    query: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.route}"
