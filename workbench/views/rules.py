"""The rule library, to read: every member of a workspace may look."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from incidents.views.frame import enter, frame
from law.explain import jurisdiction_name
from workbench.selectors.rules import law_of, library


@require_GET
@login_required
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """All jurisdictions: with duties, without a general duty, not researched."""
    membership = enter(request, slug)
    values = {"library": library(timezone.now().date())}
    return render(request, "workbench/rules.html", frame(membership, "rules", **values))


@require_GET
@login_required
def rule(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One jurisdiction with each of its duties in plain words."""
    membership = enter(request, slug)
    laws = law_of(code, timezone.now().date())
    if not laws:
        raise Http404("The library has no law of this place.")
    values = {"code": code, "name": jurisdiction_name(code), "laws": laws}
    return render(request, "workbench/rules_one.html", frame(membership, "rules", **values))
