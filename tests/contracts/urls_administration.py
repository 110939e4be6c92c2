"""The addresses of the room ``administration``."""

from __future__ import annotations

from phoihop.offices.permissions import Permission
from tests.cast import HA_TINH
from tests.contracts.addresses import Page

P = Permission
PROPOSED = {"proposal_id": "directory_proposal"}

ADMINISTRATION_PAGES = [
    Page("administration/people/", P.OFFICE_ADMINISTER),
    Page("administration/people/new/", P.OFFICE_ADMINISTER),
    Page("administration/people/<uuid:person_id>/positions/", P.OFFICE_ADMINISTER, fills={"person_id": "person"}),
    Page("administration/positions/<uuid:position_id>/", P.OFFICE_ADMINISTER, fills={"position_id": "post"}),
    Page("administration/delegations/", P.OFFICE_ADMINISTER),
    Page("administration/delegations/new/", P.OFFICE_ADMINISTER),
    Page("administration/delegations/mine/"),
    Page("administration/delegations/<uuid:delegation_id>/", fills={"delegation_id": "delegation"}, absent=302),
    Page(
        "administration/delegations/<uuid:delegation_id>/revoke/",
        method="POST",
        fills={"delegation_id": "delegation"},
        absent=302,
    ),
    Page("administration/people/export/", P.OFFICE_ADMINISTER),
    Page("administration/people/template/", P.OFFICE_ADMINISTER),
    Page("administration/people/<uuid:person_id>/", P.OFFICE_ADMINISTER, fills={"person_id": "person"}),
    Page("administration/positions/<uuid:position_id>/end/", P.OFFICE_ADMINISTER, "POST", {"position_id": "post"}),
    Page("administration/uploads/", P.OFFICE_ADMINISTER),
    Page("administration/uploads/<uuid:upload_id>/", P.OFFICE_ADMINISTER, fills={"upload_id": "sheet"}),
    Page(
        "administration/uploads/<uuid:upload_id>/apply/",
        P.OFFICE_ADMINISTER,
        "POST",
        {"upload_id": "sheet"},
        {"digest": ""},
    ),
    Page("administration/directory/", None),
    Page("administration/directory/versions/", None),
    Page("administration/directory/export/", None),
    Page("administration/directory/template/", P.NODE_OPERATE),
    Page("administration/directory/offices/<path:code>/", None, fills={"code": HA_TINH.code}),
    Page("administration/directory/changes/", P.NODE_OPERATE),
    Page("administration/directory/uploads/", P.NODE_OPERATE, "POST", {}, {"file": ""}),
    Page("administration/directory/uploads/<uuid:upload_id>/", P.NODE_OPERATE, fills={"upload_id": "table"}),
    Page(
        "administration/directory/uploads/<uuid:upload_id>/propose/",
        P.NODE_OPERATE,
        "POST",
        {"upload_id": "table"},
        {"digest": ""},
    ),
    Page("administration/directory/proposals/<uuid:proposal_id>/", P.NODE_OPERATE, fills=PROPOSED),
    Page("administration/directory/proposals/<uuid:proposal_id>/file/", P.NODE_OPERATE, fills=PROPOSED),
    Page("administration/directory/proposals/<uuid:proposal_id>/sign/", P.NODE_OPERATE, "POST", PROPOSED),
    Page("administration/directory/apply/", P.NODE_OPERATE, "POST", {}, {"signed": ""}),
    Page("administration/directory/merge/", P.NODE_OPERATE),
    Page("administration/journal/", P.JOURNAL_VIEW),
    Page("administration/journal/unusual/", P.JOURNAL_VIEW),
    Page("administration/journal/unusual/<uuid:notice_of>/", P.JOURNAL_VIEW, fills={"notice_of": "post"}, absent=302),
]
