"""Who learns of lists that are published and retired, through the sequencer as in a running installation."""

from __future__ import annotations

from uuid import UUID

import pytest

from phoihop.core.isolation import scope
from phoihop.distribution.actions import publish_list, retire_list
from phoihop.exchange.sequencer import sequence
from phoihop.notify.models import Notice
from phoihop.notify.sentences import say
from phoihop.offices.actions import office_id
from phoihop.offices.directory import OfficeSpec
from tests.cast import HA_TINH, HUE, NGHE_AN, NGHE_AN_PARTY, position
from tests.dispatches.browsing import client_of, text_of
from tests.dispatches.papers import office_of
from tests.distribution.rosters import changed, ids, listed

pytestmark = pytest.mark.usefixtures("fresh_database")


def _told(who: str, office: OfficeSpec, about: UUID) -> list[str]:
    while sequence()[0]:
        pass
    with scope("web", office_id(office.code)):
        rows = Notice.objects.filter(position_id=position(who, office), subject_id=about).order_by("id")
        return [say(row.key, row.values) for row in rows]


def test_an_office_is_told_once_that_it_has_a_list_and_that_it_is_retired() -> None:
    row = listed(HUE)
    published = f"{NGHE_AN.short_name} công bố danh sách nơi nhận “Các tỉnh” để dùng chung"
    with office_of("chanhvp", NGHE_AN) as by:
        publish_list(row.id, offices=list(ids(HA_TINH)), reason="Dùng chung", by=by)
    assert _told("vanthu", HA_TINH, row.id) == _told("chanhvp", HA_TINH, row.id) == [published]
    changed(row, HUE, NGHE_AN_PARTY)
    assert _told("vanthu", NGHE_AN_PARTY, row.id) == []
    with office_of("chanhvp", NGHE_AN) as by:
        publish_list(row.id, offices=list(ids(NGHE_AN_PARTY)), reason="Cùng dùng", by=by)
    assert _told("vanthu", NGHE_AN_PARTY, row.id) == _told("vanthu", HA_TINH, row.id) == [published]
    with office_of("vanthu", NGHE_AN) as by:
        retire_list(row.id, reason="Lập lại", by=by)
    retired = f"{NGHE_AN.short_name} ngừng dùng danh sách nơi nhận “Các tỉnh”: Lập lại"
    for office in (HA_TINH, NGHE_AN_PARTY):
        assert _told("vanthu", office, row.id) == [published, retired]
    assert _told("vanthu", NGHE_AN, row.id) == _told("chuyenvien", HA_TINH, row.id) == []
    assert retired in text_of(client_of("vanthu", HA_TINH).get("/notices/"))


def test_a_list_kept_to_oneself_is_nobodys_news() -> None:
    row = listed(HA_TINH)
    with office_of("vanthu", NGHE_AN) as by:
        retire_list(row.id, reason="Lập lại", by=by)
    assert _told("vanthu", HA_TINH, row.id) == []
