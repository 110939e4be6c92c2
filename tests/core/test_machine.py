"""State machines as data: contradictions are refused when the data is read."""

from enum import StrEnum

import pytest

from phoihop.core.errors import Conflict, Forbidden, Invalid
from phoihop.core.machine import Machine, Move


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    DARK = "dark"


LABELS = {Light.RED: "Đỏ", Light.GREEN: 'Xanh "đi"', Light.DARK: "Tắt"}
GO = Move("go", "Đi", frozenset({Light.RED}), Light.GREEN, "drive")
HONK = Move("honk", "Bấm còi", frozenset({Light.RED, Light.GREEN}), None, "drive")
BREAK = Move("break", "Hỏng", frozenset({Light.RED, Light.GREEN}), Light.DARK, "repair", needs_reason=True)


def machine(*moves: Move[Light], initial: Light = Light.RED) -> Machine[Light]:
    return Machine("Đèn", LABELS, frozenset({initial}), moves)


LIGHT = machine(GO, HONK, BREAK)


def test_a_move_leads_to_its_target_or_stays() -> None:
    assert LIGHT.follow(Light.RED, "go", permissions={"drive"}) is Light.GREEN
    assert LIGHT.follow(Light.GREEN, "honk", permissions={"drive"}) is Light.GREEN
    assert LIGHT.follow(Light.RED, "break", permissions={"repair"}, reason="cháy") is Light.DARK


def test_what_can_be_done_is_listed_in_the_order_of_the_data() -> None:
    assert LIGHT.moves_from(Light.RED) == (GO, HONK, BREAK)
    assert LIGHT.moves_from(Light.GREEN) == (HONK, BREAK)
    assert [state for state in Light if LIGHT.is_final(state)] == [Light.DARK]


def test_a_refusal_says_which_rule_it_is() -> None:
    with pytest.raises(Conflict) as late:
        LIGHT.follow(Light.GREEN, "go", permissions={"drive"})
    with pytest.raises(Forbidden) as foreign:
        LIGHT.follow(Light.RED, "go", permissions={"repair"})
    with pytest.raises(Invalid) as silent:
        LIGHT.follow(Light.RED, "break", permissions={"repair"}, reason=" \n")
    assert [error.value.code for error in (late, foreign, silent)] == ["state_changed", "permission", "reason_required"]
    assert list(silent.value.fields) == ["reason"]


def test_the_diagram_shows_every_state_and_way() -> None:
    assert LIGHT.diagram() == (
        "stateDiagram-v2\n"
        '    state "Đỏ" as red\n'
        "    state \"Xanh 'đi'\" as green\n"
        '    state "Tắt" as dark\n'
        "    [*] --> red\n"
        "    red --> green : Đi [drive]\n"
        "    red --> red : Bấm còi [drive]\n"
        "    green --> green : Bấm còi [drive]\n"
        "    red --> dark : Hỏng (nêu lý do) [repair]\n"
        "    green --> dark : Hỏng (nêu lý do) [repair]\n"
        "    dark --> [*]\n"
    )


def test_one_verb_cannot_mean_two_things() -> None:
    with pytest.raises(ValueError, match="two things"):
        machine(GO, BREAK, Move("go", "Đi", frozenset({Light.RED}), Light.DARK, "drive"))


def test_a_state_nobody_reaches_is_a_defect_of_the_data() -> None:
    with pytest.raises(ValueError, match="nothing leads to"):
        machine(GO, HONK)


def test_every_state_has_a_label() -> None:
    with pytest.raises(ValueError, match="without label"):
        Machine("Đèn", {Light.RED: "Đỏ", Light.GREEN: "Xanh"}, frozenset({Light.RED}), (GO, BREAK))
