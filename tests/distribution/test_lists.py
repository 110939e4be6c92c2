"""Lists are made, changed, retired and let others use; every version is kept, and who was in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from phoihop.audit.models import JournalEntry
from phoihop.core.clock import now, pretend, today
from phoihop.core.errors import Conflict, Forbidden, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.distribution.actions import ListInput, publish_list, retire_list, save_list
from phoihop.distribution.models import ListVersion, PublishedVersion
from phoihop.distribution.selectors.lists import list_for, lists_for, versions_of
from phoihop.distribution.selectors.membership import members_now, members_on
from phoihop.files.guard.notice import SecretFound
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, REGION
from tests.dispatches.papers import office_of
from tests.distribution.rosters import changed, ids, listed, token
from tests.queries import assert_queries

pytestmark = pytest.mark.django_db


def _now_in(list_id: UUID) -> frozenset[UUID]:
    with office_of("chuyenvien", NGHE_AN) as by:
        return members_now(list_id, by=by).ids


def test_offices_left_out_stay_out_and_lists_hold_lists() -> None:
    inner = listed(HUE, HA_TINH, name="Trong")
    outer = listed(f"list:{inner.id}", REGION, token(HUE).replace("office", "without"), name="Ngoài")
    assert _now_in(outer.id) == ids(HA_TINH, REGION)
    changed(inner, HUE, NGHE_AN_PARTY)
    assert _now_in(outer.id) == ids(NGHE_AN_PARTY, REGION)


def test_a_list_cannot_hold_itself_through_others() -> None:
    one = listed(HUE, name="Một")
    two = listed(f"list:{one.id}", name="Hai")
    for members in ([f"list:{one.id}"], [f"list:{two.id}", token(HUE)]):
        with pytest.raises(Invalid) as refused:
            changed(one, *members)
        assert "vòng" in refused.value.fields["members"][0]


def test_versions_say_who_when_and_why_and_who_was_in_it() -> None:
    with pretend(now() - timedelta(days=3)):
        row = listed(HUE)
    changed(row, HUE, HA_TINH, reason="Thêm Hà Tĩnh")
    with office_of("chuyenvien", NGHE_AN) as by:
        entry = list_for(row.id, by=by)
        newest, first = versions_of(entry, by=by)
        assert (newest.number, newest.reason, newest.offices) == (2, "Thêm Hà Tĩnh", ids(HUE, HA_TINH))
        assert (first.number, first.offices) == (1, ids(HUE))
        assert "Nhân viên văn thư" in newest.made_by
        yesterday = members_on(entry, today() - timedelta(days=1), by=by)
        assert yesterday is not None
        assert (yesterday.number, yesterday.ids) == (1, ids(HUE))
        assert members_on(entry, today() - timedelta(days=9), by=by) is None
    with scope("worker"):
        events = list(JournalEntry.objects.filter(subject_id=row.id).order_by("at").values_list("event", flat=True))
    assert events == ["distribution:list:make", "distribution:list:change"]


def test_what_changes_nothing_makes_no_version_and_what_came_too_late_is_told() -> None:
    row = listed(HUE)
    with office_of("vanthu", NGHE_AN) as by:
        same = ListInput(row.name, members=[token(HUE)], reason="Không đổi gì")
        assert save_list(same, by=by, list_id=row.id, number=1).number == 1
    changed(row, HA_TINH)
    with office_of("vanthu", NGHE_AN) as by, pytest.raises(Conflict, match="vừa được sửa"):
        save_list(replace(same, name="Khác"), by=by, list_id=row.id, number=1)


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        (ListInput(""), "name"),
        (ListInput(" ", members=["rule:any::"]), "name"),
        (ListInput("x" * 201, members=["rule:any::"]), "name"),
        (ListInput("a\u202eb", members=["rule:any::"]), "name"),
        (ListInput("CÁC TỈNH", members=["rule:any::"]), "name"),
        (ListInput("Mới", members=[]), "members"),
        (ListInput("Mới", members=["without:" + "0" * 32]), "members"),
        (ListInput("Mới", members=["office:" + "0" * 32]), "members"),
        (ListInput("Mới", members=["list:" + "0" * 32]), "members"),
        (ListInput("Mới", members=["moi xa"]), "members"),
    ],
)
def test_what_is_no_list_is_refused_at_its_field(stated: ListInput, field: str) -> None:
    listed(HUE, name="Các tỉnh")
    with office_of("vanthu", NGHE_AN) as by, pytest.raises(Invalid) as refused:
        save_list(stated, by=by)
    assert field in refused.value.fields


def test_a_mark_of_secrecy_stops_it() -> None:
    with office_of("vanthu", NGHE_AN) as by, pytest.raises(SecretFound):
        save_list(ListInput("Mới", "Độ mật: TỐI MẬT", [token(HUE)]), by=by)


def test_a_list_is_its_offices_own_and_only_who_may_changes_it() -> None:
    row = listed(HUE)
    with office_of("vanthu", HA_TINH) as by:
        assert not lists_for(by)
        with pytest.raises(NotFound):
            list_for(row.id, by=by)
    with office_of("chuyenvien", NGHE_AN) as by, pytest.raises(Forbidden):
        save_list(ListInput("Mới", members=[token(HUE)]), by=by)


def test_a_retired_list_has_nobody_keeps_its_versions_and_frees_its_name() -> None:
    row = listed(HUE)
    holder = listed(f"list:{row.id}", name="Giữ")
    with office_of("vanthu", NGHE_AN) as by:
        with pytest.raises(Conflict, match="Giữ"):
            retire_list(row.id, reason="Hết dùng", by=by)
        with pytest.raises(Invalid):
            retire_list(holder.id, reason=" ", by=by)
        retire_list(holder.id, reason="Hết dùng", by=by)
        retire_list(row.id, reason="Hết dùng", by=by)
        assert not lists_for(by)
        assert [entry.id for entry in lists_for(by, retired=True, words="cac tinh")] == [row.id]
        assert ListVersion.objects.filter(list_id=row.id).count() == 2
    assert not _now_in(row.id)
    assert listed(HUE).id != row.id


def _published() -> UUID:
    inner = listed(HUE, "rule:province:42:", name="Trong")
    row = listed(f"list:{inner.id}", REGION)
    with office_of("chanhvp", NGHE_AN) as by:
        publish_list(row.id, offices=list(ids(HA_TINH)), reason="Dùng chung", by=by)
    return row.id


def test_a_published_list_is_used_by_those_it_was_opened_to_and_no_others() -> None:
    list_id = _published()
    with office_of("chuyenvien", HA_TINH) as by:
        (entry,) = lists_for(by, words="cac tinh")
        assert (entry.id, entry.is_own, entry.owner_name) == (list_id, False, NGHE_AN.short_name)
        assert members_now(list_id, by=by).ids == ids(HUE, HA_TINH, REGION)
        assert not entry.members.lists
    with office_of("chuyenvien", NGHE_AN_PARTY) as by:
        assert not lists_for(by)
    with office_of("vanthu", HA_TINH) as by, pytest.raises(Forbidden):
        save_list(ListInput("Các tỉnh", members=[token(HUE)], reason="x"), by=by, list_id=list_id)


def test_later_versions_travel_and_further_offices_see_all_of_them() -> None:
    list_id = _published()
    with office_of("vanthu", NGHE_AN) as by:
        save_list(ListInput("Các tỉnh", members=[token(HUE)], reason="Gọn lại"), by=by, list_id=list_id)
    with office_of("chanhvp", NGHE_AN) as by:
        publish_list(list_id, offices=list(ids(NGHE_AN_PARTY)), reason="Cùng dùng", by=by)
    for office in (HA_TINH, NGHE_AN_PARTY):
        with office_of("chuyenvien", office) as by:
            assert members_now(list_id, by=by).ids == ids(HUE)
            numbers = [one.number for one in versions_of(list_for(list_id, by=by), by=by)]
        assert numbers == [2, 1]
    with office_of("vanthu", NGHE_AN) as by:
        retire_list(list_id, reason="Hết dùng", by=by)
    with office_of("chuyenvien", HA_TINH) as by:
        assert not lists_for(by)
        assert not members_now(list_id, by=by).offices
    with scope("worker"):
        assert PublishedVersion.objects.count() == 3


def test_only_who_may_open_things_to_others_publishes() -> None:
    row = listed(HUE)
    with office_of("vanthu", NGHE_AN) as by, pytest.raises(Forbidden):
        publish_list(row.id, offices=list(ids(HA_TINH)), reason="x", by=by)
    with office_of("chanhvp", NGHE_AN) as by, pytest.raises(Invalid):
        publish_list(row.id, offices=list(ids(NGHE_AN)), reason="x", by=by)


def test_lists_and_their_members_take_a_few_queries_however_many() -> None:
    for number in range(8):
        listed(HUE, "rule:province:42:", name=f"Danh sách {number}")
    with office_of("chuyenvien", NGHE_AN) as by, assert_queries(at_most=8):
        for entry in lists_for(by)[:1]:
            members_now(entry.id, by=by)
