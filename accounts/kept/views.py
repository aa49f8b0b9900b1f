"""What was kept, by itself: where the page of the form is gone, and for throwing it away."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.kept.keeping import find, forget


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, pk: int) -> HttpResponse:
    """Each field with what was typed, to be copied; POST throws it away. Http404 for everybody else."""
    typed = find(request, str(pk))
    if typed is None:
        raise Http404("Nothing is kept here for you.")
    if request.method == "POST":
        forget(request, typed.pk)
        return HttpResponseRedirect("/")
    lost = [*typed.files, *(one.name for one in typed.uploads)]
    return render(request, "account/kept.html", {"lost": lost, "fields": sorted(typed.values.items())})
