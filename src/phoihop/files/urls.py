from django.urls import path

from phoihop.files import views

app_name = "files"

_ATTACHMENT = "records/<uuid:record_id>/<int:number>/"
_UPLOAD = "uploads/<uuid:upload_id>/"

urlpatterns = [
    path(_ATTACHMENT, views.show_attachment, name="attachment"),
    path(f"{_ATTACHMENT}view/", views.view_attachment, name="attachment_view"),
    path(f"{_ATTACHMENT}pages/<int:page>/", views.attachment_page, name="attachment_page"),
    path(f"{_ATTACHMENT}thumbnail/", views.attachment_thumbnail, name="attachment_thumbnail"),
    path(_UPLOAD, views.show_upload, name="upload"),
    path(f"{_UPLOAD}view/", views.view_upload, name="upload_view"),
    path(f"{_UPLOAD}pages/<int:page>/", views.upload_page, name="upload_page"),
    path(f"{_UPLOAD}thumbnail/", views.upload_thumbnail, name="upload_thumbnail"),
    path("pieces/", views.pieces, name="pieces"),
    path("pieces/<uuid:partial_id>/", views.piece, name="piece"),
]
