"""Keeping what was typed, for a short time, for the person who typed it, at the browser where it was typed."""

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.core import signing
from django.db.models import Sum
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.kept import pages
from accounts.kept.uploads import Upload, delete_uploads, has_chosen, keep_uploads, names_chosen, take_along
from accounts.models import KeptForm

SALT = "accounts.kept"
LIFETIME = timedelta(hours=12)
MOST_CHARACTERS = 200_000
MOST_FIELDS = 500
MOST_OF_A_BROWSER = 10
PARAMETER = "kept"
ALONG = "kept_files"
"""The field by which a form that is sent again names what was kept with it."""
SECRET_FIELDS = ("password", "token", "secret")
"""Fields whose name holds one of these words are not kept."""
NEVER = ("/accounts/", "/api/")
"""Sign-in, passwords and programs: what is typed there is kept nowhere."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A form as it was sent: where to, from which page, each field with its values, and the files that were kept.

    `files`: names of those that could not be kept and must be chosen again.
    """

    pk: int
    action: str
    page: str
    values: dict[str, list[str]]
    files: list[str]
    at: datetime
    uploads: tuple[Upload, ...] = ()


def keep(request: HttpRequest) -> str | None:
    """Keeps the form of this request. Returns the address that shows it again, or None where it is not kept."""
    typed = keep_typed(request)
    return None if typed is None else with_kept(typed.page, typed.pk)


def keep_typed(request: HttpRequest) -> Typed | None:
    """Keeps the form of this request; None where it is not kept."""
    if request.method != "POST" or request.path_info.startswith(NEVER) or request.headers.get("HX-Request"):
        return None
    owner = pages.owner_of_form(request)
    values = {name: held for name, held in request.POST.lists() if not is_secret(name) and name != ALONG}
    if owner is None or not values or len(values) > MOST_FIELDS:
        return None
    if sum(len(value) for held in values.values() for value in held) > MOST_CHARACTERS:
        return None
    browser, user = owner
    now = timezone.now()
    forget_expired(now)
    mine = KeptForm.objects.filter(browser=_digest(browser))
    earlier = _kept_along(request, browser, user) if user else None
    taken = mine.aggregate(n=Sum("bytes_stored", default=0))["n"]
    chosen = keep_uploads(request, browser, taken) if user else []
    uploads = [*chosen, *(one for one in earlier.uploads if not has_chosen(request, one.field))] if earlier else chosen
    held = {
        "action": request.get_full_path(),
        "page": _page_of(request),
        "values": values,
        "files": [] if chosen else names_chosen(request),
        "uploads": [astuple(one) for one in uploads],
    }
    row = KeptForm.objects.create(
        browser=_digest(browser),
        user_id=user or None,
        typed=signing.dumps(held, salt=f"{SALT}:{browser}", compress=True),
        stored=[one.stored for one in uploads],
        bytes_stored=sum(one.size for one in uploads),
        kept_at=now,
        expires_at=now + LIFETIME,
    )
    if earlier is not None:
        _delete(mine.filter(pk=earlier.pk), but={one.stored for one in uploads})
    _delete(mine.order_by("-pk")[MOST_OF_A_BROWSER:])
    return _typed(row, browser)


def forget_expired(now: datetime) -> None:
    """Takes away what is past its time, its files with it."""
    _delete(KeptForm.objects.filter(expires_at__lte=now))


def _delete(rows: Iterable[KeptForm], but: Collection[str] = ()) -> None:
    """`but`: files that went over to another form."""
    for row in rows:
        delete_uploads(name for name in row.stored if name not in but)
        row.delete()


def find(request: HttpRequest, wanted: str) -> Typed | None:
    """What was kept under that number, if it is of this browser and of the person who asks; else None."""
    known = pages.read(request)
    if known is None:
        return None
    user = request.user.pk if request.user.is_authenticated else None
    return _find(known.browser, user, wanted)


def _find(browser: str, user: int | None, wanted: str) -> Typed | None:
    if not wanted.isdigit() or len(wanted) > 18:
        return None
    mine = KeptForm.objects.filter(browser=_digest(browser), expires_at__gt=timezone.now())
    mine = mine.filter(user__isnull=True) if user is None else mine.filter(user_id=user)
    row = mine.filter(pk=int(wanted)).first()
    return None if row is None else _typed(row, browser)


def _typed(row: KeptForm, browser: str) -> Typed | None:
    try:
        held = signing.loads(row.typed, salt=f"{SALT}:{browser}")
    except signing.BadSignature:
        return None
    uploads = tuple(Upload(*one) for one in held.get("uploads", ()))
    return Typed(row.pk, held["action"], held["page"], held["values"], held["files"], row.kept_at, uploads)


def _kept_along(request: HttpRequest, browser: str, user: int) -> Typed | None:
    """What was kept with the form before; also where the session of its author has ended since."""
    return _find(browser, user, request.POST.get(ALONG, ""))


def take_files_along(request: HttpRequest) -> Typed | None:
    """Puts the files into a form that is sent again. Gives the form that they were kept with; None: there is none."""
    typed = find(request, request.POST.get(ALONG, ""))
    known = pages.read(request)
    if typed is not None and known is not None:
        take_along(request, typed.uploads, known.browser)
    return typed


def forget(request: HttpRequest, pk: int) -> None:
    """What was kept is not needed any more."""
    known = pages.read(request)
    if known is not None:
        _delete(KeptForm.objects.filter(pk=pk, browser=_digest(known.browser)))


def with_kept(address: str, pk: int) -> str:
    """The address of a page with the number of what was kept."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != PARAMETER]
    return f"{parts.path}?{urlencode([*query, (PARAMETER, str(pk))])}"


def _page_of(request: HttpRequest) -> str:
    """The page on which the form stood: the one that the browser names, if it is of this site."""
    said = request.headers.get("Referer", "")
    if said and url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(said)
        if parts.netloc and not parts.path.startswith(NEVER):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.get_full_path()


def is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRET_FIELDS)


def _digest(browser: str) -> str:
    return sha256(browser.encode()).hexdigest()
