"""The public API's lists of units."""

from __future__ import annotations

import pytest
from ninja.testing import TestClient

from phoihop.core.errors import Invalid, NotFound
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
        "gso": "46",
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


def test_a_commune_tells_what_it_was_made_of_with_shares(client: TestClient) -> None:
    lineage = client.get("/communes/14758").json()
    assert lineage["commune"]["full_name"] == "Phường Hàm Rồng"
    shares = {kin["unit"]["code"]: kin["share_of_unit"] for kin in lineage["made_of"]}
    assert shares["14758-old"] == 0.586372
    assert lineage["became"] == []
    former = client.get("/communes/14758-old").json()
    assert former["commune"]["district"] == "Thành phố Thanh Hóa"
    assert [kin["unit"]["code"] for kin in former["became"]] == ["14758", "14797"]
    with pytest.raises(NotFound):
        client.get("/communes/00000")


def test_a_number_is_asked_for_with_a_day(client: TestClient) -> None:
    assert client.get("/meaning/44?on=2025-06-30").json()["full_name"] == "Tỉnh Quảng Bình"
    assert client.get("/meaning/44").json()["full_name"] == "Tỉnh Quảng Trị"
    assert client.get("/meaning/14758?on=2025-06-30").json()["full_name"] == "Phường Đông Thọ"
    with pytest.raises(NotFound):
        client.get("/meaning/45")


def test_communes_of_an_earlier_day(client: TestClient) -> None:
    assert len(client.get("/provinces/44-old/communes?on=2025-06-30").json()) == 145
    assert len(client.get("/provinces/44-old/communes?on=2025-06-30&kind=township").json()) == 8


def test_outlines_are_geojson_of_a_day(client: TestClient) -> None:
    answer = client.get("/outlines?on=2024-06-30&province=44-old")
    assert answer["Content-Type"] == "application/geo+json"
    assert [feature["id"] for feature in answer.json()["features"]] == ["44-old"]


def test_figures_keep_their_totals_when_they_change_units(client: TestClient) -> None:
    figures = [
        {"unit": "44", "day": "2024-06-30", "value": 10},
        {"unit": "45", "day": "2024-06-30", "value": 5},
        {"unit": "44", "day": "2026-06-30", "value": 20},
        {"unit": "15772", "day": "2024-06-30", "value": 9},
    ]
    answer = client.post("/convert", json={"to": "2025-07-01", "figures": figures}).json()
    assert answer["values"] == [
        {"unit": "44", "day": "2024-06-30", "value": 15},
        {"unit": "44", "day": "2026-06-30", "value": 20},
    ]
    assert answer["undetermined"] == [{"unit": "15772-old", "day": "2024-06-30", "value": 9}]
    by_code = client.post("/convert", json={"figures": [{"unit": "44-old", "day": "2026-01-01", "value": 3}]}).json()
    assert by_code["values"] == [{"unit": "44", "day": "2026-01-01", "value": 3}]


def test_a_figure_of_no_unit_is_refused_with_its_number_and_day(client: TestClient) -> None:
    with pytest.raises(Invalid, match=r"30/06/2026.*45"):
        client.post("/convert", json={"figures": [{"unit": "45", "day": "2026-06-30", "value": 1}]})
    with pytest.raises(Invalid, match="99999-old"):
        client.post("/convert", json={"figures": [{"unit": "99999-old", "day": "2026-06-30", "value": 1}]})
    refused = client.post("/convert", json={"figures": [{"unit": "77\x00", "day": "2026-06-30", "value": 1}]})
    assert refused.status_code == 422
