"""Addresses of the case floor: the list of incidents, and reporting one."""

from django.urls import path

from incidents.views import intake, report, small
from incidents.views import list as listing

app_name = "incidents"

urlpatterns = [
    path("report/<str:token>/", intake.intake, name="intake"),
    path("report/<str:token>/<str:receipt>/", intake.received, name="intake_received"),
    path("w/<slug:slug>/incidents/reported/", intake.inbox, name="reported"),
    path("w/<slug:slug>/incidents/reported/link/", intake.link, name="intake_link"),
    path("w/<slug:slug>/incidents/reported/<int:pk>/", intake.one, name="reported_one"),
    path("w/<slug:slug>/incidents/", listing.incidents, name="list"),
    path("w/<slug:slug>/incidents/report/", report.start, name="report"),
    path("w/<slug:slug>/incidents/report/small/", small.small, name="small"),
    path("w/<slug:slug>/incidents/report/check/", report.check, name="report_check"),
    path("w/<slug:slug>/incidents/report/discard/", report.discard, name="report_discard"),
    path("w/<slug:slug>/incidents/report/done/<int:number>/", report.done, name="report_done"),
    path("w/<slug:slug>/incidents/report/<slug:page>/", report.page, name="report_page"),
    path("w/<slug:slug>/incidents/report/<slug:page>/save/", report.save, name="report_save"),
]
