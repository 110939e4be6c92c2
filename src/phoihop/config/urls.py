"""All addresses of the installation. Each room names its own."""

from __future__ import annotations

from django.urls import include, path

from phoihop.config.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("accounts/", include("phoihop.offices.sign_in_urls")),
    path("offices/", include("phoihop.offices.urls")),
    path("administration/", include("phoihop.administration.urls")),
    path("territory/", include("phoihop.territory.urls")),
    path("files/", include("phoihop.files.urls")),
    path("casefiles/", include("phoihop.casefiles.urls")),
    path("dispatches/", include("phoihop.dispatches.urls")),
    path("exchange/", include("phoihop.exchange.urls")),
    path("lists/", include("phoihop.lists.urls")),
    path("distribution/", include("phoihop.distribution.urls")),
    path("notices/", include("phoihop.notify.urls")),
    path("ui/", include("phoihop.ui.urls")),
    path("api/v1/", include("phoihop.api.urls")),
    path("", include("phoihop.home.urls")),
]

handler400 = "phoihop.ui.errors.bad_request"
handler403 = "phoihop.ui.errors.permission_denied"
handler404 = "phoihop.ui.errors.page_not_found"
handler500 = "phoihop.ui.errors.server_error"
