"""The address of a test mail's link. Outside the workspaces: its key is a secret, and no one signs in for it."""

from django.urls import path

from outbox import views

app_name = "outbox"
urlpatterns = [path("mail/proved/<str:key>/", views.proved, name="proved")]
