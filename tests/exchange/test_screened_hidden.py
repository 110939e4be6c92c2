"""What came marked as secret is said by no read of the office it was sent to; what was removed leaves with nothing."""

from __future__ import annotations

from pathlib import Path

from phoihop.exchange.envelope import read
from phoihop.exchange.purging import confirm_purge, propose_purge
from phoihop.exchange.receiving import receive
from tests.cast import HA_TINH, NGHE_AN
from tests.dispatches.browsing import client_of
from tests.dispatches.papers import office_of
from tests.dispatches.reads import ABSTRACT, TEXT, leaks
from tests.exchange.conftest import Pair
from tests.exchange.nodes import HA_TINH_ID, HUE_ID, carried, clerk, forged, issue, issued_body, log_everything


def test_no_read_says_what_came_marked_as_secret(pair: Pair) -> None:
    body = issued_body([HA_TINH_ID], f"TỐI MẬT - {ABSTRACT}").model_copy(update={"content": f"Nội dung {TEXT}"})
    with pair.hue.here() as hue:
        sent = forged(hue, body, office=HUE_ID, audience=[HUE_ID, HA_TINH_ID])
    subject = read(sent.signed).subject
    record = read(sent.signed).id
    assert receive([sent]).counts == {"applied": 1}
    log_everything()
    assert leaks(subject, record, [TEXT, ABSTRACT]) == {}
    warden = client_of("quantri", HA_TINH)
    for address in ("/exchange/purges/", "/administration/journal/", "/notices/", "/"):
        page = warden.get(address, follow=True).content.decode()
        assert not [word for word in (TEXT, ABSTRACT) if word in page], address
    assert str(subject) not in client_of("vanthu", HA_TINH).get("/dispatches/incoming/").content.decode()


def test_no_container_carries_what_was_removed(pair: Pair, tmp_path: Path) -> None:
    letter = issue(clerk(NGHE_AN), [HUE_ID], abstract=ABSTRACT)
    assert any(ABSTRACT.encode() in one.content for one in carried(tmp_path / "before.zip"))
    with office_of("quantri", NGHE_AN) as by:
        made = propose_purge(letter, name="Công văn", reason="secrecy", decision="QĐ 7", by=by)
    with office_of("chanhvp", NGHE_AN) as by:
        confirm_purge(made.id, by=by)
    after = carried(tmp_path / "after.zip")
    assert after
    assert not any(ABSTRACT.encode() in one.content for one in after)
