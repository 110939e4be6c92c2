"""The script that derives the data files, on a topology small enough to draw by hand.

Two unit squares side by side::

    (0,1)--(1,1)--(2,1)
      |  a   |  b   |
    (0,0)--(1,0)--(2,0)
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts/derive_territory.py"

TOPOLOGY: Mapping[str, Any] = {
    "transform": {"scale": [0.5, 0.5], "translate": [100.0, 10.0]},
    "arcs": [
        [[2, 0], [0, 2]],  # the border between them, upwards
        [[2, 2], [-2, 0], [0, -2], [2, 0]],  # the rest of a
        [[2, 0], [2, 0], [0, 2], [-2, 0]],  # the rest of b
    ],
}
SQUARE_A = {"type": "Polygon", "arcs": [[0, 1]]}
SQUARE_B = {"type": "Polygon", "arcs": [[2, ~0]]}


@pytest.fixture(scope="module")
def derive() -> ModuleType:
    spec = importlib.util.spec_from_file_location("derive_territory", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_arcs_are_steps_scaled_and_moved(derive: ModuleType) -> None:
    assert derive.decode_arcs(TOPOLOGY)[0] == [(101.0, 10.0), (101.0, 11.0)]


def test_one_square_comes_back_closed_and_counter_clockwise(derive: ModuleType) -> None:
    (ring,) = derive.merge([SQUARE_A], derive.decode_arcs(TOPOLOGY))
    assert ring[0] == ring[-1]
    assert set(ring) == {(100.0, 10.0), (101.0, 10.0), (101.0, 11.0), (100.0, 11.0)}
    assert derive.signed_area(ring) == pytest.approx(2.0)


def test_the_border_between_merged_squares_falls_away(derive: ModuleType) -> None:
    (ring,) = derive.merge([SQUARE_A, SQUARE_B], derive.decode_arcs(TOPOLOGY))
    assert derive.signed_area(ring) == pytest.approx(4.0)
    assert len(ring) == 7  # the border's two ends lie on the outline, and the first point closes it
    assert len(set(ring)) == 6


def test_what_is_not_one_piece_is_refused(derive: ModuleType) -> None:
    apart = [[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)], [(5.0, 5.0), (6.0, 5.0), (6.0, 6.0), (5.0, 5.0)]]
    shapes = [{"type": "Polygon", "arcs": [[0]]}, {"type": "Polygon", "arcs": [[1]]}]
    with pytest.raises(ValueError, match="found 2"):
        derive.merge(shapes, apart)
    with pytest.raises(ValueError, match="breaks off"):
        derive.stitch([0], [[(0.0, 0.0), (1.0, 1.0)]])
    with pytest.raises(ValueError, match="MultiPolygon"):
        derive.merge([{"type": "MultiPolygon", "arcs": []}], apart)


def test_the_kind_is_read_from_the_name(derive: ModuleType) -> None:
    row = derive.unit("1", "Đặc  khu\u00a0Co\u0302\u0300n Cỏ", 17.0, 107.0, None, derive.COMMUNE_KINDS)
    assert (row.kind, row.name, row.full_name) == ("special_zone", "Cồn Cỏ", "Đặc khu Cồn Cỏ")
