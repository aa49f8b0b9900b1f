"""The rule library, to read: every member of a workspace may look."""

from datetime import date
from functools import lru_cache

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from accounts.models import Membership
from accounts.place_names import sorting
from accounts.translating import translated
from incidents.models import LawDoubt
from incidents.selectors import Held, doubts_of, positions_of
from incidents.views.frame import enter, frame
from law.findings import standing_line
from law.rulebook import load_rulebook
from workbench.forms.rules import CompareForm, FindForm
from workbench.selectors.rules import UNION, is_known, page_code, page_of
from workbench.selectors.rules_compare import compare
from workbench.selectors.rules_index import Wanted, library, search
from workbench.selectors.rules_regions import by_continent


@require_GET
@login_required
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The index: every place with what the library says of it, found by words and filters."""
    membership = enter(request, slug)
    today = timezone.now().date()
    form = FindForm(request.GET) if request.GET else FindForm()
    wanted = form.wanted() if form.is_bound else Wanted()
    base = reverse("workbench:rules", args=(slug,))
    values = {
        "library": library(today),
        "form": form,
        "wanted": wanted,
        "found": _found(load_rulebook().digest, today, get_language() or "en", base, wanted),
        "base": base,
    }
    return render(request, "workbench/rules.html", frame(membership, "rules", **values))


@lru_cache(maxsize=64)
def _found(digest: str, today: date, language: str, base: str, wanted: Wanted) -> SafeString:
    """The lists of places, as they stand for a rulebook and a day: the same for every member of a workspace."""
    found = search(wanted, today)
    values = {"found": found, "continents": by_continent(found.with_duties), "wanted": wanted, "base": base}
    return render_to_string("workbench/parts/rules_found.html", values)


@require_GET
@login_required
def rules_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Two places side by side (`a`, `b`), or one on two days (`on`, `then`); `only`: no row that is the same."""
    membership = enter(request, slug)
    today = timezone.now().date()
    named = {one.page: translated(one.name) for one in library(today).listed if one.status == "duties"}
    choices = [(page, f"{named[page]} ({page})") for page in sorted(named, key=lambda page: sorting(named[page]))]
    form = CompareForm(request.GET or None, choices=choices)
    found = None
    if form.is_bound and form.is_valid() and (a := form.cleaned_data["a"]):
        said = form.cleaned_data
        found = compare((a, said["on"] or today), (said["b"] or a, said["then"] or today))
    values = {
        "form": form,
        "found": found,
        "only": form.is_bound and bool(form.cleaned_data.get("only")),
        "same_side": found is not None and found.left == found.right,
        "base": reverse("workbench:rules", args=(slug,)),
    }
    return render(request, "workbench/rules_compare.html", frame(membership, "rules", **values))


@require_GET
@login_required
def rule(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One place with each of its duties in plain words. `?all=1` opens what is folded."""
    membership = enter(request, slug)
    if not is_known(code):
        raise Http404("The library has no such place.")
    kept = page_code(code, load_rulebook())
    if kept != code:
        return HttpResponseRedirect(reverse("workbench:rule", args=(slug, kept)))
    page = page_of(code, timezone.now().date())
    positions, doubts = _said(membership, code)
    values = {
        "page": page,
        "groups": [
            (
                group.heading,
                [(one, positions.get(one.duty.id, []), doubts.get(one.duty.id, [])) for one in group.duties],
            )
            for group in page.groups
        ],
        "positions": positions.get("", []),
        "doubts": doubts.get("", []),
        "unfolded": request.GET.get("all") == "1",
        "standing": standing_line(page.date),
        "base": reverse("workbench:rules", args=(slug,)),
    }
    return render(request, "workbench/rules_one.html", frame(membership, "rules", **values))


def _said(membership: Membership, code: str) -> tuple[dict[str, list[Held]], dict[str, list[LawDoubt]]]:
    """What the workspace holds and doubts about the law of a place, by duty ("" for the place as a whole).

    What is said of the Union's law shows in its states too.
    """
    positions: dict[str, list[Held]] = {}
    for held in positions_of(membership.workspace, {code, UNION}).values():
        if held.jurisdiction == code or held.duty:
            positions.setdefault(held.duty, []).append(held)
    doubts: dict[str, list[LawDoubt]] = {}
    for one in doubts_of(membership.workspace, {code, UNION}):
        if one.jurisdiction == code or one.duty:
            doubts.setdefault(one.duty, []).append(one)
    return positions, doubts
