"""Addresses of the API of this floor, below /api/v1/."""

from django.urls import URLPattern, path

from workbench.api import assessing, description, documents

urlpatterns: list[URLPattern] = [
    path("assess", assessing.Assess.as_view(), name="assess"),
    path(
        "workspaces/<slug:slug>/incidents/<int:number>/documents/", documents.DocumentList.as_view(), name="documents"
    ),
    path("schema/", description.Description.as_view(), name="schema"),
    path("docs/", description.page, name="docs"),
]
