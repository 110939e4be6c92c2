from django.urls import path

from phoihop.distribution.views import changing, showing

app_name = "distribution"

urlpatterns = [
    path("", showing.lists, name="lists"),
    path("new/", changing.new, name="new"),
    path("<uuid:list_id>/", showing.show, name="list"),
    path("<uuid:list_id>/edit/", changing.edit, name="edit"),
    path("<uuid:list_id>/compare/", showing.compare, name="compare"),
    path("<uuid:list_id>/members.xlsx", showing.export, name="export"),
    path("<uuid:list_id>/retire/", changing.retire, name="retire"),
    path("<uuid:list_id>/publish/", changing.publish, name="publish"),
]
