"""Addresses of reminders: the page of a mail's link, the list of a case, and what people and workspaces choose."""

from django.urls import path

from notifications.views import case, health, mine, outbox, policy, proving, seen

app_name = "notifications"
urlpatterns = [
    # Outside the workspace: their keys are signatures and secrets, and no one signs in for them.
    path("reminders/seen/<str:token>/", seen.seen, name="seen"),
    path("calendar/<str:key>.ics", mine.feed, name="feed"),
    path("w/<slug:slug>/incidents/<int:number>/reminders/", case.case_reminders, name="case"),
    path("w/<slug:slug>/reminders/", mine.mine, name="mine"),
    path("w/<slug:slug>/outbox/", outbox.outbox, name="outbox"),
    path("w/<slug:slug>/outbox/<int:pk>/", outbox.message, name="message"),
    path("w/<slug:slug>/settings/", health.settings_page, name="settings"),
    path("w/<slug:slug>/settings/drill/", proving.drill, name="drill"),
    path("w/<slug:slug>/settings/reminders/", policy.policy, name="policy"),
]
