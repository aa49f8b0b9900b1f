"""Addresses of sign-in: those of allauth's pages that Tocsin offers, under allauth's own names.

No namespace: allauth reverses `account_login` and its fellows as they stand. Left out are pages that
change or confirm addresses (administrators set them) and sign-in by code. `account_signup` must exist
for allauth and says that registration is closed.
"""

from allauth.account import views
from django.urls import path, re_path

from accounts.kept.views import kept
from accounts.language import set_language

urlpatterns = [
    path("language/", set_language, name="account_language"),
    path("kept/<int:pk>/", kept, name="account_kept"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("signup/", views.signup, name="account_signup"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
