"""The reader's choice of light or dark, and, with DEBUG, the page that shows every component."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from workbench.templatetags.tocsin import APPEARANCES

app_name = "design"
YEAR = 365 * 24 * 3600


@require_POST
def set_appearance(request: HttpRequest) -> HttpResponse:
    """Remember light, dark or auto in a cookie of this device, and go back to the page."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    chosen = request.POST.get("appearance")
    if chosen in APPEARANCES:
        response.set_cookie(
            "appearance", chosen, max_age=YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build pages; the browser tests look at it."""
    if not settings.DEBUG:
        raise Http404("The gallery of components is shown only with DEBUG.")
    from workbench import gallery_data

    values: dict[str, Any] = gallery_data.context()
    return render(request, "components/gallery.html", values)


urlpatterns: list[URLPattern] = [
    path("appearance/", set_appearance, name="appearance"),
    path("design/", gallery, name="gallery"),
]
