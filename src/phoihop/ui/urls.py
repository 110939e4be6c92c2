from django.urls import path

from phoihop.ui import views

app_name = "ui"

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("language/", views.language, name="language"),
    path("counts/", views.counts, name="counts"),
    path("circulation/", views.circulation, name="circulation"),
]
