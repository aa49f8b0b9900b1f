"""The first person of an empty installation: who has the link that the operator was given may become it, once.

Empty means that nobody is known but the people of the demonstration. The link is signed and holds for a day; the
moment the first person exists, every link is over.
"""

from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import slugify

from accounts import history
from accounts.models import Membership, User, Workspace
from accounts.services import create_user, create_workspace

SALT = "workbench.setting_up"
LIFETIME = 24 * 3600
"""Seconds for which a link holds."""
SLUG = 40


class NotEmptyError(Exception):
    """Somebody was first: there is a person already."""


def is_empty() -> bool:
    """Whether the first person is still to come."""
    return not User.objects.filter(is_demonstration=False).exists()


def make_link() -> str:
    """The address of the set-up page, for the operator alone."""
    return settings.BASE_URL.rstrip("/") + reverse("workbench:set_up", args=(signing.dumps("set up", salt=SALT),))


def is_genuine(token: str) -> bool:
    """Whether the token was made here, however long ago."""
    return _loads(token, None)


def holds(token: str) -> bool:
    """Whether the token is genuine and still in its time. Says nothing of whether the installation is empty."""
    return _loads(token, LIFETIME)


def _loads(token: str, max_age: int | None) -> bool:
    try:
        return bool(signing.loads(token, salt=SALT, max_age=max_age) == "set up")
    except signing.BadSignature:
        return False


def found(said: dict[str, Any]) -> Membership:
    """The first person, her workspace, and her place in it. One transaction: two at once make one.

    Raises NotEmptyError, and ValidationError naming the fields that are wrong: email, display_name, password.
    """
    with transaction.atomic(), history.context(None, "Set up"):
        with connection.cursor() as cursor:
            # Until the end of the transaction nobody else can add a person.
            cursor.execute(f"LOCK TABLE {User._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        if not is_empty():
            raise NotEmptyError
        user = create_user(
            email=said["email"],
            display_name=said["display_name"],
            password=said["password"],
            language=said["language"],
            time_zone=said["time_zone"],
        )
        workspace = create_workspace(
            slug=free_slug(said["company"]),
            name=said["company"].strip(),
            owner=user,
            language=said["language"],
            time_zone=said["time_zone"],
        )
        return Membership.objects.select_related("user", "workspace").get(user=user, workspace=workspace)


def free_slug(name: str) -> str:
    """What stands in the addresses of a workspace of that name; of a name in another script: "workspace"."""
    base = slugify(name)[:SLUG].replace("_", "-").strip("-")
    base = "-".join(part for part in base.split("-") if part) or "workspace"
    taken = set(Workspace.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def sign_in(request: HttpRequest, user: User) -> HttpResponse:
    """Signs in whoever has just chosen her password."""
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response
