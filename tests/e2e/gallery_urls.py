"""Addresses for the gallery alone: the links of the frame lead nowhere, so that no other app is needed."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest, workspace: str) -> HttpResponse:
    return HttpResponse(workspace)


workbench = [
    path("w/<slug:workspace>/", nothing, name="desk"),
    path("w/<slug:workspace>/quick-check/", nothing, name="quick_check"),
    path("w/<slug:workspace>/rules/", nothing, name="rules"),
]
incidents = [
    path("w/<slug:workspace>/incidents/", nothing, name="list"),
    path("w/<slug:workspace>/report/", nothing, name="report"),
]
urlpatterns = [
    path("", include("workbench.design")),
    path("", include((workbench, "workbench"))),
    path("", include((incidents, "incidents"))),
    path("accounts/", include("accounts.urls")),
]
