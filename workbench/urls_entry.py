"""Addresses of the workbench around the cases; workbench.urls adds those of one case."""

from django.urls import URLPattern, path

from workbench.views import desk, precedents, quick_check, rules

urlpatterns: list[URLPattern] = [
    path("", desk.home, name="home"),
    path("w/<slug:slug>/", desk.my_desk, name="desk"),
    path("w/<slug:slug>/quick-check/", quick_check.quick_check, name="quick_check"),
    path("w/<slug:slug>/rules/", rules.rules, name="rules"),
    path("w/<slug:slug>/rules/<str:code>/", rules.rule, name="rule"),
    path("w/<slug:slug>/precedents/", precedents.index, name="precedents"),
    path("w/<slug:slug>/precedents/<str:name>/", precedents.one, name="precedent"),
]
