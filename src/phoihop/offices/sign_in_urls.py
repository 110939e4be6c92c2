"""Sign-in pages: only those parts of allauth this installation offers."""

from __future__ import annotations

from allauth.account import views
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.urls import URLPattern, path

from phoihop.offices import identity_provider, security_views

urlpatterns: list[URLPattern] = [
    path("login/", security_views.sign_in, name="account_login"),
    path("logout/", security_views.sign_out, name="account_logout"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", security_views.new_password, name="account_change_password"),
    path("security/", security_views.security, name="account_security"),
    path("security/", security_views.security, name="mfa_index"),
    path("security/", security_views.security, name="mfa_list_webauthn"),
    path("devices/<int:device_id>/end/", security_views.end_one, name="account_end_device"),
    path("devices/end-others/", security_views.end_others, name="account_end_devices"),
    path("two-step/", second_step.authenticate, name="mfa_authenticate"),
    path("two-step/confirm/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("two-step/app/", app.activate_totp, name="mfa_activate_totp"),
    path("two-step/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("two-step/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("two-step/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("sso/<slug:provider_id>/", identity_provider.sign_in, name="openid_connect_login"),
    path("sso/<slug:provider_id>/callback/", identity_provider.callback, name="openid_connect_callback"),
]

if settings.PASSKEY_HOST:
    urlpatterns += [
        path("passkeys/new/", security_views.new_passkey, name="mfa_add_webauthn"),
        path("passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
        path("passkeys/sign-in/", passkeys.login_webauthn, name="mfa_login_webauthn"),
        path("passkeys/confirm/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    ]
