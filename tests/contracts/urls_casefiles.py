"""The addresses of casefiles, how to fill them, and who may open them."""

from __future__ import annotations

from phoihop.offices.permissions import Permission
from tests.contracts.addresses import Page

P = Permission
DOCUMENT = {"kind": "dispatch", "subject_id": "issued"}

CASEFILE_PAGES = [
    Page("casefiles/", P.DISPATCH_VIEW),
    Page("casefiles/new/", P.DISPATCH_DRAFT),
    Page("casefiles/plan/", P.DISPATCH_DRAFT),
    Page("casefiles/plan.xlsx", P.DISPATCH_VIEW),
    Page("casefiles/<uuid:casefile_id>/drop/", P.DISPATCH_DRAFT, "POST", {"casefile_id": "planned_casefile"}),
    Page("casefiles/of/<slug:kind>/<uuid:subject_id>/", P.DISPATCH_VIEW, fills={**DOCUMENT}),
    Page("casefiles/put/<slug:kind>/<uuid:subject_id>/", P.DISPATCH_DRAFT, "POST", {**DOCUMENT}, {"casefile": ""}),
    Page("casefiles/<uuid:casefile_id>/", P.DISPATCH_VIEW, fills={"casefile_id": "casefile"}),
    Page("casefiles/<uuid:casefile_id>/edit/", P.DISPATCH_DRAFT, fills={"casefile_id": "casefile"}),
    Page("casefiles/<uuid:casefile_id>/note/", P.DISPATCH_DRAFT, "POST", {"casefile_id": "casefile"}, {"text": "Họp"}),
    Page(
        "casefiles/<uuid:casefile_id>/items/<uuid:item_id>/take-out/",
        P.DISPATCH_DRAFT,
        "POST",
        {"casefile_id": "casefile", "item_id": "item"},
        {"reason": ""},
    ),
    Page("casefiles/<uuid:casefile_id>/package.zip", P.DISPATCH_VIEW, fills={"casefile_id": "closed_casefile"}),
    Page(
        "casefiles/<uuid:casefile_id>/<slug:verb>/",
        P.DISPATCH_DRAFT,
        "POST",
        {"casefile_id": "casefile", "verb": "close"},
    ),
    Page(
        "casefiles/<uuid:casefile_id>/<slug:verb>/",
        P.DISPATCH_NUMBER,
        "POST",
        {"casefile_id": "handed_casefile", "verb": "send_back"},
        {"reason": "Thiếu biên bản"},
    ),
]
