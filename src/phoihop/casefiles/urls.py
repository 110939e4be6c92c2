from django.urls import path

from phoihop.casefiles import views

app_name = "casefiles"

urlpatterns = [
    path("", views.show_list, name="list"),
    path("new/", views.new, name="new"),
    path("plan/", views.plan, name="plan"),
    path("plan.xlsx", views.plan_sheet, name="plan_sheet"),
    path("of/<slug:kind>/<uuid:subject_id>/", views.of, name="of"),
    path("put/<slug:kind>/<uuid:subject_id>/", views.put, name="put"),
    path("<uuid:casefile_id>/", views.show, name="casefile"),
    path("<uuid:casefile_id>/edit/", views.edit, name="edit"),
    path("<uuid:casefile_id>/note/", views.write_note, name="note"),
    path("<uuid:casefile_id>/items/<uuid:item_id>/take-out/", views.take_out, name="take_out"),
    path("<uuid:casefile_id>/drop/", views.drop, name="drop"),
    path("<uuid:casefile_id>/package.zip", views.package, name="package"),
    path("<uuid:casefile_id>/<slug:verb>/", views.move, name="move"),
]
