"""The signed link of a reminder: it names one mail, opens without signing in, and expires.

The token is the mail's own key with a signature (HMAC with SECRET_KEY), the same each time, so that a
repeated mail carries the same link. It lets its holder see what the mail said and say "seen"; nothing else.
"""

from datetime import timedelta

from django.core import signing
from django.urls import reverse

WORKS_FOR = timedelta(days=60)
_SALT = "notifications.seen"


def token_of(bundle: str) -> str:
    """The token of a mail."""
    return signing.Signer(salt=_SALT).sign(bundle)


def path_of(bundle: str) -> str:
    """The address of a mail's page, without the host.

    By this floor's own addresses: those of the whole site would load every page's code into the
    worker, and a reminder must not fail because a library for documents does.
    """
    return reverse("seen", urlconf="notifications.urls", args=[token_of(bundle)])


def bundle_of(token: str) -> str | None:
    """The mail that a token names; None where the signature is not ours."""
    try:
        return signing.Signer(salt=_SALT).unsign(token)
    except signing.BadSignature:
        return None
