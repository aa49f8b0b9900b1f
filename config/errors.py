"""The pages of a request that could not be read, and of an error of ours, in the reader's language.

Neither asks the database: it may be what is down, and then nobody knows whose request it was. The language is the one
that the page was being made in, else the one chosen on this device, else what the browser asks for.
"""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "400.html", 400)


def server_error(request: HttpRequest) -> HttpResponse:
    return _page(request, "500.html", 500)


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    # accounts.language sets it when it knows the reader; where it is missing, the error came before that, or of it.
    known = getattr(request, "LANGUAGE_CODE", "")
    language = known or translation.get_language_from_request(request)
    with translation.override(language):
        response = HttpResponse(render_to_string(template), status=status)
    response["Content-Language"] = language
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
