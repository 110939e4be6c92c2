"""Receipts on the subject two offices share: one record from statement to rows."""

from __future__ import annotations

import pytest

from phoihop.core.errors import Invalid
from phoihop.core.ids import new_id
from phoihop.core.isolation import scope
from phoihop.exchange.actions import publish
from phoihop.exchange.models import Record
from phoihop.exchange.records import DISCLOSURE, Disclosure
from phoihop.exchange.statements import AudienceSet, Statement
from phoihop.offices.actions import office_id
from tests.cast import NGHE_AN, acting

pytestmark = pytest.mark.django_db


def test_a_record_is_seen_by_its_audience_alone() -> None:
    by = acting("vanthu", NGHE_AN)
    audience = AudienceSet.of({by.office_id, office_id("HT-VPUBND")})
    body = Disclosure(offices=(office_id("HT-VPUBND"),), reason="x", approver="y", approver_title="z")
    with scope("web", by.office_id):
        publish([Statement(DISCLOSURE, 1, body, new_id(), audience, opens=True)], by=by)
        assert Record.objects.count() == 1
    with scope("web", office_id("HT-VPUBND")):
        assert Record.objects.count() == 1
    with scope("web", office_id("NA-VPTU")):
        assert Record.objects.count() == 0


def test_nothing_is_signed_that_would_read_otherwise_than_it_looks() -> None:
    by = acting("vanthu", NGHE_AN)
    audience = AudienceSet.of({by.office_id, office_id("HT-VPUBND")})
    body = Disclosure(offices=(office_id("HT-VPUBND"),), reason="x\u202ey", approver="y", approver_title="z")
    with pytest.raises(Invalid) as refused, scope("web", by.office_id):
        publish([Statement(DISCLOSURE, 1, body, new_id(), audience, opens=True)], by=by)
    assert refused.value.code == "text_misleads"
