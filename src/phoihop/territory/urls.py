from django.urls import path

from phoihop.territory import views

app_name = "territory"

urlpatterns = [
    path("", views.show_provinces, name="provinces"),
    path("outlines.geojson", views.outlines, name="outlines"),
    path("points.geojson", views.points, name="points"),
    path("export/", views.export, name="export"),
    path("communes/<slug:code>/", views.show_commune, name="commune"),
    path("<slug:code>/", views.show_province, name="province"),
]
