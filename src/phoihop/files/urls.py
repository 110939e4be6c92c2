from django.urls import path

from phoihop.files import views

app_name = "files"

urlpatterns = [
    path("records/<uuid:record_id>/<int:number>/", views.show_attachment, name="attachment"),
    path("uploads/<uuid:upload_id>/", views.show_upload, name="upload"),
]
