from django.urls import path

from phoihop.exchange import views

app_name = "exchange"

urlpatterns = [
    path("purges/", views.purges, name="purges"),
    path("purges/propose/<uuid:subject_id>/", views.propose, name="propose_purge"),
    path("purges/<uuid:proposal_id>/", views.proposal, name="purge"),
    path("purges/<uuid:proposal_id>/confirm/", views.confirm, name="confirm_purge"),
    path("purges/<uuid:proposal_id>/decline/", views.decline, name="decline_purge"),
    path("purged/<uuid:subject_id>/", views.purged, name="purged"),
    path("incidents/<uuid:incident_id>/settle/", views.settle, name="settle_incident"),
    path("incidents/<uuid:incident_id>/release/", views.release, name="release_incident"),
]
