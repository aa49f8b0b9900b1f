"""Addresses of one case: its overview, facts, people, duties, timeline and waves."""

from django.urls import path

from workbench.urls_entry import urlpatterns as entry_urlpatterns
from workbench.views import (
    awareness,
    case,
    duties,
    duty,
    exercises,
    facts,
    info_requests,
    people,
    people_paste,
    risk,
    said,
    then,
    timeline,
)

app_name = "workbench"
CASE = "w/<slug:slug>/incidents/<int:number>/"

urlpatterns = [
    *entry_urlpatterns,
    path(CASE, case.show, name="case"),
    path(f"{CASE}seen/", case.seen, name="seen"),
    path(f"{CASE}assess/", case.assess_anew, name="assess"),
    path(f"{CASE}facts/", facts.index, name="facts"),
    path(f"{CASE}facts/<slug:question>/", facts.one, name="fact"),
    path(f"{CASE}awareness/", awareness.awareness, name="awareness"),
    path(f"{CASE}requests/", info_requests.index, name="requests"),
    path(f"{CASE}requests/new/<slug:question>/", info_requests.ask, name="request_new"),
    path(f"{CASE}requests/<int:pk>/withdraw/", info_requests.withdraw, name="request_withdraw"),
    path("answer/<str:token>/", info_requests.answer, name="request_answer"),
    path(f"{CASE}people/", people.index, name="people"),
    path(f"{CASE}people/add/", people.add, name="people_add"),
    path(f"{CASE}people/paste/", people_paste.paste, name="people_paste"),
    path(f"{CASE}people/row/", people.row, name="people_row"),
    path(f"{CASE}people/remove/", people.remove, name="people_remove"),
    path(f"{CASE}risk/", risk.show, name="risk"),
    path(f"{CASE}duties/", duties.index, name="duties"),
    path(f"{CASE}duties/add/", duties.add, name="duty_add"),
    path(f"{CASE}duties/<int:pk>/", duty.show, name="duty"),
    path(f"{CASE}timeline/", timeline.index, name="timeline"),
    path(f"{CASE}waves/", timeline.waves, name="waves"),
    path(f"{CASE}then/", then.then, name="then"),
    path(f"{CASE}said/", said.said, name="said"),
    path(f"{CASE}situation/", said.situation, name="situation"),
    path(f"{CASE}situation.txt", said.situation_text, name="situation_text"),
    path(f"{CASE}exercise/", exercises.exercise, name="exercise"),
    path(f"{CASE}changes/", then.changes, name="changes"),
]
