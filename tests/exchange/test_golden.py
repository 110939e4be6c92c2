"""Records as they were signed once. What is here was sent to others: it must be read for ever, to the byte.

A new kind or version of the exchange adds a file; none is ever changed. ``python -m tests.exchange.test_golden`` writes
those that are missing.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

GOLDEN = Path(__file__).parent / "golden"
_KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
"""A key made for these files; it belongs to no node."""
_AT = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)


def _files() -> list[Path]:
    return sorted(GOLDEN.glob("*.json"))


@pytest.mark.parametrize("path", _files(), ids=lambda path: path.stem)
def test_a_record_of_that_day_is_still_read(path: Path) -> None:
    from phoihop.exchange.envelope import open_body, verify
    from phoihop.exchange.merkle import leaf_hash
    from phoihop.exchange.registry import kind_of

    golden = json.loads(path.read_text(encoding="utf-8"))
    signed = golden["envelope"].encode()
    envelope = verify(signed, _KEY.public_key())
    assert envelope.model_dump(mode="json") == golden["says"]
    assert leaf_hash(signed).hex() == golden["leaf"]
    kind = kind_of(envelope.kind, envelope.version)
    assert kind is not None
    body = open_body(base64.b64decode(golden["body"]), envelope, kind.body)
    assert body.model_dump(mode="json") == golden["body_says"]


def test_every_kind_of_the_exchange_and_every_issued_document_and_list_has_its_file() -> None:
    from phoihop.dispatches.records import ISSUED
    from phoihop.distribution.records import STATED
    from phoihop.exchange.registry import kinds

    others = {ISSUED, STATED}
    names = {f"{kind.name}.{kind.version}" for kind in kinds() if kind.room == "exchange" or kind.name in others}
    assert names <= {path.stem for path in _files()}


_WHY = "Nhầm nơi nhận"


def _bodies() -> dict[tuple[str, int], Any]:
    from phoihop.dispatches.records import ISSUED, Issued, IssuedMarked
    from phoihop.distribution.records import STATED
    from phoihop.exchange import records
    from phoihop.exchange.deliveries import ReceiptState

    receipts = tuple(
        records.Receipt(
            subject=UUID(int=number), state=state, at=_AT, reason="Nhầm nơi nhận" if state == "returned" else ""
        )
        for number, state in enumerate(ReceiptState, start=1)
    )
    issued = _issued()
    marked = IssuedMarked(**issued, personal_data="sensitive", keep_until=date(2027, 5, 23))
    return {
        (ISSUED, 1): Issued(**issued),
        (ISSUED, 2): marked,
        (STATED, 1): _stated(),
        (records.RECEIPTS, 1): records.Receipts(items=receipts, owner=UUID(int=100)),
        (records.DISCLOSURE, 1): records.Disclosure(
            offices=(UUID(int=101),), reason="Cùng ứng phó", approver="Nguyễn Văn A", approver_title="Chánh Văn phòng"
        ),
        (records.PURGE, 1): records.Purge(
            reason="secrecy",
            decision="QĐ 7/QĐ-UBND",
            proposed_by="Nguyễn Văn A, Quản trị",
            confirmed_by="Trần Văn B",
            recipients=(UUID(int=101),),
            answered=(UUID(int=102),),
        ),
        (records.WITHDRAWAL, 1): records.Withdrawal(
            offices=(UUID(int=101),), reason="Gửi nhầm", approver="Nguyễn Văn A", approver_title="Chánh Văn phòng"
        ),
    }


def _stated() -> Any:
    """All that a published list can say, with each sort of member."""
    from phoihop.distribution.records import ListStated
    from phoihop.distribution.rules import Level, Members, Rule

    members = Members(
        offices=frozenset({UUID(int=101)}),
        rules=frozenset({Rule(Level.COMMUNE, "40", "GOV"), Rule(Level.ANY), Rule(Level.PROVINCE), Rule(Level.REGION)}),
        without=frozenset({UUID(int=102)}),
    )
    return ListStated(
        number=3,
        name="Các xã ven biển",
        purpose="Dùng khi có bão, áp thấp nhiệt đới",
        members=tuple(members.tokens()),
        offices=(UUID(int=101), UUID(int=103)),
        reason="Sáp nhập hai xã",
        made_by="Nguyễn Văn A, Chánh Văn phòng",
        retired=True,
    )


def _issued() -> dict[str, Any]:
    """All that an issued document can say."""
    from phoihop.dispatches.records import AttachmentRef, Recipient

    file = AttachmentRef(name="bang-ke.pdf", media_type="application/pdf", size=10, sha256="ab" * 32, salt="cd" * 16)
    return {
        "issuer_name": "Ủy ban nhân dân tỉnh Nghệ An",
        "regime": "GOV",
        "code": "12/UBND-NN",
        "type_code": "CV",
        "type_name": "Công văn",
        "abstract": "V/v phòng, chống bão số 9",
        "content": "Kính gửi các đơn vị",
        "urgency": "urgent",
        "circulation": "INTERNAL",
        "dated": date(2026, 11, 23),
        "place": "Nghệ An",
        "signatory_name": "Nguyễn Văn A",
        "signatory_title": "Phó Chủ tịch",
        "signatory_authority": "KT. CHỦ TỊCH",
        "other_recipients": "Đài Khí tượng thủy văn",
        "due_at": _AT,
        "reply_to": UUID(int=103),
        "related_to": UUID(int=104),
        "exercise": True,
        "attachments": (file,),
        "body_id": UUID(int=105),
        "recipients": (Recipient(office=UUID(int=101)), Recipient(office=UUID(int=102), role="copy")),
        "signed_at": _AT,
        "numbered_by": "Trần Văn B",
    }


def _write(kind: str, version: int, body: Any) -> None:
    from phoihop.exchange.envelope import Envelope, audience_digest, commitment, sign
    from phoihop.exchange.keys import NodeIdentity
    from phoihop.exchange.merkle import leaf_hash

    path = GOLDEN / f"{kind}.{version}.json"
    if path.exists():
        return
    content = bytes(range(16)) + body.model_dump_json().encode()
    envelope = Envelope(
        id=UUID(int=1),
        kind=kind,
        version=version,
        office=UUID(int=2),
        node=UUID(int=3),
        incarnation=UUID(int=4),
        subject=UUID(int=5),
        parent=UUID(int=6),
        prev=UUID(int=7),
        saw=(UUID(int=8),),
        needs=(UUID(int=9),),
        audience=audience_digest([UUID(int=2), UUID(int=100)]).hex(),
        at=_AT,
        directory=3,
        body=commitment(content),
        attachments=("ab" * 32,),
    )
    signed = sign(envelope, NodeIdentity(UUID(int=3), UUID(int=4), _KEY).jwk)
    said = {
        "envelope": signed.decode(),
        "says": envelope.model_dump(mode="json"),
        "leaf": leaf_hash(signed).hex(),
        "body": base64.b64encode(content).decode(),
        "body_says": body.model_dump(mode="json"),
    }
    path.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    import django

    django.setup()
    for (name, number), stated in _bodies().items():
        _write(name, number, stated)
