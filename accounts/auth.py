"""Who may sign in.

The demonstration's logins are printed for everybody to read. They work only while DEBUG is on and
the web server listens to this machine alone. The rule holds at the password, at every use of an open
session and at every use of an API token, since all three ask `may_sign_in`.
"""

import ipaddress

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse

from accounts.models import User


def listens_on_loopback() -> bool:
    """Whether the web server was told to listen to this machine only (TOCSIN_LISTEN; unset: yes)."""
    listen: str = settings.LISTEN
    if not listen or listen.startswith("unix:"):
        return True
    return _is_loopback(_host_of(listen))


def may_sign_in(user: AbstractBaseUser) -> bool:
    """Active, and where it is a demonstration's user, only on a machine that shows it to itself."""
    if not user.is_active:
        return False
    is_demonstration = isinstance(user, User) and user.is_demonstration
    return not is_demonstration or (settings.DEBUG and listens_on_loopback())


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Sign-in by e-mail and password. `get_user` asks the same question for every open session."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return user is not None and may_sign_in(user)

    def authenticate(self, request: HttpRequest | None, **credentials: object) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if isinstance(user, User) and user.is_demonstration and _comes_from_elsewhere(request):
            return None
        return user


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """How allauth's pages behave here. outbox.account_mail adds how they send mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by administrators; nobody registers himself."""
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **how: object) -> HttpResponse | None:
        """Stop whoever may not sign in, by whichever way allauth learned who it is.

        allauth passes on a user whom the backend refused with the right password.
        """
        if not may_sign_in(user):
            answer: HttpResponse = self.respond_user_inactive(request, user)
            return answer
        response: HttpResponse | None = super().pre_login(request, user, **how)
        return response


def _comes_from_elsewhere(request: HttpRequest | None) -> bool:
    """Second guard: a server started by hand on all interfaces has no TOCSIN_LISTEN to tell so."""
    return request is not None and not _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _host_of(listen: str) -> str:
    if listen.startswith("["):
        return listen[1:].partition("]")[0]
    return listen if listen.count(":") > 1 else listen.partition(":")[0]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
