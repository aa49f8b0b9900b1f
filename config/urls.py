"""All addresses of the site. Each app keeps its own; this file only joins them."""

from django.urls import URLPattern, URLResolver, include, path

handler400 = "config.errors.bad_request"
handler500 = "config.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("workbench.design")),
    path("accounts/", include("accounts.urls")),
    path("api/v1/", include("config.api_urls")),
    path("", include("workbench.urls")),
    path("", include("incidents.urls")),
    path("", include("reports.urls")),
    path("", include("notifications.urls")),
    path("", include("outbox.urls")),
]
