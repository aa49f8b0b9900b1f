"""Addresses of the API, /api/v1/..., under the names `api:...`. Each app keeps its own; this file joins them."""

from django.urls import URLPattern

from incidents.api.urls import urlpatterns as incidents_urlpatterns
from workbench.api.urls import urlpatterns as workbench_urlpatterns

app_name = "api"

urlpatterns: list[URLPattern] = [*incidents_urlpatterns, *workbench_urlpatterns]
