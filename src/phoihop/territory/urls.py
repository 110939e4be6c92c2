from django.urls import path

from phoihop.territory import views

app_name = "territory"

urlpatterns = [
    path("", views.show_provinces, name="provinces"),
    path("outlines.geojson", views.outlines, name="outlines"),
    path("<slug:code>/", views.show_province, name="province"),
]
