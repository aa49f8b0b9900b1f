"""Addresses of reminders: the page of a mail's link, and the list of a case."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    # Outside the workspace: its key is the signature, and no one signs in for it.
    path("reminders/seen/<str:token>/", views.seen, name="seen"),
    path("w/<slug:slug>/incidents/<int:number>/reminders/", views.case_reminders, name="case"),
]
