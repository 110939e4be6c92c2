from django.urls import path

from phoihop.home import views

app_name = "home"

urlpatterns = [
    path("", views.show_desk, name="desk"),
    path("around.geojson", views.around, name="around"),
]
