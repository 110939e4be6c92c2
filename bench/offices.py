"""The offices that a benchmark writes between. Import after ``django.setup()``."""

from __future__ import annotations

from bench.installation import BODIES_REGIME, Desk
from phoihop.core.isolation import scope
from phoihop.dispatches.actions.numbering import RegisterSpec, open_registers
from phoihop.exchange.directory.actions import found_directory
from phoihop.exchange.directory.keyfile import make_key
from phoihop.exchange.directory.loading import changes_for
from phoihop.exchange.directory.selectors import load_state
from phoihop.exchange.keys import own_identity
from phoihop.offices.actions import add_node, body_id, load_people, office_id, position_id
from phoihop.offices.directory import BodySpec, OfficeSpec, PersonSpec, PositionSpec
from phoihop.offices.tokens import make_token


def make_offices(count: int) -> tuple[Desk, ...]:
    """``count`` offices on this node, each with a body, books, a clerk with a token, and a leader."""
    own = own_identity()
    add_node(
        node_id=own.node_id, name="bench", incarnation_id=own.incarnation_id, public_key=own.public_key, is_self=True
    )
    codes = [f"VP{number:02d}" for number in range(1, count + 1)]
    specs = [_office(code) for code in codes]
    found_directory(make_key(), name="bench", changes=list(changes_for(specs, node_id=own.node_id, state=load_state())))
    load_people([person for code in codes for person in _people(code)], password_hash="!", is_demo=False)
    return tuple(_desk(code) for code in codes)


def _office(code: str) -> OfficeSpec:
    number = code[2:]
    body = BodySpec(f"UB{number}", f"Ủy ban thứ {number}", BODIES_REGIME, "UBND", "Nghệ An")
    return OfficeSpec(code, f"Văn phòng thứ {number}", f"VP {number}", (body,))


def _people(code: str) -> list[PersonSpec]:
    signs = ((f"UB{code[2:]}", "KT. CHỦ TỊCH"),)
    clerk = PositionSpec(code, "Văn thư", ("records_clerk",))
    leader = PositionSpec(code, "Lãnh đạo", ("leader",), signs)
    return [
        PersonSpec(f"clerk.{code.lower()}", f"Văn thư {code}", (clerk,)),
        PersonSpec(f"head.{code.lower()}", f"Chủ tịch {code}", (leader,)),
    ]


def _desk(code: str) -> Desk:
    office, body = office_id(code), body_id(code, f"UB{code[2:]}")
    books = [RegisterSpec(body, "out", "Sổ đi", "phoihop"), RegisterSpec(None, "in", "Sổ đến", "phoihop")]
    with scope("worker"):
        open_registers(books, office_id=office)
    token, _row = make_token(f"clerk.{code.lower()}", name="bench")
    signer = position_id(f"head.{code.lower()}", code, "Lãnh đạo")
    return Desk(code, f"UB{code[2:]}", office, token, signer)
