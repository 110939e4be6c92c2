from django.urls import path

from phoihop.offices import account_views, views

app_name = "offices"

urlpatterns = [
    path("", views.directory, name="directory"),
    path("position/", views.switch_position, name="switch_position"),
    path("accounts/", account_views.accounts, name="accounts"),
    path("accounts/passwords/", account_views.issue_passwords, name="issue_passwords"),
    path("accounts/<uuid:account_id>/", account_views.account, name="account"),
    path("accounts/<uuid:account_id>/password/", account_views.issue_password, name="issue_password"),
    path("accounts/<uuid:account_id>/<slug:verb>/", account_views.change_account, name="change_account"),
    path("sign-in-rules/", account_views.sign_in_rules, name="sign_in_rules"),
    path("sign-in-rules/set/", account_views.set_sign_in_rules, name="set_sign_in_rules"),
]
