"""Addresses of the workbench around the cases; workbench.urls adds those of one case."""

from django.urls import URLPattern, path

from workbench.views import (
    comments,
    dashboard,
    desk,
    exercises,
    kit,
    notes,
    playbooks,
    precedents,
    quick_check,
    reading,
    rules,
    search,
    start,
    tasks,
)

urlpatterns: list[URLPattern] = [
    path("", desk.home, name="home"),
    path("w/<slug:slug>/", desk.my_desk, name="desk"),
    path("w/<slug:slug>/search/", search.find, name="search"),
    path("w/<slug:slug>/mentions/seen/", comments.seen, name="mentions_seen"),
    path("w/<slug:slug>/tasks/", tasks.everybody, name="tasks"),
    path("w/<slug:slug>/playbooks/", playbooks.index, name="playbooks"),
    path("w/<slug:slug>/playbooks/<slug:playbook>/", playbooks.edit, name="playbook"),
    path("w/<slug:slug>/privileged/", notes.readers, name="privileged"),
    path("w/<slug:slug>/dashboard/", dashboard.dashboard, name="dashboard"),
    path("w/<slug:slug>/start/", start.start, name="start"),
    path("w/<slug:slug>/paper-kit/", kit.paper_kit, name="kit"),
    path("w/<slug:slug>/paper-kit.pdf", kit.paper_kit_pdf, name="kit_pdf"),
    path("w/<slug:slug>/exercises/", exercises.index, name="exercises"),
    path("w/<slug:slug>/quick-check/", quick_check.quick_check, name="quick_check"),
    path("w/<slug:slug>/rules/", rules.rules, name="rules"),
    path("w/<slug:slug>/rules/compare/", rules.rules_compare, name="rules_compare"),
    path("w/<slug:slug>/rules/doubts/", reading.doubts, name="doubts"),
    path("w/<slug:slug>/rules/doubts.json", reading.doubts_export, name="doubts_export"),
    path("w/<slug:slug>/rules/doubts/<int:pk>/", reading.doubt_settle, name="doubt_settle"),
    path("w/<slug:slug>/rules/positions/", reading.positions, name="positions"),
    path("w/<slug:slug>/rules/<str:code>/", rules.rule, name="rule"),
    path("w/<slug:slug>/rules/<str:code>/doubt/", reading.doubt, name="doubt"),
    path("w/<slug:slug>/rules/<str:code>/position/", reading.position, name="position"),
    path("w/<slug:slug>/precedents/", precedents.index, name="precedents"),
    path("w/<slug:slug>/precedents/<str:name>/", precedents.one, name="precedent"),
]
