"""Every address of the installation, how to fill it, and who may open it. A new address is added here by its author.

An address stands once for each permission it can ask for: the steps of a draft and the moves of a document have one
route and as many lines as verbs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from phoihop.core.clock import today
from phoihop.offices.actions import office_id
from phoihop.offices.permissions import Permission
from tests.cast import HA_TINH, position
from tests.contracts.addresses import Operation, Page
from tests.contracts.known import OWN
from tests.contracts.urls_administration import ADMINISTRATION_PAGES
from tests.contracts.urls_casefiles import CASEFILE_PAGES

P = Permission
DONE = frozenset({200, 204, 302})


def _step(verb: str, thing: str, needs: P, **data: str) -> Page:
    fills = {"draft_id": thing, "verb": verb}
    return Page("dispatches/drafts/<uuid:draft_id>/<slug:verb>/", needs, "POST", fills, data)


def _approval(verb: str, needs: P, **data: str) -> Page:
    fills = {"draft_id": "reviewing", "verb": verb}
    return Page("dispatches/drafts/<uuid:draft_id>/approval/<slug:verb>/", needs, "POST", fills, data)


def _move(verb: str, thing: str, needs: P, **data: Any) -> Page:
    fills = {"dispatch_id": thing, "verb": verb}
    return Page("dispatches/<uuid:dispatch_id>/<slug:verb>/", needs, "POST", fills, data)


SPECIALIST = str(position("chuyenvien", OWN))
SANDBOX = {"*": "sandbox"}
RECORD = {"record_id": "record", "number": "1"}
SCAN_OF_RECORD = {"record_id": "record", "number": "2", "page": "1"}
PARTS_OF_FILES = ("view/", "thumbnail/")

PAGES = [
    Page("", None),
    Page("around.geojson", P.DISPATCH_VIEW),
    Page("offices/", None),
    Page("offices/position/", None, "POST", {}, {"position": "", "next": "/"}),
    Page("offices/accounts/", P.OFFICE_ADMINISTER),
    Page("offices/accounts/passwords/", P.OFFICE_ADMINISTER, "POST", {}, {"account": ""}),
    Page("offices/accounts/<uuid:account_id>/", P.OFFICE_ADMINISTER, fills={"account_id": "account"}),
    Page("offices/accounts/<uuid:account_id>/password/", P.OFFICE_ADMINISTER, "POST", {"account_id": "account"}),
    *(
        Page(
            "offices/accounts/<uuid:account_id>/<slug:verb>/",
            P.OFFICE_ADMINISTER,
            "POST",
            {"account_id": "account", "verb": verb},
            {"subject": "nguoi-dung-12"} if verb == "bind" else {},
        )
        for verb in ("clear-second-factors", "sign-out", "revoke-tokens", "close", "open", "bind", "unbind")
    ),
    Page("offices/sign-in-rules/", P.OFFICE_ADMINISTER),
    Page("offices/sign-in-rules/set/", P.OFFICE_ADMINISTER, "POST", {}, {"role": ["leader"]}),
    *CASEFILE_PAGES,
    *ADMINISTRATION_PAGES,
    Page("territory/", None),
    Page("territory/outlines.geojson", None),
    Page("territory/points.geojson", None),
    Page("territory/export/", None),
    Page("territory/communes/<slug:code>/", None, fills={"code": "19742"}),
    Page("territory/<slug:code>/", None, fills={"code": "40"}),
    Page("lists/exports/", None),
    Page("lists/exports/<uuid:export_id>/", None, fills={"export_id": "export"}, absent=302),
    Page("lists/exports/<uuid:export_id>/file/", None, "POST", {"export_id": "export"}, absent=302),
    Page("lists/exports/<uuid:export_id>/cancel/", None, "POST", {"export_id": "export"}, absent=302),
    Page("lists/filters/<uuid:filter_id>/remove/", None, "POST", {"filter_id": "filter"}, absent=302),
    Page("lists/<slug:key>/columns/", P.DISPATCH_VIEW, "POST", {"key": "incoming"}, {"shown": ["due"]}),
    Page("lists/<slug:key>/filters/", P.DISPATCH_VIEW, "POST", {"key": "incoming"}, {"name": "Khẩn"}),
    Page("lists/<slug:key>/open-with/", P.DISPATCH_VIEW, "POST", {"key": "incoming"}, {"filter": ""}),
    Page("lists/<slug:key>/export/", P.DISPATCH_VIEW, "POST", {"key": "incoming"}),
    Page("lists/<slug:key>/bulk/<slug:verb>/", P.DISPATCH_VIEW, "POST", {"key": "incoming", "verb": "seen"}),
    Page("distribution/", P.DISPATCH_VIEW),
    Page("distribution/new/", P.DISTRIBUTION_EDIT),
    Page("distribution/<uuid:list_id>/", P.DISPATCH_VIEW, fills={"list_id": "list"}),
    Page("distribution/<uuid:list_id>/edit/", P.DISTRIBUTION_EDIT, fills={"list_id": "list"}),
    Page("distribution/<uuid:list_id>/compare/", P.DISPATCH_VIEW, fills={"list_id": "list"}),
    Page("distribution/<uuid:list_id>/members.xlsx", P.DISPATCH_VIEW, fills={"list_id": "list"}),
    Page("distribution/<uuid:list_id>/publish/", P.DISPATCH_DISCLOSE, fills={"list_id": "list"}),
    Page(
        "distribution/<uuid:list_id>/retire/",
        P.DISTRIBUTION_EDIT,
        "POST",
        {"list_id": "list_to_retire"},
        {"reason": "Không dùng nữa"},
    ),
    Page("notices/", None),
    Page("notices/read/", None, "POST"),
    Page("notices/<uuid:notice_id>/read/", None, "POST", {"notice_id": "notice"}, absent=302),
    Page(
        "files/records/<uuid:record_id>/<int:number>/",
        P.DISPATCH_VIEW,
        fills={"record_id": "record", "number": "1"},
        policy=SANDBOX,
    ),
    Page("files/uploads/<uuid:upload_id>/", P.DISPATCH_VIEW, fills={"upload_id": "upload"}, policy=SANDBOX),
    *(
        Page(f"files/records/<uuid:record_id>/<int:number>/{part}", P.DISPATCH_VIEW, fills=RECORD)
        for part in PARTS_OF_FILES
    ),
    *(
        Page(f"files/uploads/<uuid:upload_id>/{part}", P.DISPATCH_VIEW, fills={"upload_id": "upload"})
        for part in PARTS_OF_FILES
    ),
    Page("files/records/<uuid:record_id>/<int:number>/pages/<int:page>/", P.DISPATCH_VIEW, fills=SCAN_OF_RECORD),
    Page(
        "files/uploads/<uuid:upload_id>/pages/<int:page>/",
        P.DISPATCH_VIEW,
        fills={"upload_id": "picture", "page": "1"},
    ),
    Page("files/pieces/", P.DISPATCH_DRAFT),
    Page("files/pieces/", P.DISPATCH_DRAFT, "POST", {}, {"name": "so-lieu.txt", "size": "3"}),
    Page("files/pieces/<uuid:partial_id>/", P.DISPATCH_DRAFT, fills={"partial_id": "partial"}),
    Page("dispatches/", P.DISPATCH_VIEW),
    Page("dispatches/drafts/<uuid:draft_id>/recipients/", P.DISPATCH_VIEW, "POST", {"draft_id": "drafting"}),
    Page("dispatches/incoming/", P.DISPATCH_VIEW),
    Page("dispatches/incoming/edxml/", P.DISPATCH_REGISTER, "POST"),
    Page("dispatches/incoming/paper/", P.DISPATCH_REGISTER),
    Page("dispatches/incoming/paper/read/", P.DISPATCH_REGISTER, "POST"),
    Page("dispatches/incoming/waiting/", P.DISPATCH_REGISTER),
    Page("dispatches/incoming/waiting/<uuid:item_id>/original/", P.DISPATCH_REGISTER, fills={"item_id": "waiting"}),
    Page("dispatches/incoming/waiting/<uuid:item_id>/retry/", P.DISPATCH_REGISTER, "POST", {"item_id": "waiting"}),
    Page(
        "dispatches/incoming/waiting/<uuid:item_id>/dismiss/",
        P.DISPATCH_REGISTER,
        "POST",
        {"item_id": "waiting"},
        {"reason": "Gửi nhầm"},
    ),
    Page("dispatches/outgoing/", P.DISPATCH_VIEW),
    Page("dispatches/registers/", P.DISPATCH_NUMBER),
    Page("dispatches/registers/in/", P.DISPATCH_VIEW),
    Page("dispatches/registers/out/", P.DISPATCH_VIEW),
    *(
        Page(
            f"dispatches/registers/<uuid:register_id>/{verb}/",
            P.DISPATCH_NUMBER,
            "POST",
            {"register_id": "shut_register"},
            {"series": str(today().year), "direction": "out", "remark": "Đối chiếu sổ giấy"},
        )
        for verb in ("close", "remark")
    ),
    Page(
        "dispatches/registers/<uuid:register_id>/reopen/",
        P.DISPATCH_NUMBER,
        "POST",
        {"register_id": "shut_register"},
        {"last_0": "7"},
    ),
    Page("dispatches/search/", P.DISPATCH_VIEW),
    Page("dispatches/search/palette/", P.DISPATCH_VIEW),
    Page("dispatches/drafts/", P.DISPATCH_VIEW),
    Page("dispatches/drafts/start/", P.DISPATCH_DRAFT, "POST"),
    Page("dispatches/drafts/types/", P.DISPATCH_DRAFT),
    Page("dispatches/drafts/<uuid:draft_id>/", P.DISPATCH_VIEW, fills={"draft_id": "drafting"}),
    Page("dispatches/drafts/<uuid:draft_id>/word/", P.DISPATCH_VIEW, fills={"draft_id": "drafting"}),
    Page("dispatches/drafts/<uuid:draft_id>/check/", P.DISPATCH_VIEW, fills={"draft_id": "drafting"}),
    Page("dispatches/drafts/<uuid:draft_id>/pdf/", P.DISPATCH_VIEW, fills={"draft_id": "drafting"}),
    Page("dispatches/drafts/<uuid:draft_id>/files/", P.DISPATCH_DRAFT, "POST", {"draft_id": "drafting"}),
    Page(
        "dispatches/drafts/<uuid:draft_id>/files/<uuid:upload_id>/remove/",
        P.DISPATCH_DRAFT,
        "POST",
        {"draft_id": "holder", "upload_id": "upload"},
    ),
    Page("dispatches/drafts/<uuid:draft_id>/opinions/", P.DISPATCH_DRAFT, fills={"draft_id": "drafting"}),
    Page(
        "dispatches/drafts/<uuid:draft_id>/versions/<int:number>/",
        P.DISPATCH_VIEW,
        fills={"draft_id": "submitted", "number": "1"},
    ),
    _approval("approve", P.DISPATCH_VIEW, revision=""),
    _approval("answer", P.DISPATCH_VIEW, answer=""),
    _approval("reassign", P.DISPATCH_ROUTES, task="", to=""),
    Page("dispatches/limits/", P.DISPATCH_VIEW),
    Page("dispatches/<uuid:dispatch_id>/confirmations/", P.DISPATCH_VIEW, fills={"dispatch_id": "unanswered"}),
    Page("dispatches/<uuid:dispatch_id>/confirmations.geojson", P.DISPATCH_VIEW, fills={"dispatch_id": "unanswered"}),
    Page("dispatches/<uuid:dispatch_id>/confirm/", P.DISPATCH_VIEW, "POST", {"dispatch_id": "late"}),
    Page("dispatches/<uuid:dispatch_id>/remind/", P.DISPATCH_DRAFT, "POST", {"dispatch_id": "unanswered"}),
    Page(
        "dispatches/<uuid:dispatch_id>/call/",
        P.DISPATCH_DRAFT,
        "POST",
        {"dispatch_id": "unanswered"},
        {"office": str(office_id(HA_TINH.code)), "answered_by": "Trực ban", "said": "Đã nhận"},
    ),
    Page("dispatches/routes/", P.DISPATCH_ROUTES),
    Page("dispatches/routes/new/", P.DISPATCH_ROUTES),
    Page("dispatches/routes/<uuid:route_id>/", P.DISPATCH_ROUTES, fills={"route_id": "route"}),
    Page("dispatches/routes/<uuid:route_id>/remove/", P.DISPATCH_ROUTES, "POST", {"route_id": "route_to_remove"}),
    _step("submit", "drafting", P.DISPATCH_DRAFT),
    _step("withdraw", "drafting", P.DISPATCH_DRAFT, reason="Thôi gửi"),
    _step("sign", "submitted", P.DISPATCH_SIGN, revision="2"),
    _step("return", "submitted", P.DISPATCH_SIGN, reason="Bổ sung số liệu"),
    _step("number", "signed", P.DISPATCH_NUMBER, dated="2026-10-03"),
    _step("issue", "numbered", P.DISPATCH_ISSUE),
    Page("dispatches/<uuid:dispatch_id>/", P.DISPATCH_VIEW, fills={"dispatch_id": "issued"}),
    Page("dispatches/<uuid:dispatch_id>/live/", P.DISPATCH_VIEW, fills={"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/proof/", P.DISPATCH_VIEW, fills={"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/signatures/", P.DISPATCH_VIEW, fills={"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/proof/file/", P.DISPATCH_VIEW, fills={"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/proof/files/", P.DISPATCH_VIEW, fills={"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/as-known/", P.DISPATCH_VIEW, fills={"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/printed/", P.DISPATCH_VIEW, "POST", {"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/slip/", P.DISPATCH_VIEW, fills={"dispatch_id": "registered"}),
    Page("dispatches/<uuid:dispatch_id>/stamp/", P.DISPATCH_VIEW, fills={"dispatch_id": "registered"}),
    Page("dispatches/<uuid:dispatch_id>/seen/", P.DISPATCH_VIEW, "POST", {"dispatch_id": "arrived"}),
    Page("dispatches/<uuid:dispatch_id>/reply/", P.DISPATCH_DRAFT, "POST", {"dispatch_id": "registered"}),
    Page("dispatches/<uuid:dispatch_id>/forward/", P.DISPATCH_DRAFT, "POST", {"dispatch_id": "registered"}),
    Page(
        "dispatches/<uuid:dispatch_id>/disclose/",
        P.DISPATCH_DISCLOSE,
        "POST",
        {"dispatch_id": "issued"},
        {"offices": [], "reason": ""},
    ),
    Page(
        "dispatches/<uuid:dispatch_id>/withdraw/",
        P.DISPATCH_DISCLOSE,
        "POST",
        {"dispatch_id": "issued"},
        {"offices": [], "reason": ""},
    ),
    Page(
        "dispatches/<uuid:dispatch_id>/change/<slug:action>/",
        P.DISPATCH_RECALL,
        "POST",
        {"dispatch_id": "issued", "action": "recall"},
        {"reason": "Ban hành nhầm"},
    ),
    Page(
        "dispatches/<uuid:dispatch_id>/changes/<uuid:change_id>/<slug:verb>/",
        P.DISPATCH_REGISTER,
        "POST",
        {"dispatch_id": "recalled", "change_id": "their_recall", "verb": "refuse"},
        {"reason": "Đã triển khai"},
    ),
    Page(
        "dispatches/<uuid:dispatch_id>/changes/<uuid:change_id>/edxml/",
        P.DISPATCH_VIEW,
        "POST",
        {"dispatch_id": "withdrawn", "change_id": "our_recall"},
    ),
    Page(
        "dispatches/<uuid:dispatch_id>/edxml/<slug:what>/",
        P.DISPATCH_VIEW,
        "POST",
        {"dispatch_id": "unanswered", "what": "document"},
    ),
    _move("register", "arrived", P.DISPATCH_REGISTER),
    _move("distribute", "registered", P.DISPATCH_DISTRIBUTE, to=SPECIALIST, remark="Xử lý"),
    _move("direct", "registered", P.DISPATCH_DIRECT, direction="Tham mưu trả lời.", lead=SPECIALIST),
    _move("accept", "directed", P.DISPATCH_HANDLE),
    _move("return", "arrived", P.DISPATCH_REGISTER, reason="Gửi nhầm nơi nhận"),
    _move("finish", "directed", P.DISPATCH_HANDLE, result="Đã trả lời."),
]

PAGES += [
    Page("exchange/purges/", P.FILES_PURGE),
    Page(
        "exchange/purges/propose/<uuid:subject_id>/",
        P.FILES_PURGE,
        "POST",
        {"subject_id": "issued"},
        {"reason": "secrecy", "decision": ""},
    ),
    Page("exchange/purges/<uuid:proposal_id>/", P.FILES_PURGE, fills={"proposal_id": "proposal"}),
    Page("exchange/purges/<uuid:proposal_id>/confirm/", P.FILES_PURGE, "POST", {"proposal_id": "proposal"}),
    Page(
        "exchange/purges/<uuid:proposal_id>/decline/",
        P.FILES_PURGE,
        "POST",
        {"proposal_id": "proposal"},
        {"words": "Không thuộc danh mục"},
    ),
    Page("exchange/purged/<uuid:subject_id>/", P.DISPATCH_VIEW, fills={"subject_id": "purged"}),
    Page(
        "exchange/incidents/<uuid:incident_id>/settle/",
        P.FILES_PURGE,
        "POST",
        {"incident_id": "incident"},
        {"words": "Đã nhắc nhở"},
    ),
    Page("exchange/incidents/<uuid:incident_id>/release/", P.FILES_PURGE, "POST", {"incident_id": "alarm"}),
]

PUBLIC = {
    "healthz": "a probe asks whether the process lives; it says nothing else",
    "readyz": "a probe asks which part does not work; it names parts, never matter",
    "accounts/login/": "signing in",
    "accounts/logout/": "signing out",
    "accounts/reauthenticate/": "allauth sends visitors to sign in by itself",
    "accounts/password/change/": "allauth sends visitors to sign in by itself",
    "accounts/security/": "one's own sign-in, for everybody with an account (tests/offices/test_sign_in_pages.py)",
    "accounts/devices/<int:device_id>/end/": "one's own browsers; visitors are sent to sign in",
    "accounts/devices/end-others/": "one's own browsers; visitors are sent to sign in",
    "accounts/two-step/": "the second step of signing in",
    "accounts/two-step/confirm/": "allauth sends visitors to sign in by itself",
    "accounts/two-step/app/": "allauth sends visitors to sign in by itself",
    "accounts/two-step/app/remove/": "allauth sends visitors to sign in by itself",
    "accounts/two-step/codes/": "allauth sends visitors to sign in by itself",
    "accounts/two-step/codes/new/": "allauth sends visitors to sign in by itself",
    "accounts/passkeys/new/": "visitors are sent to sign in",
    "accounts/passkeys/<int:pk>/remove/": "allauth sends visitors to sign in by itself",
    "accounts/passkeys/sign-in/": "signing in",
    "accounts/passkeys/confirm/": "allauth sends visitors to sign in by itself",
    "accounts/sso/<slug:provider_id>/": "signing in with the identity of a provider",
    "accounts/sso/<slug:provider_id>/callback/": "coming back from the provider; bound to the visitor's session",
    "ui/": "examples of components for authors",
    "ui/language/": "the language of the sign-in page is a visitor's choice too",
    "ui/counts/": "counts inside the shell; a visitor gets 401 and nothing else",
    "ui/circulation/": "the notice on what may not be entered here",
    "api/v1/": "where the description of the API is",
    "api/v1/openapi.json": "the description of the API holds no matter",
    "api/v1/^": "says that an address does not exist",
}
"""Addresses that need no position, and why."""

_LETTER = {
    "body": "NA-UBND",
    "type_code": "letter",
    "abstract": "Đề nghị phối hợp ứng phó mưa lũ",
    "content": "Kính đề nghị quý cơ quan phối hợp.",
    "recipients": [{"office": HA_TINH.code}],
}
_SIGNED = {"signer": str(position("lanhdao", OWN)), "signed_at": "2026-10-03T09:00:00+07:00", "dated": "2026-10-03"}

OPERATIONS = [
    Operation("api/v1/me"),
    Operation("api/v1/offices"),
    Operation("api/v1/distribution-lists", frozenset({P.DISPATCH_VIEW})),
    Operation("api/v1/distribution-lists/<uuidstr:list_id>", frozenset({P.DISPATCH_VIEW}), fills={"list_id": "list"}),
    Operation("api/v1/territory/provinces"),
    Operation("api/v1/territory/provinces/<code>/communes", fills={"code": "40"}),
    Operation("api/v1/territory/communes/<code>", fills={"code": "19742"}),
    Operation("api/v1/territory/meaning/<gso>", fills={"gso": "44"}),
    Operation("api/v1/territory/outlines"),
    Operation(
        "api/v1/territory/convert", method="POST", body={"figures": [{"unit": "44", "day": "2024-06-30", "value": 7}]}
    ),
    Operation("api/v1/dispatches", frozenset({P.DISPATCH_VIEW})),
    Operation(
        "api/v1/dispatches", frozenset({P.DISPATCH_NUMBER, P.DISPATCH_ISSUE}), "POST", body={**_LETTER, **_SIGNED}
    ),
    Operation("api/v1/drafts", frozenset({P.DISPATCH_DRAFT}), "POST", body=_LETTER),
    Operation("api/v1/dispatches/<uuidstr:dispatch_id>", frozenset({P.DISPATCH_VIEW}), fills={"dispatch_id": "issued"}),
    Operation(
        "api/v1/dispatches/<uuidstr:dispatch_id>/attachments/<number>",
        frozenset({P.DISPATCH_VIEW}),
        fills={"dispatch_id": "with_file", "number": "1"},
    ),
    Operation(
        "api/v1/dispatches/<uuidstr:dispatch_id>/edxml", frozenset({P.DISPATCH_VIEW}), fills={"dispatch_id": "issued"}
    ),
    Operation(
        "api/v1/edxml",
        frozenset({P.DISPATCH_REGISTER}),
        "POST",
        fills={"upload": "upload"},
        body={"upload_id": "upload"},
    ),
    Operation(
        "api/v1/receipts",
        frozenset({P.DISPATCH_VIEW}),
        "POST",
        fills={"dispatch": "arrived"},
        body={"items": [{"dispatch": "arrived", "state": "seen"}]},
    ),
    Operation("api/v1/uploads", frozenset({P.DISPATCH_DRAFT}), "POST", query="?name=so-lieu.txt"),
]


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every route of the installation with its pattern, as the resolver holds them."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, whole)
        else:
            yield whole, pattern
