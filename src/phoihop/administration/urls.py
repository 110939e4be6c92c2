from django.urls import path

from phoihop.administration.views import delegations, directory, directory_changes, journal, people, posts, sheets

app_name = "administration"

urlpatterns = [
    path("directory/", directory.directory, name="directory"),
    path("directory/versions/", directory.versions, name="directory_versions"),
    path("directory/export/", directory.export, name="export_directory"),
    path("directory/template/", directory.template, name="directory_template"),
    path("directory/offices/<path:code>/", directory.office, name="directory_office"),
    path("directory/changes/", directory_changes.changes, name="directory_changes"),
    path("directory/uploads/", directory_changes.upload, name="upload_directory"),
    path("directory/uploads/<uuid:upload_id>/", directory_changes.preview, name="directory_upload"),
    path("directory/uploads/<uuid:upload_id>/propose/", directory_changes.propose, name="propose_directory"),
    path("directory/proposals/<uuid:proposal_id>/", directory_changes.proposal, name="directory_proposal"),
    path("directory/proposals/<uuid:proposal_id>/file/", directory_changes.proposal_file, name="directory_file"),
    path("directory/proposals/<uuid:proposal_id>/sign/", directory_changes.sign, name="sign_directory"),
    path("directory/apply/", directory_changes.apply, name="apply_directory"),
    path("directory/merge/", directory_changes.merge, name="merge_offices"),
    path("journal/", journal.journal, name="journal"),
    path("journal/unusual/", journal.unusual, name="unusual"),
    path("journal/unusual/<uuid:notice_of>/", journal.unusual_of, name="unusual_of"),
    path("people/", people.people, name="people"),
    path("people/new/", posts.add, name="add_person"),
    path("people/export/", people.export, name="export_people"),
    path("people/template/", people.template, name="people_template"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/positions/", posts.open_post, name="open_post"),
    path("positions/<uuid:position_id>/", posts.change_post, name="change_post"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/new/", delegations.add, name="add_delegation"),
    path("delegations/mine/", delegations.own, name="own_delegations"),
    path("delegations/<uuid:delegation_id>/", delegations.show, name="delegation"),
    path("delegations/<uuid:delegation_id>/revoke/", delegations.take_back, name="revoke_delegation"),
    path("positions/<uuid:position_id>/end/", people.end, name="end_position"),
    path("uploads/", sheets.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", sheets.upload, name="upload"),
    path("uploads/<uuid:upload_id>/apply/", sheets.apply, name="apply_upload"),
]
