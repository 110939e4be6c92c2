"""No page has a barrier that axe finds: light and dark, on an office screen and on a phone, with dialogs open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page as Tab

from phoihop.offices.permissions import Permission, permissions_of
from tests.cast import _STAFF, NGHE_AN
from tests.contracts.urls import PAGES, PUBLIC
from tests.journeys.people import DESKTOP, PHONE, Person, Stage

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

NO_PAGE = {
    "distribution/<uuid:list_id>/members.xlsx": "a workbook",
    "around.geojson": "data for the map",
    "administration/delegations/<uuid:delegation_id>/": "leads to the row",
    "administration/journal/unusual/<uuid:notice_of>/": "leads to the page",
    "administration/people/export/": "a file",
    "administration/directory/export/": "a file",
    "administration/directory/template/": "a file",
    "administration/directory/proposals/<uuid:proposal_id>/file/": "a file",
    "administration/people/template/": "a file",
    "territory/outlines.geojson": "data for the map",
    "territory/points.geojson": "data for the map",
    "territory/export/": "a file",
    "files/records/<uuid:record_id>/<int:number>/": "a file",
    "files/uploads/<uuid:upload_id>/": "a file",
    "files/records/<uuid:record_id>/<int:number>/thumbnail/": "a picture",
    "files/uploads/<uuid:upload_id>/thumbnail/": "a picture",
    "files/records/<uuid:record_id>/<int:number>/pages/<int:page>/": "a picture",
    "files/uploads/<uuid:upload_id>/pages/<int:page>/": "a picture",
    "files/pieces/": "JSON",
    "files/pieces/<uuid:partial_id>/": "JSON",
    "dispatches/": "leads to the incoming list",
    "dispatches/incoming/waiting/<uuid:item_id>/original/": "a file",
    "dispatches/search/palette/": "part of every page, opened below",
    "dispatches/drafts/types/": "a field of the editor",
    "dispatches/<uuid:dispatch_id>/live/": "parts of the document's page",
    "dispatches/drafts/<uuid:draft_id>/word/": "a file",
    "dispatches/drafts/<uuid:draft_id>/pdf/": "a file",
    "dispatches/<uuid:dispatch_id>/slip/": "a file",
    "dispatches/<uuid:dispatch_id>/confirmations.geojson": "data for the map",
    "casefiles/<uuid:casefile_id>/package.zip": "a file",
    "casefiles/plan.xlsx": "a file",
    "casefiles/of/<slug:kind>/<uuid:subject_id>/": "a part of the document's page",
    "dispatches/<uuid:dispatch_id>/stamp/": "a file",
    "dispatches/<uuid:dispatch_id>/proof/file/": "a file",
    "dispatches/<uuid:dispatch_id>/proof/files/": "a file",
    "healthz": "JSON",
    "readyz": "JSON",
    "accounts/logout/": "seen below by someone who has signed in",
    "accounts/reauthenticate/": "seen below by someone who has signed in",
    "accounts/password/change/": "seen below by someone who has signed in",
    "accounts/security/": "seen below by someone who has signed in",
    "accounts/devices/<int:device_id>/end/": "only takes a choice",
    "accounts/devices/end-others/": "only takes a choice",
    "accounts/two-step/": "seen in test_sign_in.py by someone half-way in",
    "accounts/two-step/confirm/": "seen in test_sign_in.py by someone with a second step",
    "accounts/two-step/app/": "seen below by someone who has signed in",
    "accounts/two-step/app/remove/": "seen in test_sign_in.py by someone with a second step",
    "accounts/two-step/codes/": "seen in test_sign_in.py by someone with a second step",
    "accounts/two-step/codes/new/": "seen below by someone who has signed in",
    "accounts/passkeys/new/": "seen below by someone who has signed in",
    "accounts/passkeys/<int:pk>/remove/": "seen in test_sign_in.py by someone with a passkey",
    "accounts/passkeys/sign-in/": "JSON, and only takes a choice",
    "accounts/passkeys/confirm/": "seen in test_sign_in.py by someone with a passkey",
    "accounts/sso/<slug:provider_id>/": "leads to the provider",
    "accounts/sso/<slug:provider_id>/callback/": "leads on from the provider",
    "ui/language/": "only takes a choice",
    "ui/counts/": "part of every page",
    "api/v1/": "leads to the description",
    "api/v1/openapi.json": "JSON",
    "api/v1/^": "JSON",
}
"""Addresses that are no page of their own, and why."""


@dataclass(frozen=True)
class Look:
    """A page in a state worth looking at: who looks, and the button that opens its dialog, if any."""

    route: str
    who: str = "chuyenvien"
    fills: Mapping[str, str] = field(default_factory=dict)
    opens: str = ""
    status: int = 200

    def __str__(self) -> str:
        return " ".join(part for part in (f"/{self.route}", *self.fills.values(), self.who, self.opens) if part)


def holder_of(permission: Permission | None) -> str:
    """The first of the cast who may."""
    found = (key for key, _title, roles in _STAFF if permission in permissions_of(list(roles)))
    return next(found, "chuyenvien")


def document(thing: str, who: str, opens: str = "") -> Look:
    return Look("dispatches/<uuid:dispatch_id>/", who, {"dispatch_id": thing}, opens)


def draft(thing: str, who: str, opens: str = "") -> Look:
    return Look("dispatches/drafts/<uuid:draft_id>/", who, {"draft_id": thing}, opens)


LOOKS = [
    *(
        Look(page.route, holder_of(page.needs), page.fills)
        for page in PAGES
        if page.method == "GET" and page.route not in NO_PAGE
    ),
    *(Look(route, "") for route in PUBLIC if route not in {*NO_PAGE, "ui/"}),
    Look("ui/"),
    document("arrived", "vanthu", "Trả lại nơi gửi"),
    document("registered", "chanhvp", "Cho ý kiến chỉ đạo"),
    document("directed", "chuyenvien"),
    document("with_file", "chanhvp"),
    document("recalled", "vanthu"),
    document("withdrawn", "vanthu"),
    *(
        Look(f"dispatches/<uuid:dispatch_id>/{part}/", "vanthu", {"dispatch_id": "recalled"})
        for part in ("proof", "as-known")
    ),
    draft("holder", "chuyenvien", "Rút dự thảo"),
    draft("reviewing", "trucban", "Duyệt"),
    draft("reviewing", "trucban", "Sửa rồi duyệt"),
    draft("reviewing", "chanhvp"),
    draft("submitted", "lanhdao", "Ký"),
    draft("signed", "vanthu", "Cấp số"),
    draft("numbered", "vanthu", "Phát hành"),
    Look("accounts/logout/"),
    Look("accounts/reauthenticate/"),
    Look("accounts/password/change/"),
    Look("accounts/security/"),
    Look("accounts/two-step/app/"),
    Look("accounts/two-step/codes/new/"),
    Look("accounts/passkeys/new/"),
    Look("offices/accounts/<uuid:account_id>/", "quantri", {"account_id": "account"}, "Cấp mật khẩu tạm"),
    Look("dispatches/search/?q=phoi hop"),
    Look("dispatches/incoming/?state=returned"),
    Look("dispatches/<uuid:dispatch_id>/", fills={"dispatch_id": "unknown"}, status=404),
    Look("", "vanhanh"),
    Look("dispatches/incoming/", "vanhanh", status=403),
]

# Colours are judged when they have arrived. What turns for ever, or stands still half-way, is not waited for.
SETTLE = """() => {
  for (const one of document.getAnimations()) {
    if (one.effect?.getComputedTiming().endTime === Infinity) one.cancel();
    else one.finish();
  }
}"""


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_page_has_no_barrier(stage: Stage, look: Look) -> None:
    person = stage.person(look.who, NGHE_AN) if look.who else stage.visitor()
    stage.watch.expected.add(look.status)
    person.opens(_address(look, stage))
    if look.opens:
        person.presses(look.opens)
    found = {}
    for name, size in (("screen", DESKTOP), ("phone", PHONE)):
        person.page.set_viewport_size(size)
        if not look.opens:
            wide = person.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], f"{name}: {wide} px wide"
        for theme in ("light", "dark"):
            found[f"{name}, {theme}"] = barriers(person.page, theme)
    nothing_in(found)


def test_the_palette_the_keys_and_the_menus_have_no_barrier(stage: Stage) -> None:
    person = stage.person("chuyenvien", NGHE_AN)
    person.opens("/dispatches/incoming/")
    person.page.keyboard.press("Control+k")
    person.page.keyboard.insert_text("phoi hop")
    person.page.locator(".ph-palette a[aria-selected=true]").wait_for()
    found = {"palette": barriers(person.page, "light")}
    person.page.keyboard.press("Escape")
    person.page.keyboard.press("?")
    found["keys"] = barriers(person.page, "dark")
    person.page.keyboard.press("Escape")
    person.page.locator(".ph-person summary").click()
    found["menu"] = barriers(person.page, "light")
    open_side_panel(person)
    found["side panel"] = barriers(person.page, "dark")
    nothing_in(found)


def nothing_in(found: Mapping[str, list[Any]]) -> None:
    if any(found.values()):
        raise AssertionError("\n".join(f"{where}: {barrier}" for where, barrier in found.items() if barrier))


def open_side_panel(person: Person) -> None:
    person.page.keyboard.press("Escape")
    person.page.locator("tr[data-row] a[data-side]").first.click()
    person.page.locator("#side-body #who-has-it").wait_for()


def barriers(tab: Tab, theme: str) -> list[Any]:
    """What axe finds, as rule and elements."""
    tab.wait_for_load_state()
    tab.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
    tab.evaluate(SETTLE)
    if not tab.evaluate("'axe' in window"):
        tab.evaluate(AXE.read_text())
    found = tab.evaluate("rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })", RULES)
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]


def _address(look: Look, stage: Stage) -> str:
    filled = re.sub(
        r"<(?:\w+:)?(\w+)>",
        lambda found: str(stage.things.get(look.fills[found[1]], look.fills[found[1]])),
        look.route,
    )
    return f"/{filled}"
