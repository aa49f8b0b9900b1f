"""What was typed stands on the page that refuses it: no right any more, no such page any more, or a fault of ours.

A case may be closed, a right may be taken away or the database be started anew while somebody types. Then there is no
form to come back to, and perhaps nowhere to keep it: so the answer itself shows it, to be copied, and after a fault
of ours to be sent again.
"""

from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation

from accounts.kept.keeping import ALONG, NEVER, is_secret
from accounts.kept.uploads import names_chosen

REFUSALS = (403, 404, 500, 502, 503)
END = "</main>"
GUARD = "csrfmiddlewaretoken"
MACHINERY = (GUARD, ALONG, "base", "key", "next", "act", "by", "draft")
"""Fields that forms hold for themselves; nobody types them."""


class TypedStaysMiddleware:
    """Adds what was typed to a page that says no. Needs no session and no database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in REFUSALS and _is_own_page(request, response):
            _add(request, response)
        return response


def _is_own_page(request: HttpRequest, response: HttpResponse) -> bool:
    if request.path_info.startswith(NEVER) or request.headers.get("HX-Request") or response.streaming:
        return False
    html = response.headers.get("Content-Type", "").startswith("text/html")
    return html and not getattr(request, "typed_is_kept", False)


def _add(request: HttpRequest, response: HttpResponse) -> None:
    try:
        typed = {name: held for name, held in request.POST.lists() if not is_secret(name)}
        files = names_chosen(request)
    except (SuspiciousOperation, RequestDataTooBig, UnreadablePostError):
        return
    read = [(name, [one for one in held if one.strip()]) for name, held in typed.items() if name not in MACHINERY]
    shown = [(name, said) for name, said in read if said]
    html = response.content.decode()
    if not shown or html.count(END) != 1:
        return
    context = {
        "shown": shown,
        "files": files,
        "fields": [(name, one) for name, held in typed.items() for one in held if name != GUARD],
        "again": request.get_full_path() if response.status_code >= 500 else "",
        "token": get_token(request) if response.status_code >= 500 else "",
    }
    with translation.override(response.headers.get("Content-Language", "en")):
        words = render_to_string("components/refused.html", context)
    response.content = html.replace(END, f"{words}{END}").encode()
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(response.content))
