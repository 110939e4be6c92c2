"""The diagrams of the room's page are the machines themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from phoihop.dispatches.rules import MACHINES

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rooms" / "dispatches.md"


@pytest.mark.parametrize("name", MACHINES)
def test_the_page_shows_the_machine_as_it_is(name: str) -> None:
    assert f"```mermaid\n{MACHINES[name].diagram()}```" in PAGE.read_text("utf-8")
