"""The page of a test mail's link: a button that says the mail came. GET changes nothing."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from outbox import health


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proved(request: HttpRequest, key: str) -> HttpResponse:
    """Says that the test mail came. Mail scanners open every link, so that only the button says it."""
    now = timezone.now()
    if request.method == "POST":
        if health.confirm(key, now) is None:
            raise Http404("No such test.")
        return HttpResponseRedirect(reverse("outbox:proved", args=[key]))
    proof = health.proof_of(key, now)
    if proof is None:
        raise Http404("No such test.")
    answer = render(request, "outbox/proved.html", {"proof": proof})
    answer["X-Robots-Tag"] = "noindex"
    return answer
