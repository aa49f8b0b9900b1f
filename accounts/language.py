"""In which language pages are shown: a member's own choice, else the one that the browser asks for.

Programs are always answered in English: the API's words are read by code and quoted in its description.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.models import User

API = "/api/"


class LanguageMiddleware:
    """Show each request's pages in its reader's language, and leave none behind for the next request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not request.path_info.startswith(API):
            patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response


def language_of(request: HttpRequest) -> str:
    """A member's language; of a visitor the one chosen on this device, else what the browser asks for."""
    if request.path_info.startswith(API):
        return settings.LANGUAGE_CODE
    user = request.user
    if isinstance(user, User) and translation.check_for_language(user.language):
        return user.language
    return translation.get_language_from_request(request)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Remember the language for the member and for this device, and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return response
    if isinstance(request.user, User) and request.user.language != chosen:
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, chosen, max_age=settings.LANGUAGE_COOKIE_AGE, secure=request.is_secure(),
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return response
