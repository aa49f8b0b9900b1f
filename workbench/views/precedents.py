"""The published cases, to search and to read: every member of a workspace may look."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from incidents.views.frame import enter, frame
from law.precedents.library import KINDS, LAWS, precedent
from law.time_limits import zone_of
from workbench.selectors import precedents as cases

PER_PAGE = 20


@require_GET
@login_required
def index(request: HttpRequest, slug: str) -> HttpResponse:
    """All published cases, a page at a time; `q` and the filters of the address narrow them."""
    membership = enter(request, slug)
    found = cases.search(request.GET.dict())
    query = request.GET.copy()
    query.pop("page", None)
    values = {
        "found": found,
        "page": Paginator(found.rows, PER_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
    }
    return render(request, "workbench/precedents.html", frame(membership, "rules", **values))


@require_GET
@login_required
def one(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One published case: what was held, the facts that the source states, and what the methods make of them."""
    membership = enter(request, slug)
    try:
        found = precedent(name)
    except KeyError:
        raise Http404("There is no such published case.") from None
    values = {
        "opened": cases.opened(found, zone_of(membership.workspace.time_zone)),
        "one": found,
        "law": LAWS[found.law],
        "kind": KINDS[found.kind],
        "incident": cases.incident_words(found),
        "authority": cases.VERDICTS[found.authority],
        "individuals": cases.VERDICTS[found.individuals],
        "risk": cases.RISKS.get(found.risk or "", ""),
        "confidence": cases.CONFIDENCE[found.confidence],
        "facts_confidence": cases.CONFIDENCE[found.facts_confidence],
    }
    return render(request, "workbench/precedent.html", frame(membership, "rules", **values))
