"""A table of offices and bodies against the directory: what changes, what cannot be, and that the plan always holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phoihop.core.errors import PhoiHopError
from phoihop.exchange.directory import changes as c
from phoihop.exchange.directory.lines import BodyLine, DirectoryPlan, Effect, OfficeLine, Places
from phoihop.exchange.directory.planning import plan_directory
from phoihop.exchange.directory.state import DirectoryState
from tests.exchange.directory_chain import FIRST_DAY, NODE, OTHER, body, founded, node, office

TODAY, LAST = date(2026, 11, 23), date(2026, 12, 31)
PLACES = Places(frozenset({"40", "42"}), {"16681": "40", "18073": "42"}, frozenset({"QK4"}))
CELLS = {"code": "A2", "parent": "D2", "successor": "L2", "valid_to": "K2", "valid_from": "J2", "node": "I2"}


def directory() -> DirectoryState:
    """Two nodes; A above B, C alone; a body each."""
    return founded(
        node("b", 2), office("A"), office("B", parent="A"), office("C"), body("A", "a"), body("B", "b"), body("C", "c")
    ).state


def line(code: str, **said: Any) -> OfficeLine:
    """An office of the directory as it stands, unless something else is said."""
    terms: dict[str, Any] = {"name": f"Văn phòng {code}", "short_name": code, "valid_from": FIRST_DAY, "cells": CELLS}
    return OfficeLine(code=code, **(terms | said))


def of(office: str, code: str, **said: Any) -> BodyLine:
    """A body of the directory as it stands, unless something else is said."""
    terms: dict[str, Any] = {
        "name": f"Ủy ban {code}", "regime": "GOV", "notation": "UBND", "place": "Vinh", "valid_from": FIRST_DAY,
    }  # fmt: skip
    return BodyLine(office=office, code=code, **(terms | said))


def plan(*offices: OfficeLine, bodies: tuple[BodyLine, ...] = (), state: DirectoryState | None = None) -> DirectoryPlan:
    """What lines would change."""
    return plan_directory(offices, bodies, state=state or directory(), places=PLACES, node=NODE, today=TODAY)


def told(found: DirectoryPlan) -> list[tuple[str, str]]:
    """Faults as cell and sentence."""
    return [(fault.address, fault.message) for fault in found.faults]


def test_what_stands_already_changes_nothing() -> None:
    found = plan(line("A"), line("B", parent="A"), line("C", node="a"), bodies=(of("A", "a"), of("B", "b")))
    assert (found.faults, found.changes, found.changing) == ((), (), [])
    assert found.count(Effect.UNCHANGED) == 5


def test_new_offices_may_stand_in_any_order_and_are_hosted_here_unless_said() -> None:
    found = plan(line("E", parent="D", row=2), line("D", node="b", row=3), bodies=(of("E", "e", row=2),))
    assert found.faults == ()
    assert [type(change) for change in found.changes] == [c.OfficeOpened, c.OfficeOpened, c.BodyOpened]
    nodes = {change.code: change.node for change in found.changes if isinstance(change, c.OfficeOpened)}
    assert nodes == {"E": NODE, "D": OTHER}
    assert [(step.effect, step.code, step.row) for step in found.steps] == [
        (Effect.NEW, "E", 2), (Effect.NEW, "D", 3), (Effect.NEW, "e", 2),
    ]  # fmt: skip


def test_a_change_says_old_and_new() -> None:
    found = plan(line("B", parent="C", name="Văn phòng mới"), bodies=(of("B", "b", regime="PARTY"),))
    shown = [[(one.what, one.old, one.new) for one in step.differences] for step in found.steps]
    assert shown == [
        [("Tên văn phòng", "Văn phòng B", "Văn phòng mới"), ("Văn phòng cấp trên", "A", "C")],
        [("Hệ thống văn bản", "Nhà nước", "Đảng")],
    ]


def test_ending_an_office_shows_what_ends_with_it() -> None:
    found = plan(line("A", valid_to=LAST), line("B", parent="A", valid_to=LAST))
    assert found.faults == ()
    assert [(step.effect, step.code, step.row) for step in found.changing] == [
        (Effect.ENDED, "A", 0), (Effect.ENDED, "B", 0), (Effect.ENDED, "a", 0), (Effect.ENDED, "b", 0),
    ]  # fmt: skip
    assert [change.code for change in found.changes if isinstance(change, c.OfficeClosed)] == ["B", "A"]


def test_a_merger_takes_bodies_and_offices_below_along() -> None:
    found = plan(line("A", valid_to=LAST, successor="C"))
    assert found.faults == ()
    assert found.changes == (c.OfficeMerged(code="A", into="C", valid_to=LAST, bodies=("a",)),)
    shown = {step.code: [(one.what, one.new) for one in step.differences] for step in found.changing}
    assert shown == {
        "A": [("Đến hết ngày", "31/12/2026"), ("Nhập vào văn phòng", "C")],
        "B": [("Văn phòng cấp trên", "C")],
        "a": [("Mã văn phòng", "C")],
    }


def test_mergers_that_follow_one_another_stand_in_their_order() -> None:
    first = line("A", valid_to=date(2026, 11, 30), successor="C")
    found = plan(line("C", valid_to=LAST, successor="D"), first, line("D"))
    assert found.faults == ()
    assert [change.code for change in found.changes if isinstance(change, c.OfficeMerged)] == ["A", "C"]


@pytest.mark.parametrize(
    ("said", "cell", "message"),
    [
        ({"code": "một hai"}, "A2", "không hợp lệ"),
        ({"parent": "X"}, "D2", "Không có văn phòng cấp trên mang mã “X”"),
        ({"parent": "D"}, "D2", "cấp trên của chính nó"),
        ({"node": "máy lạ"}, "I2", "không có máy chủ “máy lạ”"),
        ({"valid_to": date(2025, 1, 1)}, "K2", "trước ngày bắt đầu"),
        ({"province_code": "99"}, "", "mang mã “99”"),
        ({"province_code": "40", "commune_code": "1"}, "", "xã, phường, đặc khu mang mã “1”"),
        ({"province_code": "40", "commune_code": "18073"}, "", "thuộc tỉnh mã “42”"),
        ({"region_code": "QK9"}, "", "vùng mang mã “QK9”"),
        ({"successor": "C"}, "K2", "Chưa có ngày hoạt động cuối cùng"),
        ({"successor": "D", "valid_to": LAST}, "L2", "không hợp lệ: là chính nó"),
        ({"successor": "X", "valid_to": LAST}, "L2", "Không có văn phòng mang mã “X”"),
    ],
)
def test_a_fault_of_an_office_names_its_cell(said: dict[str, Any], cell: str, message: str) -> None:
    wrong = line(**{"code": "D", **said})
    found = plan(replace(wrong, cells={**CELLS, "province_code": "", "commune_code": "", "region_code": ""}))
    assert [address for address, _said in told(found)] == [cell]
    assert message in told(found)[0][1]
    assert (found.steps, found.changes) == ((), ())


def test_lines_that_contradict_the_directory_or_one_another() -> None:
    assert told(plan(line("D"), line("D"))) == [("A2", "Mã “D” đã có ở dòng 0.")]
    moved = plan(line("A", node="b"))
    assert "không chuyển máy chủ bằng bảng tính" in told(moved)[0][1]
    assert "không sửa được" in told(plan(line("A", valid_from=TODAY)))[0][1]
    assert told(plan(line("A", valid_to=LAST), line("B", parent="A")))[0][0] == "D2"
    assert "Còn văn phòng trực thuộc" in told(plan(line("A", valid_to=LAST)))[0][1]
    circle = plan(line("A", parent="B"), line("B", parent="A"))
    assert [cell for cell, _said in told(circle)] == ["D2", "D2"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (of("X", "x"), "Không có văn phòng mang mã “X”"),
        (of("A", "x", valid_from=date(2024, 1, 1)), "Trước ngày văn phòng hoạt động"),
        (of("A", "a", valid_from=TODAY), "ngày bắt đầu không sửa được"),
        (of("A", "x", valid_to=date(2025, 1, 1)), "trước ngày bắt đầu"),
        (of("A", "x", edxml_id="000.00"), "đã thuộc “Ủy ban c”"),
    ],
)
def test_a_fault_of_a_body_is_told(wrong: BodyLine, message: str) -> None:
    chain = founded(office("A"), office("C"), body("A", "a"), body("C", "c", edxml_id="000.00"))
    assert any(message in said for _cell, said in told(plan(bodies=(wrong,), state=chain.state)))


def test_what_has_ended_stays_as_it_was() -> None:
    chain = founded(office("A"), office("C"), body("A", "a"), body("A", "z"))
    chain.add(c.OfficeMerged(code="A", into="C", valid_to=LAST, bodies=("a",)))
    same = plan(
        line("A", valid_to=LAST, successor="C"), bodies=(of("C", "a"), of("A", "z", valid_to=LAST)), state=chain.state
    )
    assert (same.faults, same.changing) == ((), [])
    changed = plan(line("A", name="Khác"), bodies=(of("A", "a"),), state=chain.state)
    assert len(changed.faults) == 4
    assert "nay thuộc văn phòng “C”" in changed.faults[-1].message


def test_a_merger_is_refused_where_two_bodies_would_have_one_code() -> None:
    chain = founded(office("A"), office("C"), body("A", "x"), body("C", "x"))
    found = plan(line("A", valid_to=LAST, successor="C"), state=chain.state)
    assert told(found)[0] == ("L2", "Văn phòng C đã có cơ quan ban hành mang mã x.")
    ended = plan(line("A", valid_to=LAST, successor="C"), bodies=(of("A", "x", valid_to=LAST),), state=chain.state)
    assert ended.faults == ()


def test_the_digest_names_the_change_and_what_it_stands_on() -> None:
    one, same, other = plan(line("D")), plan(line("D")), plan(line("D", name="Khác"))
    assert one.digest == same.digest != other.digest
    chain = founded(office("A"))
    before = plan(line("D"), state=chain.state)
    chain.add(office("E"))
    assert plan(line("D"), state=chain.state).digest != before.digest


CODES = st.sampled_from(["A", "B", "C", "D", "E"])
DAYS = st.sampled_from([None, date(2025, 6, 1), date(2026, 6, 1), TODAY, LAST])
OFFICES = st.builds(
    line,
    CODES,
    parent=st.sampled_from(["", "A", "B", "D"]),
    valid_to=DAYS,
    successor=st.sampled_from(["", "", "A", "C", "D"]),
    name=st.sampled_from(["Văn phòng A", "Khác"]),
)
BODIES = st.builds(of, CODES, st.sampled_from(["a", "b", "c", "x"]), valid_to=DAYS)


@given(st.lists(OFFICES, max_size=5), st.lists(BODIES, max_size=5))
def test_whatever_is_asked_either_holds_or_is_told(offices: list[OfficeLine], bodies: list[BodyLine]) -> None:
    """A plan without faults is one the directory accepts, and asking again afterwards changes nothing more."""
    chain = founded(node("b", 2), office("A"), office("B", parent="A"), office("C"), body("A", "a"), body("C", "c"))
    try:
        found = plan(*offices, bodies=tuple(bodies), state=chain.state)
    except PhoiHopError as error:
        raise AssertionError(error.message) from error
    assert all(fault.message for fault in found.faults)
    if found.changes:
        chain.add(*found.changes)
        assert found.changing
    elif not found.faults:
        assert not found.changing
