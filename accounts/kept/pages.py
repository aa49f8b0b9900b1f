"""Whose page a form stood on: remembered at the browser, since the session may have ended when the form comes.

Every form carries the token that guards it against other sites. The browser keeps a signed note of which token was
given to whom; a form that comes back is thereby known to be of this site, of this browser and of that person.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.middleware import csrf
from django.middleware.csrf import CSRF_SECRET_LENGTH, CSRF_TOKEN_LENGTH

COOKIE = "tocsin_pages"
SALT = "accounts.kept.pages"
LIFETIME = timedelta(days=3)
MOST = 6  # people and sign-ins remembered for one browser
NOBODY = 0


@dataclass
class Pages:
    """What one browser was shown: its own random name, and for each token the id of the person (0: signed out)."""

    browser: str
    owners: dict[str, int] = field(default_factory=dict)


def read(request: HttpRequest) -> Pages | None:
    """The note of this browser; None where it has none, or one that is not ours or too old."""
    try:
        held = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFETIME)
        return Pages(str(held["b"]), {str(name): int(owner) for name, owner in held["p"]})
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def note(request: HttpRequest, response: HttpResponse) -> None:
    """Remembers to whom the page of this response was shown. Whoever had the token first stays its owner.

    A token is made anew at each sign-in. So a page shown after the end of a session, with the token of that
    session, is still of the person who was signed in.
    """
    secret = request.META.get("CSRF_COOKIE")
    if not secret:
        return
    pages = read(request) or Pages(secrets.token_urlsafe(12))
    name = _name(secret)
    owner = (request.user.pk if request.user.is_authenticated else NOBODY) or NOBODY
    if pages.owners.get(name, NOBODY) != NOBODY or pages.owners.get(name) == owner:
        return
    pages.owners.pop(name, None)
    kept = [*pages.owners.items(), (name, owner)][-MOST:]
    response.set_cookie(
        COOKIE, signing.dumps({"b": pages.browser, "p": kept}, salt=SALT), max_age=LIFETIME,
        secure=request.is_secure(), httponly=True, samesite="Lax",
    )  # fmt: skip


def owner_of_form(request: HttpRequest) -> tuple[str, int] | None:
    """The browser and the person (0: nobody signed in) of the page that a form comes from; None: not of ours."""
    pages, token = read(request), request.POST.get("csrfmiddlewaretoken", "")
    if pages is None or not token.isalnum():
        return None
    if len(token) == CSRF_TOKEN_LENGTH:
        try:
            token = csrf._unmask_cipher_token(token)  # type: ignore[attr-defined]  # not in the stubs
        except ValueError:
            return None
    if len(token) != CSRF_SECRET_LENGTH or _name(token) not in pages.owners:
        return None
    return pages.browser, pages.owners[_name(token)]


def _name(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()[:16]
