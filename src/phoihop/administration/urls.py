from django.urls import path

from phoihop.administration.views import journal, people, sheets

app_name = "administration"

urlpatterns = [
    path("journal/", journal.journal, name="journal"),
    path("people/", people.people, name="people"),
    path("people/export/", people.export, name="export_people"),
    path("people/template/", people.template, name="people_template"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("positions/<uuid:position_id>/end/", people.end, name="end_position"),
    path("uploads/", sheets.uploads, name="uploads"),
    path("uploads/<uuid:upload_id>/", sheets.upload, name="upload"),
    path("uploads/<uuid:upload_id>/apply/", sheets.apply, name="apply_upload"),
]
