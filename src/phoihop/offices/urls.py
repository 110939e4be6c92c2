from django.urls import path

from phoihop.offices import views

app_name = "offices"

urlpatterns = [
    path("", views.directory, name="directory"),
    path("position/", views.switch_position, name="switch_position"),
]
