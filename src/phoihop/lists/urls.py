from django.urls import path

from phoihop.lists import views

app_name = "lists"

urlpatterns = [
    path("exports/", views.exports, name="exports"),
    path("exports/<uuid:export_id>/", views.export, name="export"),
    path("exports/<uuid:export_id>/file/", views.fetch_export, name="fetch_export"),
    path("exports/<uuid:export_id>/cancel/", views.cancel_export, name="cancel_export"),
    path("filters/<uuid:filter_id>/remove/", views.remove_filter, name="remove_filter"),
    path("<slug:key>/columns/", views.columns, name="columns"),
    path("<slug:key>/filters/", views.save_filter, name="save_filter"),
    path("<slug:key>/open-with/", views.open_with, name="open_with"),
    path("<slug:key>/export/", views.start_export, name="start_export"),
    path("<slug:key>/bulk/<slug:verb>/", views.bulk_action, name="bulk"),
]
