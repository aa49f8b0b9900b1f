"""Addresses of the API of this floor, below /api/v1/."""

from django.urls import URLPattern, path

from incidents.api import views

CASES = "workspaces/<slug:slug>/incidents/"
CASE = CASES + "<int:number>/"

urlpatterns: list[URLPattern] = [
    path(CASES, views.IncidentList.as_view(), name="incidents"),
    path(CASE, views.IncidentDetail.as_view(), name="incident"),
    path(f"{CASE}duties/", views.DutyList.as_view(), name="duties"),
    path(f"{CASE}facts/", views.FactsList.as_view(), name="facts"),
]
