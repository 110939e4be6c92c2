"""The pages and the map as a signed-in person gets them, and as a visitor does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpResponseBase
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from openpyxl import load_workbook

from phoihop.core.errors import Invalid, NotFound
from phoihop.offices.acting import Acting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("units_loaded")]

Get = Callable[..., HttpResponseBase]


def _somebody() -> Acting:
    return Acting(
        account_id=uuid4(),
        person_id=uuid4(),
        person_name="Nguyễn Thị Diễn Tập",
        position_id=uuid4(),
        position_title="Chuyên viên",
        office_id=uuid4(),
        office_code="VP-DT",
        office_name="Văn phòng diễn tập",
        permissions=frozenset(),
    )


@pytest.fixture
def get() -> Get:
    """GET an address of the installation as a person without any permission."""

    def ask(path: str, *, acting: Acting | None = None, **headers: str) -> HttpResponseBase:
        request: Any = RequestFactory(headers=headers).get(path)
        request.acting = acting or _somebody()
        request.user = AnonymousUser()
        found = resolve(request.path)
        request.resolver_match = found
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
        return response

    return ask


def _text(response: HttpResponseBase) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def _asked_of_territory(queries: CaptureQueriesContext) -> int:
    return sum("territory_" in query["sql"] for query in queries)


def test_the_list_shows_the_region_with_its_sums(get: Get) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = _text(get("/territory/"))
    assert _asked_of_territory(queries) == 4
    for words in (
        "Tỉnh Thanh Hóa",
        "Thành phố Huế",
        ">483<",
        ">50.101,33*<",
        "Chưa kể 2 xã, phường chưa rõ diện tích.",
    ):
        assert words in page
    assert "Hà Nội" not in page
    assert 'data-map-src-value="/territory/outlines.geojson"' in page


def test_the_country_can_be_listed_without_a_map_of_it(get: Get) -> None:
    page = _text(get("/territory/?scope=country"))
    assert ">3.321<" in page
    assert "data-map-src-value" not in page


def test_search_leads_to_the_commune_in_its_province(get: Get) -> None:
    page = _text(get("/territory/?q=ham+rong"))
    assert '<a href="/territory/communes/14758/">Phường Hàm Rồng</a>' in page
    assert "Không tìm thấy địa phương nào" in _text(get("/territory/?q=kh%C3%B4ng+c%C3%B3"))


def test_what_may_not_be_typed_is_refused_in_words_and_kept_in_the_field(get: Get) -> None:
    page = _text(get("/territory/?q=a%E2%80%AEb"))
    assert "làm đảo chiều đọc" in page


def test_a_province_lists_its_communes_in_few_queries(get: Get) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = _text(get("/territory/44/"))
    assert _asked_of_territory(queries) == 6
    assert page.count('<td class="ph-cell-code">') == 78
    assert "chưa kể 2 xã, phường chưa rõ diện tích" in page
    assert page.index(">Ái Tử<") < page.index(">Ba Đồn<") < page.index(">Đakrông<") < page.index(">Hải Lăng<")


def test_the_filters_of_a_province_stand_in_its_address(get: Get) -> None:
    page = _text(get("/territory/46/?kind=ward&order=area"))
    assert page.count('<td class="ph-cell-code">') == 21
    assert "21 trên 40" in page
    assert 'aria-sort="descending"' in page
    assert "kind=ward&amp;order=name" in page
    assert "Không có xã, phường nào khớp" in _text(get("/territory/46/?q=zzz"))


def test_a_former_province_says_what_it_is_now_part_of(get: Get) -> None:
    page = _text(get("/territory/44-old/"))
    assert "Tỉnh Quảng Bình" in page
    assert "30/06/2025" in page
    assert "Mã 44 " in page
    assert "44-old</p>" not in page
    assert page.count('<td class="ph-cell-code">') == 145
    assert "Huyện Quảng Ninh" in page
    assert "các lần sắp xếp trước đó chưa có trong nguồn" in page
    assert '<a href="/territory/44/">Tỉnh Quảng Trị</a>' in page


def test_an_earlier_day_is_said_everywhere_and_the_unknown_is_no_zero(get: Get) -> None:
    page = _text(get("/territory/?on=2024-06-30"))
    assert "Tỉnh Thừa Thiên Huế" in page
    assert 'data-map-on-value="2024-06-30"' in page
    assert 'href="/territory/44-old/?on=2024-06-30"' in page
    assert "chưa rõ" in page
    assert "chưa kể 3 tỉnh, thành phố chưa rõ" in page
    assert "chưa kể 1 tỉnh, thành phố chưa có danh sách" in page
    assert "Đến hết 30/06/2025" in page


def test_a_province_can_be_seen_as_it_was(get: Get) -> None:
    page = _text(get("/territory/38/?on=2025-06-30"))
    assert page.count('<td class="ph-cell-code">') == 547
    narrowed = _text(get("/territory/38/?on=2025-06-30&district=Huyện+Quan+Hóa&kind=township"))
    assert narrowed.count('<td class="ph-cell-code">') == 1
    assert "Thị trấn" in narrowed


def test_a_province_of_today_says_what_it_was_before_it_was(get: Get) -> None:
    page = _text(get("/territory/44/?on=2024-06-30"))
    assert "chưa có Tỉnh Quảng Trị như hiện nay" in page
    assert 'href="/territory/44-old/?on=2024-06-30">Tỉnh Quảng Bình</a>' in page


def test_a_province_whose_former_communes_are_not_known_says_so(get: Get) -> None:
    page = _text(get("/territory/46-old/"))
    assert "Chưa có danh sách xã, phường của thời kỳ này" in page
    assert '<a href="/territory/46/">Thành phố Huế</a>' in page


def test_a_commune_shows_where_it_came_from_and_what_is_estimated(get: Get) -> None:
    page = _text(get("/territory/communes/14758/"))
    assert "Được lập từ" in page
    assert '<a href="/territory/communes/14758-old/">Phường Đông Thọ</a>' in page
    assert "≈ 58,6 %" in page
    assert "không phải số liệu đo đạc" in page
    former = _text(get("/territory/communes/15772-old/"))
    assert "Nay thuộc" in former
    assert "nguồn không đủ căn cứ" in former
    with pytest.raises(NotFound):
        get("/territory/communes/1/")


def test_points_carry_their_pages(get: Get) -> None:
    def features(query: str) -> list[dict[str, Any]]:
        response = get(f"/territory/points.geojson{query}")
        return list(json.loads(response.content)["features"])  # type: ignore[attr-defined]

    assert len(features("")) == 483
    assert len(features("?province=44-old&on=2025-06-30")) < 145, "places no source can be believed on are left out"
    own = features("?commune=14758")
    assert own[-1]["properties"]["url"] == "/territory/communes/14758/"
    assert own[-1]["properties"]["tone"] == "red"


def test_the_list_of_a_day_goes_out_as_a_workbook(get: Get) -> None:
    response = get("/territory/export/?on=2025-06-30&province=44-old")
    assert response["Content-Disposition"] == 'attachment; filename="dia-ban-20250630.xlsx"'
    book = load_workbook(BytesIO(response.content), read_only=True)  # type: ignore[attr-defined]
    assert len(list(book.worksheets[1].iter_rows())) == 146


def test_an_unknown_province_is_not_found(get: Get) -> None:
    with pytest.raises(NotFound):
        get("/territory/99/")


def test_the_map_is_kept_by_the_browser_and_not_sent_again(get: Get) -> None:
    first = get("/territory/outlines.geojson")
    assert first["Content-Type"] == "application/geo+json"
    assert first["Cache-Control"] == "private, max-age=3600"
    codes = [feature["id"] for feature in json.loads(first.content)["features"]]  # type: ignore[attr-defined]
    assert codes == ["38", "40", "42", "44", "46", "19742"]
    again = get("/territory/outlines.geojson", If_None_Match=first["ETag"])
    assert again.status_code == 304
    assert again.content == b""  # type: ignore[attr-defined]
    assert again["ETag"] == first["ETag"]


def test_the_map_of_an_earlier_day_has_six_provinces(get: Get) -> None:
    then = json.loads(get("/territory/outlines.geojson?on=2024-06-30").content)  # type: ignore[attr-defined]
    assert len(then["features"]) == 7
    with pytest.raises(Invalid, match="2024-06-30"):
        get("/territory/outlines.geojson?on=30/06/2024")


@pytest.mark.parametrize("path", ["/territory/", "/territory/38/", "/territory/outlines.geojson"])
def test_a_visitor_is_sent_to_sign_in(path: str) -> None:
    request: Any = RequestFactory().get(path)
    request.acting = None
    request.user = AnonymousUser()
    found = resolve(path)
    answer = found.func(request, **found.kwargs)
    assert answer.status_code == 302
    assert f"next={path}" in answer["Location"]
