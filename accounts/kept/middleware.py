"""No form is lost to a session that ended or a page that was open too long.

A form that is answered with "sign in first" is kept; after sign-in the page shows it again, filled in, and the
person sends it or not. Nothing is ever sent for her. What is kept is seen by nobody else, and for twelve hours.
"""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.kept import pages
from accounts.kept.filling import fill, put_beside
from accounts.kept.keeping import ALONG, PARAMETER, Typed, find, forget, keep, keep_typed, take_files_along
from accounts.kept.uploads import is_asked_to_keep, names_by_field

MAIN = '<main id="main" tabindex="-1">'
SECRET_PAGES = ("account_reauthenticate", "account_login")


class KeptFormsMiddleware:
    """Keeps forms that could not be taken, and shows them again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        again = take_files_along(request) if _sends_files(request) else None
        response = self.get_response(request)
        if request.method == "POST" and _loses_the_form(request, response):
            _lead_back(request, response)
        elif response.status_code == 422 and is_asked_to_keep(request):
            _keep_files(request, response)
        elif again is not None and response.status_code == 302:
            forget(request, again.pk)
        elif request.method == "GET" and PARAMETER in request.GET:
            response = _shown_again(request, response)
        if _is_page(response):
            pages.note(request, response)
        return response


def _sends_files(request: HttpRequest) -> bool:
    multipart = request.content_type == "multipart/form-data"
    return request.method == "POST" and multipart and pages.COOKIE in request.COOKIES


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form whose token is of another sign-in (CSRF_FAILURE_VIEW): what was typed is kept."""
    kept_url = keep(request)
    request.typed_is_kept = kept_url is not None  # type: ignore[attr-defined]
    return render(request, "403_csrf.html", {"kept_url": kept_url}, status=403)


def _loses_the_form(request: HttpRequest, response: HttpResponse) -> bool:
    """Would the form be gone after signing in?

    Where only the password is asked for again, the form waits in the session and goes on by itself, but without files.
    """
    if not _asks_to_sign_in(response) or getattr(request, "typed_is_kept", False):
        return False
    again = urlsplit(response.headers["Location"]).path == reverse("account_reauthenticate")
    return bool(request.FILES) or not again


def _asks_to_sign_in(response: HttpResponse) -> bool:
    if response.status_code != 302:
        return False
    path = urlsplit(response.headers["Location"]).path
    return path == resolve_url(settings.LOGIN_URL) or path in {reverse(name) for name in SECRET_PAGES}


def _lead_back(request: HttpRequest, response: HttpResponse) -> None:
    kept = keep(request)
    if kept is not None:
        path = urlsplit(response.headers["Location"]).path
        response.headers["Location"] = f"{path}?{urlencode({'next': kept})}"


def _shown_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if _asks_to_sign_in(response):
        return response
    typed = find(request, request.GET[PARAMETER])
    if typed is None:
        return response
    if response.status_code != 200 or not _is_page(response) or response.streaming:
        # The page is gone, or takes forms only: then the text by itself.
        return HttpResponseRedirect(reverse("account_kept", args=[typed.pk]))
    _put_in(request, response, typed)
    return response


def _put_in(request: HttpRequest, response: HttpResponse, typed: Typed) -> None:
    filled = fill(response.content.decode(), request.path, typed.action, typed.values, _beside(typed))
    lost = [
        name for field, names in names_by_field(typed.uploads).items() if field not in filled.placed for name in names
    ]
    context = {"typed": typed, "left": sorted(filled.left.items()), "lost": [*typed.files, *lost]}
    words = render_to_string("components/kept.html", context, request)
    _write(response, filled.html.replace(MAIN, f"{words}{MAIN}", 1))


def _keep_files(request: HttpRequest, response: HttpResponse) -> None:
    """A form that came back to be mended: its files stay chosen, or are named to be chosen again."""
    typed = keep_typed(request)
    beside = _beside(typed) if typed else {}
    for field, files in request.FILES.lists():
        names = [file.name for file in files if file.name]
        if names and field not in beside:
            beside[field] = render_to_string("components/kept_file.html", {"lost": names})
    if beside and not response.streaming:
        sent = dict(request.POST.lists())
        _write(response, put_beside(response.content.decode(), request.path, request.path, sent, beside))


def _beside(typed: Typed) -> dict[str, str]:
    """What is said beside each field whose files were kept."""
    return {
        field: render_to_string("components/kept_file.html", {"names": names, "name": ALONG, "pk": typed.pk})
        for field, names in names_by_field(typed.uploads).items()
    }


def _write(response: HttpResponse, html: str) -> None:
    response.content = html.encode()
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html")
