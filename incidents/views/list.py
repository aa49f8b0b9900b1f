"""The list of incidents, with chips and search."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from accounts.access import Permission, may
from incidents.forms.narrowing import NarrowingForm
from incidents.selectors.counts import counts_of
from incidents.selectors.narrowing import offered
from incidents.selectors.worklist import Filter, counted, work_list
from incidents.views.frame import enter, frame
from law.time_limits import zone_of

CHIPS = {
    Filter.OPEN: gettext_lazy("Open"),
    Filter.MINE: gettext_lazy("Mine"),
    Filter.DECISION: gettext_lazy("Decision needed"),
    Filter.CLOSED: gettext_lazy("Closed"),
}


@require_GET
@login_required
def incidents(request: HttpRequest, slug: str) -> HttpResponse:
    """The cases of the workspace that this member may see."""
    membership = enter(request, slug, Permission.VIEW_CASE)
    chosen = _chosen(request)
    search = request.GET.get("q", "").strip()[:200]
    page = request.GET.get("page", "1")
    every = counts_of(membership)
    form = NarrowingForm(request.GET, offered=offered(every), zone=zone_of(membership.workspace.time_zone))
    narrowing = form.narrowing()
    kept = form.query()
    numbers = counted(membership, every)
    listed = work_list(
        membership,
        chosen,
        total=None if search or narrowing.narrows else numbers[chosen],
        search=search,
        page=int(page) if page.isdecimal() and len(page) < 7 else 1,
        narrowing=narrowing,
    )
    here = reverse("incidents:list", args=(slug,))

    def address(**query: Any) -> str:
        said = {key: value for key, value in query.items() if value}
        return f"{here}?{urlencode(said)}" if said else here

    values = {
        "listed": listed,
        "chosen": chosen,
        "search": search,
        "form": form,
        "narrowed": bool(kept) or bool(form.errors),
        "narrows": narrowing.narrows,
        "kept": kept.items(),
        "chips": [
            (words, numbers[chip], address(show=chip if chip != Filter.OPEN else "", q=search, **kept), chip == chosen)
            for chip, words in CHIPS.items()
        ],
        "list_url": here,
        "plain_url": address(show=chosen if chosen != Filter.OPEN else "", q=search),
        "all_url": address(show=chosen if chosen != Filter.OPEN else ""),
        "begin_url": reverse("incidents:report", args=(slug,)) if may(membership, Permission.EDIT_FACTS) else "",
        "any": numbers[Filter.OPEN] + numbers[Filter.CLOSED] > 0,
        "previous_url": address(show=chosen, q=search, page=listed.number - 1, **kept) if listed.number > 1 else "",
        "next_url": address(show=chosen, q=search, page=listed.number + 1, **kept)
        if listed.number < listed.pages
        else "",
    }
    return render(request, "incidents/list.html", frame(membership, "incidents", **values))


def _chosen(request: HttpRequest) -> Filter:
    try:
        return Filter(request.GET.get("show", Filter.OPEN))
    except ValueError:
        return Filter.OPEN
