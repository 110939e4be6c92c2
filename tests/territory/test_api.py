"""The public API's lists of units."""

from __future__ import annotations

import pytest
from ninja.testing import TestClient

from phoihop.core.errors import NotFound
from phoihop.territory.api import router

pytestmark = pytest.mark.usefixtures("as_some_office")


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(router)


def test_provinces_of_the_region_and_of_the_country(client: TestClient) -> None:
    listed = client.get("/provinces").json()
    assert [province["code"] for province in listed] == ["42", "46", "40", "44", "38"]
    assert listed[1] == {
        "code": "46",
        "name": "Huế",
        "full_name": "Thành phố Huế",
        "kind": "city",
        "lat": 16.3316,
        "lon": 107.517,
        "km2": 4947.14,
        "valid_from": "2025-01-01",
        "valid_to": None,
        "successor": None,
    }
    assert len(client.get("/provinces?country=true").json()) == 34


def test_provinces_of_an_earlier_day_name_their_successors(client: TestClient) -> None:
    listed = client.get("/provinces?on=2024-06-30").json()
    assert {province["code"]: province["successor"] for province in listed if province["successor"]} == {
        "44-old": "44",
        "45-old": "44",
        "46-old": "46",
    }


def test_communes_of_a_province_can_be_narrowed(client: TestClient) -> None:
    assert len(client.get("/provinces/38/communes").json()) == 166
    assert len(client.get("/provinces/38/communes?kind=ward").json()) == 19
    (found,) = client.get("/provinces/38/communes?q=ham%20rong").json()
    assert (found["code"], found["province"], found["kind"]) == ("14758", "38", "ward")


@pytest.mark.parametrize("query", ["kind=district", "on=2024-02-30", "q=" + "x" * 101])
def test_what_cannot_be_understood_is_422(client: TestClient, query: str) -> None:
    assert client.get(f"/provinces/38/communes?{query}").status_code == 422


def test_an_unknown_province_is_not_found(client: TestClient) -> None:
    with pytest.raises(NotFound):
        client.get("/provinces/99/communes")
