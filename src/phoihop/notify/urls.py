from django.urls import path

from phoihop.notify import views

app_name = "notify"

urlpatterns = [
    path("", views.show_notices, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("<uuid:notice_id>/read/", views.read_one, name="read"),
]
