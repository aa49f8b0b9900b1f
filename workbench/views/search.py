"""Search over everything that the reader may see in a workspace."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from accounts.access import Permission
from incidents.searching import sources
from incidents.selectors.searching import Found, search
from incidents.views.frame import enter, frame


@require_GET
@login_required
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """What was found, by case; `?in=` only of one kind. Whatever was typed, it is an answer and never a fault."""
    membership = enter(request, slug, Permission.VIEW_CASE)
    said = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    source = request.GET.get("in", "")
    source = source if source in sources() else ""
    page = request.GET.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    found = search(membership, said, source=source, page=number) if said else Found()
    here = reverse("workbench:search", args=(slug,))

    def address(**query: Any) -> str:
        told = {"q": said, "in": source, **query}
        return f"{here}?{urlencode({key: value for key, value in told.items() if value})}"

    values = {
        "said": said,
        "found": found,
        "kinds": _kinds(found, source, address),
        "list_url": reverse("incidents:list", args=(slug,)),
        "previous_url": address(page=found.number - 1) if found.number > 1 else "",
        "next_url": address(page=found.number + 1) if found.number < found.pages else "",
    }
    return render(request, "workbench/search.html", frame(membership, "search", **values))


def _kinds(found: Found, source: str, address: Any) -> list[tuple[str, int, str, bool]]:
    """Words, number, address, whether chosen: all kinds, and each in which something was found."""
    counts = found.counts or {}
    if not counts:
        return []
    whole = (gettext("Everything"), sum(counts.values()), address(**{"in": ""}), not source)
    return [whole] + [
        (one.label, counts[name], address(**{"in": name}), name == source)
        for name, one in sources().items()
        if counts.get(name) or name == source
    ]
