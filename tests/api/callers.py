"""Callers of the API: software of an office with a token of one of the cast."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.test import Client

from phoihop.core.clock import now
from phoihop.offices.directory import OfficeSpec
from phoihop.offices.tokens import make_token
from tests.cast import HA_TINH, NGHE_AN, position


class Caller:
    """One token; every write gets a key of its own unless one is given."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self._client = Client(raise_request_exception=True)

    def get(self, address: str, **query: Any) -> Any:
        return self._client.get(f"/api/v1{address}", query, headers=self._headers())

    def post(self, address: str, body: Any, *, key: str = "") -> Any:
        return self._client.post(
            f"/api/v1{address}", body, content_type="application/json", headers=self._headers(key or str(uuid4()))
        )

    def upload(self, name: str, content: bytes, *, key: str = "") -> Any:
        return self._client.generic(
            "POST",
            "/api/v1/uploads",
            content,
            content_type="application/octet-stream",
            query_params={"name": name},
            headers=self._headers(key or str(uuid4())),
        )

    def _headers(self, key: str = "") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}", **({"Idempotency-Key": key} if key else {})}


def caller(key: str, office: OfficeSpec) -> Caller:
    """The software of an office, with a new token of this member of the cast."""
    return Caller(make_token(f"{key}.{office.code.lower()}")[0])


def letter(*to: str, **changes: Any) -> dict[str, Any]:
    """A signed letter of UBND tỉnh Nghệ An as its records clerk's software sends it."""
    return {
        "body": "NA-UBND",
        "type_code": "letter",
        "abstract": "Đề nghị phối hợp ứng phó mưa lũ",
        "content": "Kính đề nghị quý cơ quan phối hợp.",
        "recipients": [{"office": one} for one in to or (HA_TINH.code,)],
        "signer": str(position("lanhdao", NGHE_AN)),
        "signed_at": now().isoformat(),
        "dated": date(2026, 10, 3).isoformat(),
        **changes,
    }


def issued(by: Caller, *to: str, **changes: Any) -> UUID:
    """A letter that was issued."""
    answer = by.post("/dispatches", letter(*to, **changes))
    assert answer.status_code == 201, answer.content.decode()
    return UUID(answer.json()["id"])
